import type { TraceReader } from '../_sdk/adapter.ts';
import { hex } from '../_sdk/bytes.ts';
import { createFrameParser, type Token, unwrapReport } from './frames.ts';
import { createRecordJoiner, parseHeader, parseResult } from './records.ts';

/** Names of persons (P) and the password (H) are not told. */
function recordWords(record: string): string {
  const header = parseHeader(record);
  if (header !== null) {
    return `H ${header.model} ${header.serialNumber} results ${header.resultCount ?? '?'} ${header.unit ?? ''}`;
  }
  const result = parseResult(record, null);
  if (result === null || result === 'other') {
    return record.slice(0, 1);
  }
  const { value, unit, flags, deviceTime } = result;
  return `R ${value ?? 'bound'} ${unit} ${deviceTime ?? 'no time'} ${flags.join(' ')}`.trimEnd();
}

export function readContourTrace(): TraceReader {
  let lines: string[] = [];
  const join = createRecordJoiner();
  const tell = (token: Token): void => {
    if (token.kind !== 'frame') {
      lines.push(token.kind === 'damaged' ? 'damaged frame' : token.kind);
      return;
    }
    const words = join(token.text, token.last).map(recordWords);
    lines.push(`frame ${token.number} ${words.join(' + ')}`.trimEnd());
  };
  const parsers = { in: createFrameParser(tell), out: createFrameParser(tell) };
  return (direction, bytes) => {
    lines = [];
    const payload = unwrapReport(bytes);
    if (payload === null) {
      return bytes.length === 0 ? [] : [`no report ${hex(bytes.subarray(0, 8))}`];
    }
    parsers[direction].push(payload);
    return lines;
  };
}
