import type { TraceReader } from '../_sdk/adapter.ts';
import { createAssembler, type MessageListener } from './protocol.ts';

const COMMANDS: Readonly<Record<number, string>> = {
  16: 'status',
  24: 'start',
  25: 'stop',
  26: 'init',
  27: 'period',
  80: 'sensor info',
  81: 'sensor ids',
  84: 'disconnect',
  85: 'info',
  86: 'default mask',
};
const KINDS: Readonly<Record<number, string>> = {
  6: 'real',
  7: 'wide real',
  8: 'single real',
  9: 'single integer',
  10: 'aperiodic real',
  11: 'aperiodic integer',
  12: 'start time',
  13: 'dropped',
  14: 'period',
};
const FIRST_VALUE: Readonly<Record<number, number>> = { 6: 9, 7: 11, 8: 8, 10: 8 };

function heard(message: Uint8Array, length: number): string {
  const kind = message[4] ?? 0;
  if (message[0] !== 0x20) {
    return `answer ${COMMANDS[kind] ?? kind.toString(16)} #${message[5] ?? 0} ${length} bytes`;
  }
  const at = FIRST_VALUE[kind];
  const view = new DataView(message.buffer, message.byteOffset, length);
  const values: string[] = [];
  for (let from = at ?? length; from + 4 <= length && values.length < 4; from += 4) {
    values.push(view.getFloat32(from, true).toPrecision(4));
  }
  return `${KINDS[kind] ?? kind.toString(16)} ${values.join(' ')}`.trimEnd();
}

const said = (message: Uint8Array): string => {
  const command = message[4] ?? 0;
  const argument = command === 0x50 ? ` ${message[5] ?? 0}` : '';
  return `${COMMANDS[command] ?? command.toString(16)}${argument} #${message[2] ?? 0}`;
};

export function readGdxTrace(): TraceReader {
  let lines: string[] = [];
  const reader = (words: (message: Uint8Array, length: number) => string) => {
    const tell: MessageListener = (message, length) => lines.push(words(message, length));
    return createAssembler(tell, () => lines.push('damaged message'));
  };
  const assemblers = { in: reader(heard), out: reader(said) };
  return (direction, bytes) => {
    lines = [];
    if (bytes.length > 0) {
      assemblers[direction].push(bytes, 0n);
    }
    return lines;
  };
}
