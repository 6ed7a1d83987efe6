import { type Fault, fault } from '../../contracts/faults.ts';
import { createNewParser, PACKET } from './newWire.ts';

/** One second of a stored session, as sent. */
export type StoredSecond = {
  readonly spo2: number;
  readonly pulse: number;
  /** Hundredths of a per cent; null: not stored. */
  readonly perfusion: number | null;
};

export type SessionVerdict =
  | { readonly kind: 'session'; readonly seconds: readonly StoredSecond[] }
  /** What came failed its check; asking again may help. */
  | { readonly kind: 'damaged' }
  | { readonly kind: 'refused'; readonly fault: Fault };

export type SessionReader = {
  /** @returns null while the session is not whole. */
  readonly push: (bytes: Uint8Array) => SessionVerdict | null;
  /** Nothing came for a while. @returns null: and the session is not whole. */
  readonly silent: () => SessionVerdict | null;
  /** Seconds read so far, and how many were announced (null: no number was). */
  readonly progress: () => { readonly seconds: number; readonly announced: number | null };
};

/** Eleven days: a device that tells more is not telling a session. */
const MAX_SECONDS = 1_000_000;
const PREAMBLE = [0xf2, 0x80, 0x00] as const;
const PREAMBLES = 3;
const LENGTH_BYTES = 3;
const RECORD_BYTES = 3;

/**
 * Old wire: three times F2 80 00 among live frames, the length in three times seven bits, then
 * three bytes a second: F0 | pulse bit 7, 80 | pulse bits 6-0, SpO2.
 */
export function createOldSessionReader(): SessionReader {
  const seconds: StoredSecond[] = [];
  const held: number[] = [];
  let preambles = 0;
  let matched = 0;
  let announced: number | null = null;

  function findPreamble(byte: number): void {
    const goesOn = byte === PREAMBLE[matched];
    matched = goesOn ? matched + 1 : byte === PREAMBLE[0] ? 1 : 0;
    if (matched === PREAMBLE.length) {
      matched = 0;
      preambles++;
    }
  }

  /** @returns whether the record is one. */
  function readRecord([first = 0, second = 0, spo2 = 0]: readonly number[]): boolean {
    seconds.push({ pulse: ((first & 1) << 7) | (second & 0x7f), spo2, perfusion: null });
    return (first & 0xfe) === 0xf0 && (second & 0x80) !== 0 && (spo2 & 0x80) === 0;
  }

  function take(byte: number): SessionVerdict | null {
    if (preambles < PREAMBLES) {
      findPreamble(byte);
      return null;
    }
    held.push(byte);
    if (announced === null) {
      announced = held.length < LENGTH_BYTES ? null : lengthOf(held.splice(0));
      return announced === null && held.length === 0 ? { kind: 'damaged' } : finish();
    }
    if (held.length === RECORD_BYTES && !readRecord(held.splice(0))) {
      return { kind: 'damaged' };
    }
    return finish();
  }

  function finish(): SessionVerdict | null {
    return announced !== null && seconds.length >= announced ? { kind: 'session', seconds } : null;
  }

  return {
    push: (bytes) => {
      for (const byte of bytes) {
        const verdict = take(byte);
        if (verdict !== null) {
          return verdict;
        }
      }
      return null;
    },
    silent: () => null,
    progress: () => ({ seconds: seconds.length, announced }),
  };
}

/**
 * The public program adds one to the number that was sent, and then finds whole records. Devices, or
 * readings of the document, that send the plain number are told apart by the rest of the division.
 * @returns seconds; null: no length.
 */
function lengthOf([a = 0, b = 0, c = 0]: readonly number[]): number | null {
  if ((a & 0x80) === 0 || (b & 0x80) === 0 || (c & 0x80) !== 0) {
    return null;
  }
  const sent = ((a & 0x7f) << 14) | ((b & 0x7f) << 7) | c;
  const bytes = sent % RECORD_BYTES === 0 ? sent : sent + 1;
  return bytes % RECORD_BYTES === 0 ? bytes / RECORD_BYTES : null;
}

/** Reasons of the disconnect notice with which a session ends as it should. */
const ENDED_WELL = 1;
const BYTES_PER_PAIR = 2;

/**
 * New wire: packets 0F of three pairs (SpO2, pulse), or 09 with the perfusion; a last packet is filled
 * up with zeros.
 *
 * @param announced seconds, as the device told before; null: it did not, and only the notice 0D ends
 *   the session.
 */
export function createNewSessionReader(announced: number | null): SessionReader {
  const seconds: StoredSecond[] = [];
  let verdict: SessionVerdict | null = announced === 0 ? { kind: 'session', seconds } : null;

  function end(reason: number): SessionVerdict {
    if (reason > ENDED_WELL) {
      return { kind: 'refused', fault: fault('DEVICE_SAID_ABORT', { reason }) };
    }
    if (announced !== null) {
      return { kind: 'damaged' };
    }
    while (isPadding(seconds.at(-1))) {
      seconds.pop();
    }
    return { kind: 'session', seconds };
  }

  function add(type: number, data: Uint8Array, length: number): void {
    const [spo2 = 0, pulse = 0, low = 0, high = 0] = data;
    if (type === PACKET.storageWithPerfusion) {
      seconds.push({ spo2, pulse, perfusion: low | (high << 8) });
    } else if (type === PACKET.storage) {
      for (let at = 0; at < length; at += BYTES_PER_PAIR) {
        seconds.push({ spo2: data[at] ?? 0, pulse: data[at + 1] ?? 0, perfusion: null });
      }
    } else if (type === PACKET.disconnect) {
      verdict ??= end(spo2);
    }
    if (announced !== null && seconds.length >= announced) {
      verdict ??= { kind: 'session', seconds: seconds.slice(0, announced) };
    } else if (seconds.length > MAX_SECONDS) {
      verdict ??= { kind: 'refused', fault: fault('DEVICE_PROTOCOL', { seconds: MAX_SECONDS }) };
    }
  }

  const parser = createNewParser(
    add,
    () => undefined,
    () => {
      verdict ??= { kind: 'damaged' };
    },
  );
  return {
    push: (bytes) => {
      parser.push(bytes);
      return verdict;
    },
    silent: () => {
      // The last packet has no successor to be believed by; the announced length is its witness.
      parser.flush();
      return verdict;
    },
    progress: () => ({ seconds: seconds.length, announced }),
  };
}

function isPadding(second: StoredSecond | undefined): boolean {
  return second?.spo2 === 0 && second.pulse === 0;
}
