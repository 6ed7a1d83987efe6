import type { TraceReader } from '../_sdk/adapter.ts';
import { readOldFrame, readRealtime } from './decoders.ts';
import { createNewParser, NEW_COMMAND, PACKET } from './newWire.ts';
import { createOldParser, OLD_COMMAND } from './oldWire.ts';
import { emptyReading, type Reading } from './reading.ts';

const SAID: readonly (readonly [Uint8Array, string])[] = [
  [NEW_COMMAND.start, 'A1 start realtime'],
  [NEW_COMMAND.stop, 'A2 stop realtime'],
  [NEW_COMMAND.download, 'A6 storage, user 1, segment 1'],
  [NEW_COMMAND.downloadStop, 'A7 stop storage'],
  [NEW_COMMAND.duration, 'A4 length of the stored session'],
  [NEW_COMMAND.keepAlive, 'AF keep-alive'],
  [OLD_COMMAND.download, 'F5 storage'],
  [OLD_COMMAND.downloadStop, 'F6 stop storage'],
];

const PACKET_NAMES: ReadonlyMap<number, string> = new Map([
  [PACKET.storage, '0F storage'],
  [PACKET.storageWithPerfusion, '09 storage'],
  [PACKET.duration, '08 length'],
  [PACKET.acknowledged, '0C acknowledged'],
  [PACKET.disconnect, '0D disconnect'],
]);

function line({ spo2, pulse, off, searching, strength }: Reading): string {
  const said = `${off ? ', probe off' : ''}${searching ? ', searching' : ''}`;
  return `SpO2 ${spo2 ?? '-'} PR ${pulse ?? '-'} signal ${strength}${said}`;
}

/** Reads both wires: a trace does not say which one it is of. Live values: one line a change. */
export function createCms50dTrace(): TraceReader {
  let lines: string[] = [];
  let last = '';
  const reading = emptyReading();
  const tell = (name: string): void => {
    const now = `${name} ${line(reading)}`;
    if (now !== last) {
      last = now;
      lines.push(now);
    }
  };
  const ignore = (): void => undefined;
  const old = createOldParser(
    (data, at) => {
      readOldFrame(data, at, reading);
      tell('frame');
    },
    ignore,
    ignore,
  );
  const recent = createNewParser(
    (type, data, length) => {
      if (type === PACKET.realtime) {
        readRealtime(data, reading);
        tell('01 realtime');
      } else if (PACKET_NAMES.has(type)) {
        lines.push([PACKET_NAMES.get(type), ...data.subarray(0, length)].join(' '));
      }
    },
    ignore,
    ignore,
  );
  return (direction, bytes) => {
    if (direction === 'out') {
      return SAID.filter(([command]) => Buffer.compare(command, bytes) === 0).map(
        ([, said]) => said,
      );
    }
    lines = [];
    old.push(bytes);
    recent.push(bytes);
    return lines;
  };
}
