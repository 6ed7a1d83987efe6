import { failed, ok, type Result } from '../../contracts/faults.ts';
import type { Exchange, ReplyReader } from '../_sdk/exchange.ts';
import { CONTROL, controlReport, createFrameParser, type Token, unwrapReport } from './frames.ts';
import { createRecordJoiner, type Header, parseHeader } from './records.ts';

const ANSWER_MS = 5_000;
/** A meter that is not sending answers nothing to ACK: it is asked with ENQ instead. */
const OPENING_MS = 1_500;
/** E1381: after six refusals of a frame the sender gives up. */
const MAX_REFUSALS = 6;
/** Six refusals, the end of the old transfer, the beginning of the new one, and some to spare. */
const MAX_OPENERS = 16;
const FRAME_NUMBERS = 8;

/** A transfer under way: its header was read, its results follow. */
export type Transfer = {
  readonly header: Header;
  /**
   * Records after the header, one by one up to and without `L`. Fails with DEVICE_PROTOCOL where the
   * meter ended without `L`: what it sent until then is not to be used (E1394).
   */
  rest(exchange: Exchange, onRecord: (record: string) => void): Promise<Result<void>>;
};

type Said = Exclude<Token, { kind: 'damaged' }>;

/** Says one character and hears one token. A frame that stops in its middle is a damaged one. */
async function say(exchange: Exchange, control: number, timeoutMs: number): Promise<Result<Token>> {
  let heard: Token | null = null;
  let isBegun = false;
  const parser = createFrameParser((token) => {
    heard ??= token;
  });
  const read: ReplyReader<Token> = (report) => {
    const payload = unwrapReport(report);
    if (payload === null) {
      return { kind: 'reply', value: { kind: 'damaged' } };
    }
    isBegun = true;
    parser.push(payload);
    return heard === null ? null : { kind: 'reply', value: heard };
  };
  const said = await exchange.ask({
    name: 'ASTM',
    send: [controlReport(control)],
    reader: () => read,
    timeoutMs,
    attempts: 1,
  });
  return !said.ok && said.fault.code === 'DEVICE_NO_ANSWER' && isBegun
    ? ok({ kind: 'damaged' })
    : said;
}

/**
 * Brings the meter to its header, whatever it was doing: idle, asking (ENQ), or in the middle of a
 * transfer to a host that is gone, which it ends (EOT) once its frame was refused often enough.
 */
export async function beginTransfer(
  exchange: Exchange,
  onDamaged: () => void,
): Promise<Result<Transfer>> {
  let control: number = CONTROL.ACK;
  for (let opener = 0; opener < MAX_OPENERS; opener++) {
    const said = await say(exchange, control, OPENING_MS);
    if (!said.ok && said.fault.code !== 'DEVICE_NO_ANSWER') {
      return said;
    }
    if (!said.ok) {
      if (control === CONTROL.ENQ) {
        return said;
      }
      control = CONTROL.ENQ;
      continue;
    }
    const token = said.value;
    if (token.kind === 'frame' && token.text.startsWith('H|')) {
      return readHeader(exchange, token, onDamaged);
    }
    if (token.kind === 'damaged') {
      onDamaged();
    }
    control = token.kind === 'frame' || token.kind === 'damaged' ? CONTROL.NAK : CONTROL.ACK;
  }
  return failed('DEVICE_PROTOCOL', { to: 'ASTM', reason: 'no header' });
}

/** A header may be longer than a frame. */
async function readHeader(
  exchange: Exchange,
  first: Extract<Token, { kind: 'frame' }>,
  onDamaged: () => void,
): Promise<Result<Transfer>> {
  const join = createRecordJoiner();
  const next = frameSource(first.number, onDamaged);
  let waiting = [...join(first.text, first.last)];
  for (let ended = first.last; waiting.length === 0 && !ended; ) {
    const frame = await next(exchange);
    if (!frame.ok) {
      return frame;
    }
    if (frame.value === null) {
      break;
    }
    waiting = [...join(frame.value.text, frame.value.last)];
    ended = frame.value.last;
  }
  const [told = '', ...others] = waiting;
  const header = parseHeader(told);
  if (header === null) {
    const [type, , , , found = ''] = told.split('|');
    // A header that lost a part of itself names nobody: that is no other device.
    return type === 'H' && found !== ''
      ? failed('DEVICE_WRONG_IDENTITY', { found })
      : failed('DEVICE_PROTOCOL', { to: 'ASTM', reason: 'header' });
  }
  return ok({ header, rest: (line, onRecord) => readRest(line, next, join, others, onRecord) });
}

async function readRest(
  exchange: Exchange,
  next: FrameSource,
  join: ReturnType<typeof createRecordJoiner>,
  waiting: readonly string[],
  onRecord: (record: string) => void,
): Promise<Result<void>> {
  let records = waiting;
  for (;;) {
    for (const record of records) {
      if (record.startsWith('L|') || record === 'L') {
        // The meter says EOT to this; it is believed without.
        await say(exchange, CONTROL.ACK, OPENING_MS);
        return ok(undefined);
      }
      onRecord(record);
    }
    const frame = await next(exchange);
    if (!frame.ok) {
      return frame;
    }
    if (frame.value === null) {
      return failed('DEVICE_PROTOCOL', { to: 'ASTM', reason: 'ended without L' });
    }
    records = join(frame.value.text, frame.value.last);
  }
}

type Frame = { readonly text: string; readonly last: boolean };
/** The frame after the one before; null: the meter ended the transfer. */
type FrameSource = (exchange: Exchange) => Promise<Result<Frame | null>>;

/** Takes frames in their order: a repeated one is passed by, a damaged or wrong one refused. */
function frameSource(firstNumber: number, onDamaged: () => void): FrameSource {
  let number = firstNumber;
  return async (exchange) => {
    let control: number = CONTROL.ACK;
    for (let refusals = 0; refusals <= MAX_REFUSALS; refusals++) {
      const said = await say(exchange, control, ANSWER_MS);
      if (!said.ok) {
        return said;
      }
      const token = said.value;
      if (token.kind === 'EOT') {
        return ok(null);
      }
      if (token.kind === 'frame' && token.number === (number + 1) % FRAME_NUMBERS) {
        number = token.number;
        return ok({ text: token.text, last: token.last });
      }
      control = isRepeated(token, number) ? CONTROL.ACK : CONTROL.NAK;
      if (control === CONTROL.NAK) {
        onDamaged();
      }
    }
    return failed('DEVICE_PROTOCOL', { to: 'ASTM', reason: 'no good frame' });
  };
}

/** Our ACK did not arrive: the meter repeats itself, or asks anew. */
function isRepeated(token: Token, number: number): token is Said {
  return (token.kind === 'frame' && token.number === number) || token.kind === 'ENQ';
}
