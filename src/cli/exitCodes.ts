import type { FaultCode } from '../contracts/faults.ts';

/** What the command line ends with; docs/command-line.md lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  unknownAdapter: 3,
  notFound: 4,
  /** A port that another program holds, or the store while Chariot is open. */
  busy: 5,
  noPermission: 6,
  noAnswer: 7,
  wrongDevice: 8,
  /** A recording, a file or the store. */
  damaged: 9,
  /** The device is there and will not, the file is of a kind that is not read, or a rule says no. */
  refused: 10,
  /** The key that opens the store, or a sealed file, is not to be had. */
  locked: 11,
  /** The disk is full, or answers with an error. */
  disk: 12,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_FAULT: Partial<Record<FaultCode, ExitCode>> = {
  DEVICE_UNKNOWN_ADAPTER: EXIT.unknownAdapter,
  DEVICE_NOT_FOUND: EXIT.notFound,
  RECORDING_NOT_FOUND: EXIT.notFound,
  IMPORT_NOT_FOUND: EXIT.notFound,
  STORE_UNAVAILABLE: EXIT.notFound,
  CAPTURE_UNKNOWN: EXIT.notFound,
  ACT_UNKNOWN: EXIT.notFound,
  OUTBOX_UNKNOWN: EXIT.notFound,
  DEVICE_BUSY: EXIT.busy,
  DEVICE_DRIVER_IN_THE_WAY: EXIT.busy,
  STORE_BUSY: EXIT.busy,
  DEVICE_NO_PERMISSION: EXIT.noPermission,
  STORE_READ_ONLY: EXIT.noPermission,
  DEVICE_PROTOCOL: EXIT.noAnswer,
  DEVICE_NO_ANSWER: EXIT.noAnswer,
  DEVICE_SILENT: EXIT.noAnswer,
  DEVICE_WRONG_IDENTITY: EXIT.wrongDevice,
  IMPORT_DAMAGED: EXIT.damaged,
  IMPORT_INCOMPLETE: EXIT.damaged,
  RECORDING_NOT_A_RECORDING: EXIT.damaged,
  RECORDING_TORN_TAIL: EXIT.damaged,
  RECORDING_CORRUPT: EXIT.damaged,
  STORE_CORRUPT: EXIT.damaged,
  SEALED_NOT_SEALED: EXIT.damaged,
  SEALED_DAMAGED: EXIT.damaged,
  EXPORT_SOURCE_DAMAGED: EXIT.damaged,
  DEVICE_CANNOT: EXIT.refused,
  DEVICE_REJECTED_COMMAND: EXIT.refused,
  IMPORT_UNKNOWN_FORMAT: EXIT.refused,
  IMPORT_UNSUPPORTED: EXIT.refused,
  STORE_VERSION_NEWER: EXIT.refused,
  ACT_OPEN: EXIT.refused,
  EXPORT_NO_SIGNAL: EXIT.refused,
  EXPORT_RATE_REFUSED: EXIT.refused,
  EXPORT_TOO_MANY_CHANNELS: EXIT.refused,
  EXPORT_UNSUPPORTED: EXIT.refused,
  EXPORT_IDENTITY_MISSING: EXIT.refused,
  EXPORT_WRONG_PATIENT: EXIT.refused,
  OUTBOX_NOT_STUCK: EXIT.refused,
  KEYSTORE_UNAVAILABLE: EXIT.locked,
  KEYSTORE_WRONG_KEY: EXIT.locked,
  KEYSTORE_PASSPHRASE_NEEDED: EXIT.locked,
  KEYSTORE_PASSPHRASE_WRONG: EXIT.locked,
  KEYSTORE_PASSPHRASE_WEAK: EXIT.locked,
  SEALED_NO_KEY: EXIT.locked,
  STORE_DISK_FULL: EXIT.disk,
  STORE_IO: EXIT.disk,
  RECORDING_DISK_FULL: EXIT.disk,
  RECORDING_WRITE_FAILED: EXIT.disk,
};

export function exitCodeOf(code: FaultCode): ExitCode {
  return BY_FAULT[code] ?? EXIT.failed;
}
