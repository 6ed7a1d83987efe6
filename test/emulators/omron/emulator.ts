import type { EmulatedInstrument, EmulatorOptions } from '../definition.ts';
import { createPending, oneIn } from '../usb/pending.ts';
import * as protocol from './protocol.ts';
import { BANKS } from './readings.ts';

type Faults = Readonly<Record<string, number>>;

/** What the device answers while nothing is wrong. undefined: nothing. */
function createMonitor(faults: Faults) {
  const refuses = oneIn(faults['no-record']);
  let mode: protocol.Mode | undefined;
  let isClear = false;
  let injected = 0;
  const reading = (bank: number, index: number): Uint8Array => {
    if (refuses()) {
      injected += 1;
      return protocol.NO;
    }
    const found = BANKS[bank]?.[index];
    return found === undefined ? protocol.NO : protocol.readingAnswer(found);
  };
  const count = (bank: number): Uint8Array => {
    const lie = faults['count-lies'] ?? 0;
    const stored = BANKS[bank]?.length;
    if (stored === undefined) return protocol.NO;
    if (lie > 0) injected += 1;
    return protocol.countAnswer(stored + lie);
  };
  const inInfo = (kind: 'version' | 'profile' | 'serial'): Uint8Array => {
    if (!isClear || mode !== 'info') return protocol.NO;
    if (kind === 'version') return protocol.versionAnswer();
    return kind === 'profile' ? protocol.profileAnswer() : protocol.serialAnswer();
  };
  const answer = (command: protocol.Command): Uint8Array => {
    switch (command.kind) {
      case 'clear':
        isClear = mode !== undefined;
        return isClear ? protocol.OK : protocol.NO;
      case 'end':
        mode = undefined;
        isClear = false;
        return protocol.OFF;
      case 'version':
      case 'profile':
      case 'serial':
        return inInfo(command.kind);
      case 'count':
      case 'reading':
        if (!isClear || mode !== 'readings') return protocol.NO;
        if (command.kind === 'count') return count(command.bank);
        return reading(command.bank, command.index);
      case 'badChecksum':
      case 'unknown':
        return protocol.NO;
      default:
        return command satisfies never;
    }
  };
  return {
    answer,
    injected: () => injected,
    setMode: (wanted: protocol.Mode): void => {
      mode = wanted;
      isClear = false;
    },
  };
}

/**
 * An Omron HEM-790IT blood pressure monitor on USB, as a state machine. Where the public notes leave
 * a choice: without a mode and its clearing block every command is answered NO; after END the
 * device is off until it is plugged in again or a mode is chosen, which wakes it.
 */
export function createOmron(options: EmulatorOptions): EmulatedInstrument {
  const faults = options.faults ?? {};
  const monitor = createMonitor(faults);
  const read = protocol.createCommandReader();
  const pending = createPending();
  const wrongXor = oneIn(faults['bad-xor']);
  const truncates = oneIn(faults['truncated']);
  let answered = 0;
  let injected = 0;
  let isOff = false;

  const spoil = (message: Uint8Array): Uint8Array => {
    const hasChecksum = message.length > protocol.OK.length && message[0] === protocol.OK[0];
    const isOk = hasChecksum && message[1] === protocol.OK[1];
    if (!isOk || !wrongXor()) return message;
    injected += 1;
    return message.map((byte, i) => (i === message.length - 1 ? byte ^ 0x5a : byte));
  };
  const send = (message: Uint8Array, nowMs: number): void => {
    const reports = protocol.toReports(spoil(message));
    const off = faults['power-off'];
    if (off !== undefined && answered >= off) {
      injected += 1;
      isOff = true;
      for (const report of reports.slice(0, reports.length >> 1)) pending.push(report, nowMs);
      pending.pushDisconnect(nowMs);
      return;
    }
    answered += 1;
    const kept = truncates() ? reports.slice(0, -1) : reports;
    if (kept.length < reports.length) injected += 1;
    for (const report of kept) pending.push(report, nowMs);
  };
  const obey = (command: protocol.Command, nowMs: number): void => {
    if (isOff) return;
    const limit = faults['silent'];
    if (limit !== undefined && answered >= limit) {
      injected += 1;
      return;
    }
    send(monitor.answer(command), nowMs);
    if (command.kind === 'end') isOff = true;
  };

  return {
    receive: (bytes, nowMs) => {
      for (const command of read(bytes)) obey(command, nowMs);
      return [];
    },
    advance: (nowMs) => ({ ...pending.release(nowMs), sent: [] }),
    nextDueMs: pending.nextDueMs,
    faultsInjected: () => injected + monitor.injected(),
    control: (request) => {
      if (request.kind !== 'setFeature') return null;
      const mode = protocol.modeOf(request.bytes);
      if (mode === undefined) return null;
      isOff = false;
      monitor.setMode(mode);
      return new Uint8Array(0);
    },
  };
}
