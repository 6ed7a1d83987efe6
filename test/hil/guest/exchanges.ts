import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Transport } from '../../../src/devices/_sdk/transport.ts';
import type { InstrumentName } from './wires.ts';

/** How to make a device speak, and how to know that it was it. */
export type Exchange = {
  readonly ask: (transport: Transport) => Promise<unknown>;
  /** @param heard all bytes since the question. */
  readonly isAnswer: (heard: Buffer) => boolean;
  /** Device nodes of this kind: the folder, and what their names look like. */
  readonly nodes: { readonly folder: string; readonly pattern: RegExp };
};

const FRAME_BYTES = 33;

/** OpenBCI "Cyton data format": A0, 31 bytes, C0; two in a row, for both marks occur inside data. */
function hasFrame(heard: Buffer): boolean {
  for (let at = 0; at + 2 * FRAME_BYTES <= heard.length; at += 1) {
    const marks = [0, FRAME_BYTES].every(
      (next) => heard[at + next] === 0xa0 && heard[at + next + FRAME_BYTES - 1] === 0xc0,
    );
    if (marks) return true;
  }
  return false;
}

/** Vernier Go Direct: length, 58, total length, counter, checksum, then the sub-command INIT. */
const GODIRECT_INIT = 0x1a;
function godirectInit(): Uint8Array {
  const sub = 'a54a06490748084709460a450b440c430d420e41';
  const message = Buffer.concat([
    Buffer.from([0x58, 0, 0xff, 0, GODIRECT_INIT]),
    Buffer.from(sub, 'hex'),
  ]);
  message[1] = message.length;
  message[3] = message.reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return Uint8Array.from([message.length, ...message]);
}

/** USB 2.0, 9.4.5. */
const STATUS_OF_DEVICE = {
  kind: 'usb',
  requestType: 'standard',
  recipient: 'device',
  request: 0,
  value: 0,
  index: 0,
} as const;
/** Asked for its status by a new host, an agent of IEEE 11073-20601 asks to be associated: AARQ, 50 bytes. */
const ASSOCIATION_REQUEST = Buffer.from('e2000032', 'hex');

export const EXCHANGES: Readonly<Record<InstrumentName, Exchange>> = {
  serial: {
    ask: ({ writable }) => writable.write(Buffer.from('b')),
    isAnswer: hasFrame,
    nodes: { folder: '/dev', pattern: /^ttyUSB\d+$/ },
  },
  hid: {
    ask: ({ writable }) => writable.write(godirectInit()),
    // Replies carry the command fifth, after the length of the piece.
    isAnswer: (heard) => heard[5] === GODIRECT_INIT,
    nodes: { folder: '/dev', pattern: /^hidraw\d+$/ },
  },
  phdc: {
    ask: async ({ control }) => control?.read(STATUS_OF_DEVICE, 2),
    isAnswer: (heard) => heard.includes(ASSOCIATION_REQUEST),
    nodes: { folder: '/dev/bus/usb/001', pattern: /^\d+$/ },
  },
};

export function nodesOf({ nodes }: Exchange): string[] {
  const names = readdirSync(nodes.folder).filter((name) => nodes.pattern.test(name));
  return names.map((name) => path.join(nodes.folder, name));
}

/** Resolves with the milliseconds until the device answered. */
export function untilAnswer(transport: Transport, exchange: Exchange): Promise<number> {
  const started = performance.now();
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const stop = transport.readable.listen((bytes) => {
      heard = Buffer.concat([heard, bytes]);
      if (!exchange.isAnswer(heard)) return;
      stop();
      resolve(performance.now() - started);
    });
    void exchange.ask(transport);
  });
}
