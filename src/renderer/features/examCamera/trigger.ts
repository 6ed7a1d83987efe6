import type { CaptureTrigger } from '../../../contracts/captures.ts';
import type { DeviceEvent, DeviceStatus } from '../../../contracts/devices.ts';

/** A pedal that types and is read as a pedal, or a contact that bounces, is one wish. */
export const TRIGGER_HOLD_MS = 250;

/**
 * @returns asks for a picture; within the hold of the wish before, nothing happens. `atMs` is when it
 * was pressed, not when a busy page came to it (Event.timeStamp).
 */
export function createTrigger(
  fire: (source: CaptureTrigger) => void,
): (source: CaptureTrigger, atMs: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (source, atMs) => {
    const held = atMs - last < TRIGGER_HOLD_MS;
    last = atMs;
    if (!held) {
      fire(source);
    }
  };
}

/** A switch or a slider that has the focus is no place to write in. */
const WRITTEN_IN =
  'input:not([type=radio], [type=range], [type=checkbox]), textarea, [contenteditable]';
const PRESSED_BY_SPACE = 'button, select, input, summary';

/** What a key event is judged by. */
export type KeyPress = Pick<
  KeyboardEvent,
  'code' | 'repeat' | 'ctrlKey' | 'altKey' | 'metaKey' | 'target'
>;

/**
 * @param captureKey as in KeyboardEvent.code.
 * @returns whether it asks for a picture: the chosen key anywhere but where one writes, and the space
 * bar inside the panel unless it is pressing something there.
 */
export function isCaptureKey(press: KeyPress, captureKey: string, panel: Element): boolean {
  const { target } = press;
  const on = target instanceof Element ? target : null;
  if (press.repeat || press.ctrlKey || press.altKey || press.metaKey) {
    return false;
  }
  if (press.code === captureKey && on?.closest(WRITTEN_IN) == null) {
    return true;
  }
  const inside = on !== null && panel.contains(on);
  return press.code === 'Space' && inside && on.closest(PRESSED_BY_SPACE) === null;
}

/** @returns which kind of device asked for a picture; null: the event is no such wish. */
export function triggerOf(
  { code, deviceId }: Pick<DeviceEvent, 'code' | 'deviceId'>,
  statuses: readonly Pick<DeviceStatus, 'deviceId' | 'kind'>[],
): CaptureTrigger | null {
  const kind = statuses.find((status) => status.deviceId === deviceId)?.kind;
  if (code !== 'buttonPressed') {
    return null;
  }
  return kind === 'pedal' ? 'pedal' : kind === 'camera' ? 'button' : null;
}
