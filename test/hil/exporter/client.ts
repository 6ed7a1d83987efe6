import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { deferred } from '../../emulators/host/deferred.ts';
import { COMMAND, importRequest, OP, opReply, URB_HEADER_BYTES } from './wire.ts';

/** How an URB ended: a negative Linux error number or 0, and what it brought. */
export type Completion = { readonly status: number; readonly bytes: Uint8Array };

const DEVICE_BYTES = 312;
const OP_BYTES = 8;

/** Asks what is exported; gives the raw answer. */
export async function listDevices(port: number): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(opReply(OP.requestDeviceList, 0));
  const parts: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => parts.push(bytes));
  await once(socket, 'end');
  socket.destroy();
  return Buffer.concat(parts);
}

type Expected = {
  readonly isIn: boolean;
  readonly length: number;
  readonly resolve: (done: Completion) => void;
};

function createReader(socket: Socket) {
  let pending = Buffer.alloc(0);
  let wake = deferred<void>();
  const isOver = { now: false };
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    wake.resolve();
  });
  socket.on('close', () => {
    isOver.now = true;
    wake.resolve();
  });
  socket.on('error', () => undefined);
  return {
    /** null when the connection ended before. */
    read: async (length: number): Promise<Buffer | null> => {
      while (pending.length < length) {
        if (isOver.now) return null;
        wake = deferred<void>();
        await wake.promise;
      }
      const head = pending.subarray(0, length);
      pending = pending.subarray(length);
      return head;
    },
  };
}

function submitHeader(sequence: number, isIn: boolean, endpoint: number, length: number): Buffer {
  const header = Buffer.alloc(URB_HEADER_BYTES);
  header.writeUInt32BE(COMMAND.submit, 0);
  header.writeUInt32BE(sequence, 4);
  header.writeUInt32BE(isIn ? 1 : 0, 12);
  header.writeUInt32BE(endpoint, 16);
  header.writeUInt32BE(length, 24);
  return header;
}

/** @returns the status of the refusal when the device was not given. */
export async function tryImport(port: number, busId: string) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const reader = createReader(socket);
  socket.write(importRequest(busId));
  const reply = await reader.read(OP_BYTES);
  const status = reply?.readUInt32BE(4) ?? -1;
  if (status !== 0) {
    socket.destroy();
    return { ok: false as const, status };
  }
  const device = (await reader.read(DEVICE_BYTES)) ?? Buffer.alloc(DEVICE_BYTES);
  return { ok: true as const, client: createClient(socket, reader, device) };
}

export async function importDevice(port: number, busId: string) {
  const outcome = await tryImport(port, busId);
  if (!outcome.ok) throw new Error(`import of ${busId} was refused: ${outcome.status}`);
  return outcome.client;
}

function createClient(socket: Socket, reader: ReturnType<typeof createReader>, device: Buffer) {
  let sequence = 0;
  const urbs = new Map<number, Expected>();
  const unlinks = new Map<number, (status: number) => void>();
  const receive = async (): Promise<void> => {
    for (;;) {
      const header = await reader.read(URB_HEADER_BYTES);
      if (header === null) return;
      const number = header.readUInt32BE(4);
      const status = header.readInt32BE(20);
      if (header.readUInt32BE(0) === COMMAND.unlinked) {
        unlinks.get(number)?.(status);
        continue;
      }
      const actual = header.readInt32BE(24);
      const urb = urbs.get(number);
      urbs.delete(number);
      const bytes = urb?.isIn === true && actual > 0 ? await reader.read(actual) : null;
      urb?.resolve({ status, bytes: Uint8Array.from(bytes ?? []) });
    }
  };
  const ended = receive();
  const submit = (
    endpoint: number,
    isIn: boolean,
    length: number,
    rest: Uint8Array,
    setup?: Uint8Array,
  ) => {
    sequence += 1;
    const header = submitHeader(sequence, isIn, endpoint, length);
    if (setup !== undefined) header.set(setup, 40);
    const { promise, resolve } = deferred<Completion>();
    urbs.set(sequence, { isIn, length, resolve });
    socket.write(Buffer.concat([header, rest]));
    return { sequence, done: promise };
  };
  const none = new Uint8Array(0);
  return {
    /** The 312 bytes that describe the device. */
    device,
    /** Resolves when the connection is gone. */
    ended,
    read: (endpoint: number, length: number) => submit(endpoint, true, length, none),
    write: (endpoint: number, bytes: Uint8Array) =>
      submit(endpoint, false, bytes.length, bytes).done,
    controlIn: (
      requestType: number,
      request: number,
      value: number,
      index: number,
      length: number,
    ) =>
      submit(0, true, length, none, setupBytes([requestType, request], value, index, length)).done,
    controlOut: (
      requestType: number,
      request: number,
      value: number,
      index: number,
      bytes: Uint8Array = none,
    ) =>
      submit(
        0,
        false,
        bytes.length,
        bytes,
        setupBytes([requestType, request], value, index, bytes.length),
      ).done,
    /** @returns the status of the unlinking: -104 when it was pending, 0 when it was done. */
    unlink: (target: number): Promise<number> => {
      sequence += 1;
      const header = Buffer.alloc(URB_HEADER_BYTES);
      header.writeUInt32BE(COMMAND.unlink, 0);
      header.writeUInt32BE(sequence, 4);
      header.writeUInt32BE(target, 20);
      const { promise, resolve } = deferred<number>();
      unlinks.set(sequence, resolve);
      socket.write(header);
      return promise;
    },
    /** Lets the device go. */
    close: async (): Promise<void> => {
      socket.destroy();
      await ended;
    },
  };
}

function setupBytes(head: readonly [number, number], value: number, index: number, length: number) {
  const setup = Buffer.from([...head, 0, 0, 0, 0, 0, 0]);
  setup.writeUInt16LE(value, 2);
  setup.writeUInt16LE(index, 4);
  setup.writeUInt16LE(length, 6);
  return setup;
}
