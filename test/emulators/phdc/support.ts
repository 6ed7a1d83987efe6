import type { EmulatedInstrument, EmulatorOptions } from '../definition.ts';
import { ask, run } from '../usb/testing.ts';
import { actionInvoke, associationResponse, CHOICE, eventResult, getInvoke } from './apdu.ts';
import { phdc } from './definition.ts';
import { join, u16, u32 } from './mder.ts';
import { ACTION, EVENT } from './nomenclature.ts';

const MANAGER = Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7);

/** For tests: a presentation APDU taken apart by the layout of the standard, not by the encoder. */
export type Received = {
  readonly bytes: Uint8Array;
  /** e200 and so on. */
  readonly type: number;
  readonly invokeId: number;
  readonly choice: number;
  readonly handle: number;
  /** Event or action. */
  readonly code: number;
  /** What follows event or action, without its length. */
  readonly info: Uint8Array;
  /** All lengths are right. */
  readonly isWhole: boolean;
};

export function u16At(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function read(bytes: Uint8Array): Received {
  const choice = u16At(bytes, 8);
  const isEvent = choice === CHOICE.event || choice === CHOICE.confirmedEvent;
  const codeAt = isEvent ? 18 : 14;
  const isPrst = u16At(bytes, 0) === 0xe700;
  const lengths = [
    [2, 4],
    ...(isPrst
      ? [
          [4, 6],
          [10, 12],
        ]
      : []),
  ];
  const isWhole = lengths.every(([at = 0, from = 0]) => u16At(bytes, at) === bytes.length - from);
  return {
    bytes,
    type: u16At(bytes, 0),
    invokeId: u16At(bytes, 6),
    choice,
    handle: u16At(bytes, 12),
    code: u16At(bytes, codeAt),
    info: bytes.slice(codeAt + 4),
    isWhole,
  };
}

/** For tests: a manager with the emulator's clock in its hand. */
export function manage(options: EmulatorOptions = {}) {
  const device: EmulatedInstrument = phdc.create(options);
  let nowMs = 0;
  let invokeId = 100;
  const send = (bytes: Uint8Array): Received[] => ask(device, bytes, nowMs).map(read);
  const next = (): number => {
    invokeId += 1;
    return invokeId;
  };
  const confirm = (event: Received, info: Uint8Array): Received[] =>
    send(eventResult(event.invokeId, { handle: event.handle, type: event.code }, info));
  return {
    device,
    send,
    now: () => nowMs,
    /** Lets time pass and takes what the agent sends by itself. */
    wait: (ms: number): Received[] => {
      nowMs += ms;
      return run(device, nowMs).map(read);
    },
    associate: (result: number): Received[] => {
      run(device, nowMs);
      return send(associationResponse(result, MANAGER));
    },
    confirm,
    acceptConfig: (config: Received, result = 0): Received[] =>
      confirm(config, u16(u16At(config.info, 0), result)),
    confirmReport: (report: Received): Received[] => confirm(report, new Uint8Array(0)),
    confirmSegment: (event: Received, status = 0x0080): Received[] =>
      confirm(event, join(event.info.slice(0, 10), u16(status))),
    get: (handle: number, ids: readonly number[] = []): Received[] =>
      send(getInvoke(next(), handle, ids)),
    act: (handle: number, type: number, info: Uint8Array): Received[] =>
      send(actionInvoke(next(), handle, type, info)),
    trigger: (handle: number, segment: number): Received[] =>
      send(actionInvoke(next(), handle, ACTION.triggerTransfer, u16(segment))),
    info: (handle: number): Received[] =>
      send(actionInvoke(next(), handle, ACTION.segmentInfo, u16(1, 2, 0))),
  };
}

export type Manager = ReturnType<typeof manage>;

/** For tests: associates, accepting an unknown configuration where the agent has one. */
export function operate(options: EmulatorOptions = {}, result = 3): Manager {
  const manager = manage(options);
  const [config] = manager.associate(result);
  if (config?.code === EVENT.config) manager.acceptConfig(config);
  return manager;
}

/** For tests: reports as they come, each confirmed where it asks for that. */
export function collect(manager: Manager, count: number): Received[] {
  const reports: Received[] = [];
  for (let guard = 0; reports.length < count && guard < 100; guard += 1) {
    for (const one of manager.wait(1000)) {
      reports.push(one);
      if (one.choice === CHOICE.confirmedEvent) manager.confirmReport(one);
    }
  }
  return reports;
}

export const TIME_2027 = join(Uint8Array.of(0x20, 0x27, 1, 2, 3, 4, 5, 0), u32(0));
