import type { FaultCode } from '../contracts/faults.ts';

/** What the command line ends with; docs/command-line.md lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unknownAdapter: 3,
  notFound: 4,
  busy: 5,
  noPermission: 6,
  noAnswer: 7,
  wrongDevice: 8,
  damaged: 9,
  /** The device is there and will not, or the file is of a kind that is not read. */
  refused: 10,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_FAULT: Partial<Record<FaultCode, ExitCode>> = {
  DEVICE_UNKNOWN_ADAPTER: EXIT.unknownAdapter,
  DEVICE_NOT_FOUND: EXIT.notFound,
  RECORDING_NOT_FOUND: EXIT.notFound,
  DEVICE_BUSY: EXIT.busy,
  DEVICE_DRIVER_IN_THE_WAY: EXIT.busy,
  DEVICE_CANNOT: EXIT.refused,
  DEVICE_REJECTED_COMMAND: EXIT.refused,
  DEVICE_PROTOCOL: EXIT.noAnswer,
  IMPORT_NOT_FOUND: EXIT.notFound,
  IMPORT_UNKNOWN_FORMAT: EXIT.refused,
  IMPORT_UNSUPPORTED: EXIT.refused,
  IMPORT_DAMAGED: EXIT.damaged,
  IMPORT_INCOMPLETE: EXIT.damaged,
  DEVICE_NO_PERMISSION: EXIT.noPermission,
  DEVICE_NO_ANSWER: EXIT.noAnswer,
  DEVICE_SILENT: EXIT.noAnswer,
  DEVICE_WRONG_IDENTITY: EXIT.wrongDevice,
  RECORDING_NOT_A_RECORDING: EXIT.damaged,
  RECORDING_TORN_TAIL: EXIT.damaged,
  RECORDING_CORRUPT: EXIT.damaged,
};

export function exitCodeOf(code: FaultCode): ExitCode {
  return BY_FAULT[code] ?? EXIT.failed;
}
