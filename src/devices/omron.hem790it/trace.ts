import type { TraceReader } from '../_sdk/adapter.ts';
import { hex, latin1 } from '../_sdk/bytes.ts';
import type { ReplyReader } from '../_sdk/exchange.ts';
import {
  clearedReader,
  countReader,
  type OmronReading,
  readingReader,
  versionReader,
} from './protocol.ts';

/** The clearing block ends in a report of two zeros; no other command has one. */
const CLEAR_END = 2;

type Tell = (report: Uint8Array) => string | null;

function answering<T>(reader: ReplyReader<T>, words: (value: T) => string): Tell {
  return (report) => {
    const verdict = reader(report, 0n);
    if (verdict === null) {
      return null;
    }
    return verdict.kind === 'reply' ? words(verdict.value) : `refused ${hex(report)}`;
  };
}

function readingWords(reading: OmronReading | null): string {
  return reading === null
    ? 'NO'
    : `OK SYS ${reading.systolic} DIA ${reading.diastolic} PULSE ${reading.pulse} ${reading.deviceTime ?? 'no time'}`;
}

/** A command of more than seven bytes goes on in a second report, whose words were said before. */
function asked(report: Uint8Array): { readonly line: string; readonly tell: Tell } | null {
  const [bytes, , , , , bank = 0, , index = 0] = report;
  if (bytes === CLEAR_END && report.subarray(1).every((byte) => byte === 0)) {
    return { line: 'clear', tell: answering(clearedReader(), () => 'OK') };
  }
  switch (latin1(report, 1, 4)) {
    case 'VER':
      return { line: 'VER', tell: answering(versionReader(), (text) => text ?? 'NO') };
    case 'GDC':
      return {
        line: `GDC bank ${bank}`,
        tell: answering(countReader(), (count) => (count === null ? 'NO' : `OK count ${count}`)),
      };
    case 'GME':
      return { line: `GME bank ${bank} #${index}`, tell: answering(readingReader(), readingWords) };
    case 'END':
      return { line: 'END', tell: (answer) => latin1(answer, 1, 4) };
    default:
      return null;
  }
}

export function readHem790itTrace(): TraceReader {
  let tell: Tell | null = null;
  return (direction, bytes) => {
    if (direction === 'out') {
      const command = asked(bytes);
      tell = command?.tell ?? tell;
      return command === null ? [] : [command.line];
    }
    const line = tell === null ? `unasked ${hex(bytes)}` : tell(bytes);
    if (line !== null) {
      tell = null;
    }
    return line === null ? [] : [line];
  };
}
