import type { UsbPort } from './model.ts';

/**
 * What a bridge chip keeps between its serial line and the host. Chips hold a few hundred bytes; a
 * guest in software emulation stalls for longer than a computer does, so here it is two seconds at
 * 115200 baud.
 */
const FIFO_BYTES = 24 * 1024;

/** How a bridge fills one buffer of the host: the packet, and the serial bytes that went into it. */
export type Pack = (bytes: Uint8Array, room: number) => { packet: Uint8Array; used: number };

/** Serial bytes go straight into the packet; as much as there is room. */
export const packPlain: Pack = (bytes, room) => ({
  packet: bytes.subarray(0, room),
  used: Math.min(room, bytes.length),
});

/** The receiving half of a serial bridge: from the line to an IN endpoint. */
export function createSerialFifo(port: UsbPort, endpoint: number, pack: Pack) {
  let bytes: Uint8Array = new Uint8Array(0);
  const pump = (): void => {
    for (;;) {
      const room = port.waiting(endpoint)[0];
      if (room === undefined || bytes.length === 0) return;
      const { packet, used } = pack(bytes, room);
      bytes = bytes.subarray(used);
      port.send(endpoint, packet);
    }
  };
  return {
    /** False: the line overran, and these bytes are lost. */
    push: (more: Uint8Array): boolean => {
      if (bytes.length + more.length > FIFO_BYTES) return false;
      bytes = Buffer.concat([bytes, more]);
      pump();
      return true;
    },
    pump,
    purge: (): void => {
      bytes = new Uint8Array(0);
    },
  };
}
