import { z } from 'zod';

/**
 * What of a camera can be adjusted, in the order of the panel: W3C MediaStream Image Capture, 3.
 * `manualOf`: a value that the camera sets itself unless that mode is manual.
 */
const RANGES = [
  { name: 'exposureTime', manualOf: 'exposureMode' },
  { name: 'exposureCompensation', manualOf: null },
  { name: 'focusDistance', manualOf: 'focusMode' },
  { name: 'colorTemperature', manualOf: 'whiteBalanceMode' },
  { name: 'brightness', manualOf: null },
  { name: 'zoom', manualOf: null },
] as const;
const MODES = ['exposureMode', 'focusMode', 'whiteBalanceMode'] as const;
const MODE_VALUES = ['none', 'manual', 'single-shot', 'continuous'] as const;

type RangeName = (typeof RANGES)[number]['name'];
export type ModeName = (typeof MODES)[number];
export type ModeValue = (typeof MODE_VALUES)[number];

export type CameraControl =
  | {
      readonly kind: 'range';
      readonly name: RangeName;
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly value: number;
      /** False: the camera decides now. */
      readonly enabled: boolean;
    }
  | {
      readonly kind: 'mode';
      readonly name: ModeName;
      readonly options: readonly ModeValue[];
      readonly value: ModeValue;
    }
  | { readonly kind: 'light'; readonly name: 'torch'; readonly value: boolean };

const RangeSchema = z
  .object({ min: z.number(), max: z.number(), step: z.number().optional() })
  .optional()
  .catch(undefined);
const OptionsSchema = z.array(z.enum(MODE_VALUES)).optional().catch(undefined);

/** @returns a control for what the camera offers a choice of, and for nothing else. */
export function cameraControls(capabilities: object, settings: object): CameraControl[] {
  const can: Readonly<Record<string, unknown>> = { ...capabilities };
  const is: Readonly<Record<string, unknown>> = { ...settings };
  const light: CameraControl[] =
    can['torch'] === true ? [{ kind: 'light', name: 'torch', value: is['torch'] === true }] : [];
  const modes = MODES.flatMap((name): CameraControl[] => {
    const options = OptionsSchema.parse(can[name]) ?? [];
    const value = MODE_VALUES.find((mode) => mode === is[name]);
    return value === undefined || options.length < 2
      ? []
      : [{ kind: 'mode', name, options, value }];
  });
  const ranges = RANGES.flatMap(({ name, manualOf }): CameraControl[] => {
    const range = RangeSchema.parse(can[name]);
    const value = z.number().safeParse(is[name]);
    if (range === undefined || !value.success || range.max <= range.min) {
      return [];
    }
    const { min, max, step } = range;
    const fine = step === undefined || step <= 0 ? (max - min) / 100 : step;
    const enabled = manualOf === null || is[manualOf] === undefined || is[manualOf] === 'manual';
    return [{ kind: 'range', name, min, max, step: fine, value: value.data, enabled }];
  });
  return [...light, ...modes, ...ranges];
}

/** Settings that tell how a picture was made, beside those of the controls. */
const OTHER_FACTS = ['frameRate', 'iso', 'contrast', 'saturation', 'sharpness', 'torch'] as const;
const FACTS: readonly string[] = [...MODES, ...RANGES.map(({ name }) => name), ...OTHER_FACTS];

/** For the provenance of a picture: what the camera says of itself, and only what it says. */
export function cameraFacts(settings: object): Record<string, number | string | boolean> {
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) =>
        FACTS.includes(name) && ['number', 'string', 'boolean'].includes(typeof value),
    ),
  );
}
