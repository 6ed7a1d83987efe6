import { z } from 'zod';

/**
 * What a caller may do about a fault.
 * - transient: the same thing may work later without anyone acting;
 * - ambiguous: nobody knows whether it happened; only an idempotent repeat is allowed;
 * - permanent: it will not work until somebody changes something.
 */
export type FaultFamily = 'transient' | 'ambiguous' | 'permanent';

/** Every expected failure of Chariot. The text for people is `fault.<CODE>` in the renderer. */
export const FAULT_FAMILIES = {
  DEVICE_UNPLUGGED: 'transient',
  DEVICE_NOT_FOUND: 'transient',
  DEVICE_BUSY: 'transient',
  DEVICE_NO_PERMISSION: 'permanent',
  DEVICE_NO_ANSWER: 'transient',
  DEVICE_WRONG_IDENTITY: 'permanent',
  DEVICE_SILENT: 'transient',
  DEVICE_REJECTED_COMMAND: 'permanent',
  DEVICE_CANNOT: 'permanent',
  DEVICE_SAID_ABORT: 'transient',
  DEVICE_PROTOCOL: 'transient',
  DEVICE_DRIVER_IN_THE_WAY: 'permanent',
  DEVICE_UNKNOWN_ADAPTER: 'permanent',
  DEVICE_TRANSPORT_FAILED: 'transient',
  DEVICE_HOST_RESTARTED: 'transient',
  DEVICE_HOST_UNAVAILABLE: 'transient',
  IMPORT_NOT_FOUND: 'permanent',
  IMPORT_UNKNOWN_FORMAT: 'permanent',
  IMPORT_DAMAGED: 'permanent',
  IMPORT_UNSUPPORTED: 'permanent',
  IMPORT_INCOMPLETE: 'permanent',
  BLOCK_TRUNCATED: 'permanent',
  BLOCK_VERSION_UNKNOWN: 'permanent',
  BLOCK_CHECKSUM: 'permanent',
  BLOCK_MALFORMED: 'permanent',
  RECORDING_NOT_FOUND: 'permanent',
  RECORDING_NOT_A_RECORDING: 'permanent',
  RECORDING_TORN_TAIL: 'permanent',
  RECORDING_CORRUPT: 'permanent',
  RECORDING_DISK_FULL: 'transient',
  RECORDING_WRITE_FAILED: 'transient',
  RECORDING_RANGE_MISSING: 'permanent',
  SIGNALLING_MALFORMED: 'permanent',
  SIGNALLING_TOO_LARGE: 'permanent',
  SIGNALLING_UNKNOWN_CALL: 'permanent',
  SIGNALLING_TIMEOUT: 'ambiguous',
  SIGNALLING_CLOSED: 'transient',
  SIGNALLING_REPLACED: 'permanent',
  SIGNALLING_RATE_LIMIT: 'transient',
  SIGNALLING_NOT_JOINED: 'permanent',
  SIGNALLING_OUTPUT_INVALID: 'permanent',
  TOKEN_INVALID: 'permanent',
  TOKEN_EXPIRED: 'permanent',
  ROLE_FORBIDDEN: 'permanent',
  ROOM_UNKNOWN: 'permanent',
  ROOM_FULL: 'transient',
  MEDIA_TRANSPORT_UNKNOWN: 'permanent',
  MEDIA_PRODUCER_UNKNOWN: 'permanent',
  MEDIA_CONSUMER_UNKNOWN: 'permanent',
  MEDIA_CANNOT_CONSUME: 'permanent',
  MEDIA_REJECTED: 'permanent',
  MEDIA_WORKER_DIED: 'transient',
  MEDIA_CAMERA_UNAVAILABLE: 'permanent',
  MEDIA_MICROPHONE_UNAVAILABLE: 'permanent',
  HUB_UNAVAILABLE: 'transient',
  HUB_PORT_IN_USE: 'permanent',
  HUB_START_FAILED: 'permanent',
  IPC_MALFORMED: 'permanent',
  IPC_SENDER_REFUSED: 'permanent',
  IPC_UNKNOWN_CALL: 'permanent',
  IPC_OUTPUT_INVALID: 'permanent',
  MEDIA_PERMISSION_DENIED: 'permanent',
  MEDIA_VOICE_PROCESSING: 'permanent',
  MEDIA_NO_PICTURE: 'transient',
  CAPTURE_DISK_FULL: 'transient',
  CAPTURE_WRITE_FAILED: 'transient',
  CAPTURE_MALFORMED: 'permanent',
  STORE_BUSY: 'transient',
  STORE_DISK_FULL: 'transient',
  STORE_READ_ONLY: 'permanent',
  STORE_CORRUPT: 'permanent',
  STORE_IO: 'transient',
  STORE_VERSION_NEWER: 'permanent',
  STORE_ROLLED_BACK: 'permanent',
  STORE_UNAVAILABLE: 'permanent',
  KEYSTORE_UNAVAILABLE: 'permanent',
  KEYSTORE_WRONG_KEY: 'permanent',
  KEYSTORE_PASSPHRASE_NEEDED: 'permanent',
  KEYSTORE_PASSPHRASE_WRONG: 'permanent',
  KEYSTORE_PASSPHRASE_WEAK: 'permanent',
  SEALED_NOT_SEALED: 'permanent',
  SEALED_NO_KEY: 'permanent',
  SEALED_DAMAGED: 'permanent',
  CAPTURE_UNKNOWN: 'permanent',
  ACT_UNKNOWN: 'permanent',
  ACT_CLOSED: 'permanent',
  ACT_OPEN: 'permanent',
  EXPORT_NO_SIGNAL: 'permanent',
  EXPORT_RATE_REFUSED: 'permanent',
  EXPORT_TOO_MANY_CHANNELS: 'permanent',
  EXPORT_UNSUPPORTED: 'permanent',
  EXPORT_SOURCE_DAMAGED: 'permanent',
  EXPORT_IDENTITY_MISSING: 'permanent',
  EXPORT_WRONG_PATIENT: 'permanent',
  OUTBOX_UNKNOWN: 'permanent',
  OUTBOX_NOT_STUCK: 'permanent',
  OUTBOX_REJECTED: 'permanent',
  OUTBOX_CREDENTIALS: 'transient',
  OUTBOX_THROTTLED: 'transient',
  OUTBOX_SERVER_ERROR: 'transient',
  OUTBOX_LINK_LOST: 'ambiguous',
  OUTBOX_UNREACHABLE: 'transient',
  OUTBOX_TIMEOUT: 'ambiguous',
  OUTBOX_CERTIFICATE: 'transient',
  OUTBOX_CLOCK: 'transient',
  OUTBOX_CAPTIVE_PORTAL: 'transient',
  OUTBOX_HASH_MISMATCH: 'ambiguous',
  OUTBOX_CONFLICT: 'permanent',
  OUTBOX_PROTOCOL: 'transient',
  OUTBOX_TOO_MANY_ATTEMPTS: 'permanent',
  OUTBOX_PAYLOAD_CHANGED: 'permanent',
  OUTBOX_LEASE_LOST: 'transient',
  OUTBOX_NO_DESTINATION: 'permanent',
  DESTINATION_UNKNOWN: 'permanent',
  DESTINATION_INSECURE: 'permanent',
  DESTINATION_IN_USE: 'permanent',
  SETTINGS_UNREADABLE: 'permanent',
  INTERNAL: 'permanent',
} as const satisfies Record<string, FaultFamily>;

export type FaultCode = keyof typeof FAULT_FAMILIES;

const FAULT_CODES = Object.keys(FAULT_FAMILIES) as [FaultCode, ...FaultCode[]];

export const FaultCodeSchema = z.enum(FAULT_CODES);

/** `params` fill the translated text; they never hold a patient's data. */
export const FaultSchema = z.object({
  code: FaultCodeSchema,
  params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

export type Fault = {
  readonly code: FaultCode;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
};

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed(
  code: FaultCode,
  params?: Readonly<Record<string, string | number>>,
): { readonly ok: false; readonly fault: Fault } {
  return { ok: false, fault: fault(code, params) };
}

export function fault(code: FaultCode, params?: Readonly<Record<string, string | number>>): Fault {
  return params === undefined ? { code } : { code, params };
}
