/**
 * Names of Electron's channels between window and main: one carries every call, one every notice,
 * one the stream port. Apart from ipc.ts so that the preload need not load zod.
 */
export const IPC_CALL_CHANNEL = 'chariot:call';
export const IPC_NOTICE_CHANNEL = 'chariot:notice';
export const IPC_STREAM_CHANNEL = 'chariot:stream';
