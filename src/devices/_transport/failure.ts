import { type Fault, type FaultCode, fault } from '../../contracts/faults.ts';

/** File of udev rules that Chariot ships; a fault of permission names it. */
export const UDEV_RULES = '70-chariot.rules';

type Failed = { readonly ok: false; readonly fault: Fault };

/** Native libraries tell errors as text only: as an Error, and node-hid's events as bare strings. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Kinds of failure by the kernel's own words, as the bindings of each platform pass them on. */
export function openFault(error: unknown): FaultCode {
  const text = textOf(error);
  if (/permission denied|access (is )?denied|not permitted|EACCES|EPERM/i.test(text)) {
    return 'DEVICE_NO_PERMISSION';
  }
  if (/cannot lock|busy|EBUSY|EAGAIN|temporarily unavailable|in use/i.test(text)) {
    return 'DEVICE_BUSY';
  }
  if (/No such (file|device)|not found|ENOENT|ENXIO|ENODEV|disconnected/i.test(text)) {
    return 'DEVICE_NOT_FOUND';
  }
  return 'DEVICE_TRANSPORT_FAILED';
}

export function openFailed(error: unknown, path: string): Failed {
  const code = openFault(error);
  const params = code === 'DEVICE_NO_PERMISSION' ? { path, rule: UDEV_RULES } : { path };
  return { ok: false, fault: fault(code, params) };
}

/** True: the other end went away, as against a transfer that merely went wrong. */
export function isGone(error: unknown): boolean {
  return /disconnect|No such device|not connected|been closed|hung up|ENODEV|ENXIO|EIO/i.test(
    textOf(error),
  );
}

/** The usb library cancels a transfer when its time is up, and says only that. */
export function isTimeout(error: unknown): boolean {
  return /cancel|timed? ?out/i.test(textOf(error));
}
