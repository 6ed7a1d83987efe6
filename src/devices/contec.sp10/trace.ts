import type { TraceReader } from '../_sdk/adapter.ts';
import { hex } from '../_sdk/bytes.ts';
import type { ReplyReader } from '../_sdk/exchange.ts';
import { curveReader } from './curve.ts';
import {
  clockSetReader,
  countReader,
  deletedReader,
  helloReader,
  identityReader,
} from './protocol.ts';
import { recordReader, type Sp10Record } from './record.ts';

type Tell = (bytes: Uint8Array) => string | null;

function answering<T>(
  reader: ReplyReader<T>,
  words: (value: T, bytes: Uint8Array) => string,
): Tell {
  return (bytes) => {
    const verdict = reader(bytes, 0n);
    if (verdict === null) {
      return null;
    }
    return verdict.kind === 'reply'
      ? words(verdict.value, bytes)
      : `refused ${hex(bytes.subarray(0, 16))}`;
  };
}

function recordWords({ number, deviceTime, values }: Sp10Record): string {
  const shown = values.map(({ name, value }) => `${name} ${value ?? '-'}`);
  return `record ${number} ${deviceTime ?? 'no time'} ${shown.join(' ')}`.trimEnd();
}

function asked([command = 0, word]: Uint8Array): {
  readonly line: string;
  readonly tell: Tell;
} | null {
  switch (command) {
    case 0x80:
      return { line: 'hello', tell: answering(helloReader(), () => 'hello') };
    case 0x82:
      return {
        line: 'identify',
        tell: answering(identityReader(), (_, bytes) => `id ${hex(bytes)}`),
      };
    case 0x83:
      return { line: 'set clock', tell: answering(clockSetReader(), (said) => `clock ${said}`) };
    case 0x90:
      return { line: 'count?', tell: answering(countReader(), (count) => `count ${count}`) };
    case 0x91:
      return word === 0x7e || word === 0x7f
        ? {
            line: word === 0x7e ? 'end, keep' : 'end, delete',
            tell: (bytes) => `end ${hex(bytes)}`,
          }
        : {
            line: word === 0 ? 'first record?' : 'next record?',
            tell: answering(recordReader(), recordWords),
          };
    case 0x92:
      return {
        line: 'curve?',
        tell: answering(curveReader(), ({ index, points }) => `curve ${index}: ${points} points`),
      };
    case 0x93:
      return { line: 'delete all', tell: answering(deletedReader(), (said) => `deleted ${said}`) };
    default:
      return null;
  }
}

/** What an answer means depends on the question before it. */
export function readSp10Trace(): TraceReader {
  let tell: Tell | null = null;
  return (direction, bytes) => {
    if (bytes.length === 0) {
      return [];
    }
    if (direction === 'out') {
      const command = asked(bytes);
      tell = command?.tell ?? null;
      return [command?.line ?? `unknown ${hex(bytes)}`];
    }
    const line = tell === null ? `unasked ${hex(bytes.subarray(0, 16))}` : tell(bytes);
    if (line !== null) {
      tell = null;
    }
    return line === null ? [] : [line];
  };
}
