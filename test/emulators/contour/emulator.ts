import type { EmulatedInstrument, EmulatorOptions } from '../definition.ts';
import { createPending, oneIn } from '../usb/pending.ts';
import { ASCII, encodeFrame, type FrameText, payloadOf, toReports } from './frame.ts';
import { messageFrames } from './records.ts';

const MAX_SENDS = 6;
/** E1381: how long the sender waits for an answer before it gives up with EOT. */
const ANSWER_MS = 15_000;
const ASTM_TEXT_LIMIT = 240;
const SHORT_TEXT_LIMIT = 47;

/**
 * `idle`: nothing was asked yet, or all was said. `offered`: ENQ went out. `sending`: a frame went
 * out. `remote`: the host took the line (NAK in idle, then ENQ), the meter only acknowledges.
 */
type State = 'idle' | 'offered' | 'sending' | 'remote';

function stamp(clockMs: number): string {
  return new Date(clockMs).toISOString().replaceAll(/\D/g, '').slice(0, 12);
}

/** Frames on their way out, with what faults do to them. */
function createFrames(texts: readonly FrameText[], faults: Readonly<Record<string, number>>) {
  const badSum = oneIn(faults['bad-checksum']);
  const wrongNumber = oneIn(faults['wrong-sequence']);
  const truncates = oneIn(faults['truncated-frame']);
  let injected = 0;
  const struck = (strikes: boolean): boolean => {
    if (strikes) injected += 1;
    return strikes;
  };
  return {
    injected: () => injected,
    encode: (index: number, text: FrameText, isRepeat: boolean): Uint8Array => {
      const number = index + 1;
      const always = faults['always-bad-checksum'] === number;
      const checksum = struck(always || (!isRepeat && badSum()));
      const shift = !isRepeat && struck(wrongNumber()) ? 1 : 0;
      const frame = encodeFrame(number + shift, text, { checksum });
      return !isRepeat && struck(truncates()) ? frame.slice(0, -4) : frame;
    },
    at: (index: number): FrameText | undefined => texts[index],
  };
}

/**
 * A Contour Next meter on USB, as a state machine. Anything the host writes in idle but NAK makes it
 * offer its message with ENQ; each frame waits for ACK and is sent again upon NAK, six times at most.
 */
export function createContour(options: EmulatorOptions): EmulatedInstrument {
  const faults = options.faults ?? {};
  const texts = messageFrames({
    unit: options.variant === 'mmol' ? 'mmol/L' : 'mg/dL',
    now: stamp(options.clockMs ?? Date.UTC(2026, 10, 22, 8, 30)),
    limit: options.variant === 'continued' ? SHORT_TEXT_LIMIT : ASTM_TEXT_LIMIT,
  });
  const frames = createFrames(texts, faults);
  const pending = createPending();
  let state: State = 'idle';
  let index = 0;
  let sends = 0;
  let framesSent = 0;
  let naksLeft = faults['nak-storm'] ?? 0;
  let giveUpMs = Infinity;
  let injected = 0;

  const put = (bytes: Uint8Array, nowMs: number): void => {
    for (const report of toReports(bytes)) pending.push(report, nowMs);
  };
  const say = (byte: number, nowMs: number): void => put(Uint8Array.of(byte), nowMs);
  const end = (nowMs: number): void => {
    say(ASCII.eot, nowMs);
    state = 'idle';
    giveUpMs = Infinity;
  };
  const offer = (nowMs: number): void => {
    say(ASCII.enq, nowMs);
    state = 'offered';
    giveUpMs = nowMs + ANSWER_MS;
  };
  const sendFrame = (nowMs: number): void => {
    const text = frames.at(index);
    if (text === undefined || sends >= MAX_SENDS) {
      end(nowMs);
      return;
    }
    const limit = faults['silent'];
    if (limit !== undefined && framesSent >= limit) {
      injected += 1;
      giveUpMs = Infinity;
      return;
    }
    put(frames.encode(index, text, sends > 0), nowMs);
    sends += 1;
    framesSent += 1;
    giveUpMs = nowMs + ANSWER_MS;
  };
  const goTo = (wanted: number, nowMs: number): void => {
    state = 'sending';
    index = wanted;
    sends = 0;
    sendFrame(nowMs);
  };
  const answerTransfer = (byte: number, nowMs: number): void => {
    if (byte === ASCII.ack) goTo(state === 'offered' ? 0 : index + 1, nowMs);
    else if (byte === ASCII.eot) end(nowMs);
    else if (byte === ASCII.nak && state === 'offered') offer(nowMs);
    else if (byte === ASCII.nak) sendFrame(nowMs);
  };
  const answer = (payload: Uint8Array, nowMs: number): void => {
    const byte = payload[0];
    if (byte === undefined) return;
    if (naksLeft > 0) {
      naksLeft -= 1;
      injected += 1;
      say(ASCII.nak, nowMs);
    } else if (state === 'remote') {
      if (byte === ASCII.eot) state = 'idle';
      else say(ASCII.ack, nowMs);
    } else if (state !== 'idle') {
      answerTransfer(byte, nowMs);
    } else if (byte === ASCII.nak) {
      end(nowMs);
      state = 'remote';
    } else {
      offer(nowMs);
    }
  };

  return {
    receive: (bytes, nowMs) => {
      answer(payloadOf(bytes), nowMs);
      return [];
    },
    advance: (nowMs) => {
      if (nowMs >= giveUpMs) end(giveUpMs);
      return { ...pending.release(nowMs), sent: [] };
    },
    nextDueMs: () => Math.min(giveUpMs, pending.nextDueMs()),
    faultsInjected: () => injected + frames.injected(),
  };
}
