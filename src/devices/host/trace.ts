import type { TraceEntry } from '../../contracts/trace.ts';
import type { TraceDirection, TraceReader } from '../_sdk/adapter.ts';
import { type HostTime, nsToMs } from '../_sdk/time.ts';
import type { ControlPipe, ControlRequest, Transport } from '../_sdk/transport.ts';

/** Older entries give way: about a minute of a Cyton. */
export const TRACE_MAX_ENTRIES = 8_192;
export const TRACE_MAX_BYTES = 1024 * 1024;

/** What crossed a device's wire, kept in memory while a technician wants it. */
export type Trace = {
  isOn(): boolean;
  /** Off forgets all. */
  set(on: boolean): void;
  /** The same transport, overheard. */
  tap(transport: Transport): Transport;
  /** Entries from number `from` on, at most `limit`. `first`: oldest number that is still kept. */
  read(from: number, limit: number): { entries: TraceEntry[]; next: number; first: number };
};

/** A reader that fails costs its own words, never the device that it reads along with. */
function words(reader: TraceReader, direction: TraceDirection, bytes: Uint8Array): string[] {
  try {
    return [...reader(direction, bytes)];
  } catch {
    return ['?'];
  }
}

export function createTrace(newReader: () => TraceReader, time: HostTime): Trace {
  let entries: TraceEntry[] = [];
  let bytesKept = 0;
  let next = 0;
  let reader: TraceReader | null = null;

  function add(direction: TraceDirection, bytes: Uint8Array, atNs: bigint): void {
    if (reader !== null) {
      keep({ direction, text: words(reader, direction, bytes) }, bytes, atNs);
    }
  }

  /** Not given to the reader, which would take it for a piece of the stream. */
  function addControl(direction: TraceDirection, request: ControlRequest, bytes: Uint8Array): void {
    if (reader !== null) {
      const text = [`control ${request.kind === 'usb' ? request.request : request.reportId}`];
      keep({ direction, pipe: 'control', text }, bytes, time.nowNs());
    }
  }

  function keep(
    what: Pick<TraceEntry, 'direction' | 'pipe' | 'text'>,
    bytes: Uint8Array,
    atNs: bigint,
  ): void {
    entries.push({
      seq: next++,
      atMs: nsToMs(atNs),
      hex: Buffer.from(bytes).toString('hex'),
      ...what,
    });
    bytesKept += bytes.length;
    if (entries.length > TRACE_MAX_ENTRIES || bytesKept > TRACE_MAX_BYTES) {
      // Half at once: dropping one by one would move the whole list each time.
      const gone = entries.splice(0, Math.ceil(entries.length / 2));
      bytesKept -= gone.reduce((sum, entry) => sum + entry.hex.length / 2, 0);
    }
  }

  function tapControl(control: ControlPipe): ControlPipe {
    return {
      read: async (request, length) => {
        const answer = await control.read(request, length);
        if (answer.ok) {
          addControl('in', request, answer.value);
        }
        return answer;
      },
      write: (request, bytes) => {
        addControl('out', request, bytes);
        return control.write(request, bytes);
      },
    };
  }

  return {
    isOn: () => reader !== null,
    set: (on) => {
      reader = on ? (reader ?? newReader()) : null;
      if (!on) {
        entries = [];
        bytesKept = 0;
      }
    },
    tap: (transport) => {
      if (reader !== null) {
        // A new life of the device: what was half read belongs to the former one.
        reader = newReader();
      }
      return {
        ...transport,
        readable: {
          listen: (listener) =>
            transport.readable.listen((bytes, readAtNs) => {
              add('in', bytes, readAtNs);
              listener(bytes, readAtNs);
            }),
        },
        writable: {
          write: (bytes) => {
            add('out', bytes, time.nowNs());
            return transport.writable.write(bytes);
          },
        },
        control: transport.control === null ? null : tapControl(transport.control),
      };
    },
    read: (from, limit) => {
      const first = entries[0]?.seq ?? next;
      const start = Math.max(0, from - first);
      const found = entries.slice(start, start + limit);
      const last = found.at(-1);
      return { entries: found, next: last === undefined ? next : last.seq + 1, first };
    },
  };
}
