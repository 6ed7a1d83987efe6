import type { EmulatedInstrument, EmulatorOptions } from '../definition.ts';
import { oneIn } from '../usb/pending.ts';

/*
 * USB HID usage tables, weighing devices (page 8D), data report: status, unit, signed exponent of
 * ten, weight as u16 little-endian. Report 3; the id is not part of what is written here.
 */
const STATUS = { zero: 2, moving: 3, stable: 4, underZero: 5, overLimit: 6, tare: 7 } as const;
const KILOGRAM = 3;
const POUND = 12;
const UNDEFINED_UNIT = 200;
const EXPONENT = -1;

const REPORT_EVERY_MS = 250;
/** One weighing: empty, stepping on, standing still, empty again. */
const ON_MS = 2_000;
const STILL_MS = 4_000;
const OFF_MS = 9_000;
const TURN_MS = 12_000;
/** In tenths of the unit. */
const WEIGHT = { kg: 724, lb: 1596 } as const;

function report(status: number, unit: number, tenths: number): Uint8Array {
  return Uint8Array.of(status, unit, EXPONENT & 0xff, tenths & 0xff, tenths >> 8);
}

/** A scale that somebody steps on every twelve seconds; `lb`: it was sold in pounds. */
export function createHidScale(options: EmulatorOptions): EmulatedInstrument {
  const { variant, faults = {} } = options;
  const whole = variant === 'lb' ? WEIGHT.lb : WEIGHT.kg;
  const unit =
    faults['unknown-unit'] === undefined ? (variant === 'lb' ? POUND : KILOGRAM) : UNDEFINED_UNIT;
  const isShort = oneIn(faults['short-report']);
  let startedMs: number | null = null;
  let reports = 0;
  let injected = 0;
  const count = (bytes: Uint8Array): Uint8Array => {
    injected += 1;
    return bytes;
  };

  function standing(sinceMs: number): Uint8Array {
    if (faults['over-limit'] !== undefined) return count(report(STATUS.overLimit, unit, 0));
    if (faults['untared'] !== undefined) return count(report(STATUS.tare, unit, 0));
    if (sinceMs < STILL_MS - ON_MS || faults['restless'] !== undefined) {
      if (faults['restless'] !== undefined) injected += 1;
      const sway = Math.round(20 * Math.sin(sinceMs / 300));
      return report(STATUS.moving, unit, whole + sway);
    }
    return report(STATUS.stable, unit, whole);
  }

  function reportAt(atMs: number): Uint8Array {
    const inTurn = atMs % TURN_MS;
    if (inTurn >= ON_MS && inTurn < OFF_MS) return standing(inTurn - ON_MS);
    return faults['under-zero'] === undefined
      ? report(STATUS.zero, unit, 0)
      : count(report(STATUS.underZero, unit, 3));
  }

  const dueMs = (): number => (startedMs ?? 0) + reports * REPORT_EVERY_MS;
  const endMs = (): number => (startedMs ?? 0) + (faults['silent'] ?? Infinity);

  return {
    receive: () => [],
    advance: (nowMs) => {
      startedMs ??= nowMs;
      const writes: Uint8Array[] = [];
      while (dueMs() <= nowMs && dueMs() < endMs()) {
        const bytes = reportAt(dueMs() - startedMs);
        if (unit === UNDEFINED_UNIT) injected += 1;
        writes.push(isShort() ? count(bytes.slice(0, -1)) : bytes);
        reports += 1;
      }
      const sent = writes.map((_, index) => ({ frameIndex: reports + index, startCount: 1 }));
      return { writes, sent, disconnect: false };
    },
    nextDueMs: () => (startedMs === null ? 0 : dueMs() < endMs() ? dueMs() : Infinity),
    faultsInjected: () => injected,
  };
}
