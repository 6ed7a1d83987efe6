import type { TraceReader } from '../_sdk/adapter.ts';
import { hex } from '../_sdk/bytes.ts';
import type { ReplyReader } from '../_sdk/exchange.ts';
import { awakeReader, countReader, idReader, recordReader } from './protocol.ts';

type Asked = { readonly tell: (bytes: Uint8Array) => string | null };

function answering<T>(reader: ReplyReader<T>, words: (value: T) => string): Asked {
  return {
    tell: (bytes) => {
      const verdict = reader(bytes, 0n);
      if (verdict === null) {
        return null;
      }
      return verdict.kind === 'reply' ? words(verdict.value) : `refused ${hex(bytes)}`;
    },
  };
}

function asked(bytes: Uint8Array): { readonly line: string; readonly answer: Asked | null } {
  const [command = 0, number = 0] = bytes;
  switch (command) {
    case 0xaa:
      return { line: 'wake', answer: answering(awakeReader(), () => 'awake') };
    case 0xa4:
      return { line: 'identify', answer: answering(idReader(), (id) => `id ${id}`) };
    case 0xa2:
      return { line: 'count?', answer: answering(countReader(), (count) => `count ${count}`) };
    case 0xa3:
      return {
        line: `record ${number}?`,
        answer: answering(recordReader(), (record) =>
          record === null
            ? 'no record'
            : `record SYS ${record.systolic} DIA ${record.diastolic} PULSE ${record.pulse} ${record.deviceTime}`,
        ),
      };
    default:
      return { line: `unknown ${hex(bytes)}`, answer: null };
  }
}

/** What an answer means depends on the question before it. */
export function readBm58Trace(): TraceReader {
  let waiting: Asked | null = null;
  return (direction, bytes) => {
    if (bytes.length === 0) {
      return [];
    }
    if (direction === 'out') {
      const { line, answer } = asked(bytes);
      waiting = answer;
      return [line];
    }
    const line = waiting === null ? `unasked ${hex(bytes)}` : waiting.tell(bytes);
    if (line !== null) {
      waiting = null;
    }
    return line === null ? [] : [line];
  };
}
