/**
 * The command language of the Cyton, firmware 3.1.2: single characters, and the longer forms `x...X`,
 * `z...Z`, `~n`, `/n`. Source: https://docs.openbci.com/Cyton/CytonSDK/ and the firmware
 * OpenBCI/OpenBCI_Cyton_Library (MIT). The long forms must be complete within a second.
 */
export type CytonCommand =
  | { readonly kind: 'single'; readonly char: string }
  | {
      readonly kind: 'channel';
      readonly channel: number;
      /** power, gain, input, bias, SRB2, SRB1 as digits. */
      readonly digits: readonly [number, number, number, number, number, number];
    }
  | {
      readonly kind: 'leadOff';
      readonly channel: number;
      readonly p: boolean;
      readonly n: boolean;
    }
  | { readonly kind: 'rate'; readonly char: string }
  | { readonly kind: 'mode'; readonly char: string }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'timeout' };

const LENGTH: Readonly<Record<string, number>> = { x: 9, z: 5, '~': 2, '/': 2 };
const LATCH: Readonly<Record<string, string>> = { x: 'X', z: 'Z' };
const TIMEOUT_MS = 1000;

function digit(text: string, index: number): number {
  const value = text.charCodeAt(index) - 48;
  return value >= 0 && value <= 9 ? value : 0;
}

function finish(text: string): CytonCommand {
  const channel = Number(text[1]) - 1;
  if (text[0] === '~') return { kind: 'rate', char: text.charAt(1) };
  if (text[0] === '/') return { kind: 'mode', char: text.charAt(1) };
  if (text[0] === 'z') {
    return { kind: 'leadOff', channel, p: digit(text, 2) === 1, n: digit(text, 3) === 1 };
  }
  const gain = digit(text, 3);
  const [power, input, bias] = [digit(text, 2), digit(text, 4) & 7, digit(text, 5)];
  const digits = [power, Math.min(gain, 6), input, bias, digit(text, 6), digit(text, 7)] as const;
  return { kind: 'channel', channel, digits };
}

/** A parser that keeps the beginning of a long command between calls. */
export function createCommandParser() {
  let pending = '';
  let deadlineMs = Number.POSITIVE_INFINITY;
  const clear = (): void => {
    pending = '';
    deadlineMs = Number.POSITIVE_INFINITY;
  };
  const takeTimeout = (nowMs: number): CytonCommand[] => {
    if (nowMs < deadlineMs) return [];
    clear();
    return [{ kind: 'timeout' }];
  };
  const continueLong = (char: string): CytonCommand[] => {
    const head = pending.charAt(0);
    const wanted = LENGTH[head] ?? 1;
    const latch = LATCH[head];
    pending += char;
    if (char === latch && pending.length < wanted) {
      clear();
      return [{ kind: 'malformed', why: 'too few chars' }];
    }
    if (pending.length < wanted) return [];
    const whole = pending;
    clear();
    if (latch !== undefined && char !== latch) {
      return [{ kind: 'malformed', why: `Err: ${wanted}th char not ${latch}` }];
    }
    return [finish(whole)];
  };
  const take = (char: string, nowMs: number): CytonCommand[] => {
    if (pending !== '') return continueLong(char);
    if (!Object.hasOwn(LENGTH, char)) return [{ kind: 'single', char }];
    pending = char;
    deadlineMs = nowMs + TIMEOUT_MS;
    return [];
  };
  return {
    push: (bytes: Uint8Array, nowMs: number): CytonCommand[] => [
      ...takeTimeout(nowMs),
      ...Array.from(bytes).flatMap((byte) => take(String.fromCharCode(byte), nowMs)),
    ],
    takeTimeout,
    /** When an incomplete command times out; infinite when there is none. */
    deadline: (): number => deadlineMs,
  };
}
