import type { UrbCommand } from './wire.ts';
import {
  BUS_ID_BYTES,
  OP,
  OP_HEADER_BYTES,
  readBusId,
  readUrbCommand,
  URB_HEADER_BYTES,
  URB_LENGTH_LIMIT,
} from './wire.ts';

/** What one connection says, message by message. */
export type Said =
  | { readonly kind: 'list' }
  | { readonly kind: 'import'; readonly busId: string }
  | { readonly kind: 'urb'; readonly command: UrbCommand; readonly data: Uint8Array }
  /** Not USB/IP: the connection is of no use any more. */
  | { readonly kind: 'nonsense' };

const NO_DATA = new Uint8Array(0);

/** Cuts a connection's bytes into messages. After an import the same connection carries URBs. */
export function createConversation(onSaid: (said: Said) => void) {
  let pending: Buffer = Buffer.alloc(0);
  let isImported = false;
  let isOver = false;

  const take = (length: number): Buffer => {
    const head = pending.subarray(0, length);
    pending = pending.subarray(length);
    return head;
  };
  const nonsense = (): Said => {
    isOver = true;
    return { kind: 'nonsense' };
  };
  const nextRequest = (): Said | null => {
    if (pending.length < OP_HEADER_BYTES) return null;
    const code = pending.readUInt16BE(2);
    if (code === OP.requestDeviceList) {
      take(OP_HEADER_BYTES);
      return { kind: 'list' };
    }
    if (code !== OP.requestImport) return nonsense();
    if (pending.length < OP_HEADER_BYTES + BUS_ID_BYTES) return null;
    take(OP_HEADER_BYTES);
    return { kind: 'import', busId: readBusId(take(BUS_ID_BYTES)) };
  };
  const nextUrb = (): Said | null => {
    if (pending.length < URB_HEADER_BYTES) return null;
    const command = readUrbCommand(pending.subarray(0, URB_HEADER_BYTES));
    if (command.kind === 'unknown') return nonsense();
    const length = command.kind === 'submit' && !command.isIn ? command.length : 0;
    if (length > URB_LENGTH_LIMIT) return nonsense();
    if (pending.length < URB_HEADER_BYTES + length) return null;
    take(URB_HEADER_BYTES);
    return { kind: 'urb', command, data: length === 0 ? NO_DATA : Uint8Array.from(take(length)) };
  };
  return {
    push: (bytes: Uint8Array): void => {
      pending = Buffer.concat([pending, bytes]);
      while (!isOver) {
        const said = isImported ? nextUrb() : nextRequest();
        if (said === null) return;
        onSaid(said);
      }
    },
    /** The import was granted: URBs follow. Call it from within `onSaid`. */
    imported: (): void => {
      isImported = true;
    },
  };
}
