import type { EmulatedInstrument } from '../definition.ts';
import { ask, fromHex } from '../usb/testing.ts';
import { checksumOf, REPORT_BYTES } from './reports.ts';

export const INIT = [...fromHex('1aa54a06490748084709460a450b440c430d420e41')];
/** Start of sensors 1 and 2. */
export const START_BOTH = [0x18, 0xff, 1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** For tests: a command as the host sends it, in one report. */
export function command(body: number | readonly number[], counter = 0xfe): Uint8Array {
  const sub = typeof body === 'number' ? [body] : body;
  const message = Uint8Array.of(0x58, sub.length + 4, counter, 0, ...sub);
  message[3] = checksumOf(message);
  const report = new Uint8Array(REPORT_BYTES);
  report[0] = message.length;
  report.set(message, 1);
  return report;
}

export function begin(device: EmulatedInstrument): EmulatedInstrument {
  ask(device, command(INIT), 0);
  return device;
}

/** For tests: messages joined from their reports; a report that is too short ends its message. */
export function messagesOf(reports: readonly Uint8Array[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let pending: number[] = [];
  for (const report of reports) {
    pending.push(...report.subarray(1, 1 + (report[0] ?? 0)));
    if (pending.length < (pending[1] ?? 0) && report.length === REPORT_BYTES) continue;
    messages.push(Uint8Array.from(pending));
    pending = [];
  }
  return messages;
}
