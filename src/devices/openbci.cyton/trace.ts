import type { TraceReader } from '../_sdk/adapter.ts';
import { CHANNELS, createFrameParser, readCounts } from './protocol.ts';

/** Text is told when a line of it is whole; frames by their number and first channels. */
const PRINTABLE = /^[\x20-\x7e\r\n\t$]+$/;

/** Reads along with a Cyton: commands and texts as they are, frames decoded. */
export function readCytonTrace(): TraceReader {
  let lines: string[] = [];
  const counts = new Int32Array(CHANNELS);
  const parser = createFrameParser(
    (data, at, missing) => {
      readCounts(data, at, counts, 0, 1);
      const lost = missing > 0 ? ` (${missing} missing before)` : '';
      lines.push(`frame ${data[at + 1] ?? 0}: ${[...counts].join(' ')}${lost}`);
    },
    () => lines.push('bytes that are no frame'),
  );
  return (direction, bytes) => {
    lines = [];
    const text = Buffer.from(bytes).toString('latin1');
    if (direction === 'out') {
      return [`command ${JSON.stringify(text)}`];
    }
    if (PRINTABLE.test(text)) {
      return [`text ${JSON.stringify(text.trim())}`];
    }
    parser.push(bytes);
    return lines;
  };
}
