import { failed, type Result } from '../../contracts/faults.ts';
import { createExchange } from '../_sdk/exchange.ts';
import type { HostTime } from '../_sdk/time.ts';
import { createListenerSlot, type Transport } from '../_sdk/transport.ts';
import {
  createAssembler,
  encodeCommand,
  type MessageListener,
  SUB,
  toReports,
} from './protocol.ts';

const MEASUREMENT = 0x20;
const COMMAND_AT = 4;
const COUNTER_AT = 5;
/** The vendor's driver waits five seconds once; answers take a few milliseconds. */
const ANSWER_MS = 2_500;
const ATTEMPTS = 3;
const NOTHING = new Uint8Array(0);

export type Ears = { readonly onMeasurement: MessageListener; readonly onBad: () => void };

export type GoDirectLink = {
  /** @returns the whole answer: its payload begins at byte 6. */
  command(sub: readonly number[]): Promise<Result<Uint8Array>>;
  /** Begins a conversation: the rolling counter starts anew, as the vendor's driver has it. */
  init(): Promise<Result<Uint8Array>>;
  /** Who hears measurements and damage from now on; null: nobody. */
  listen(ears: Ears | null): void;
  close(): void;
};

/**
 * Commands and measurements on one wire. One command is under way at a time; its answer is known by
 * command and counter, so that a late answer to an earlier attempt means nothing.
 */
export function createLink(transport: Transport, time: HostTime): GoDirectLink {
  let ears: Ears | null = null;
  let counter = 0xff;
  const answers = createListenerSlot();
  const leaving = new AbortController();
  const assembler = createAssembler(
    (message, length, readAtNs) => {
      if (message[0] === MEASUREMENT) {
        ears?.onMeasurement(message, length, readAtNs);
      } else {
        answers.deliver(message.slice(0, length), readAtNs);
      }
    },
    () => {
      ears?.onBad();
      // It may have been the answer: whoever waits may ask again at once.
      answers.deliver(NOTHING, time.nowNs());
    },
  );
  const stop = transport.readable.listen((report, readAtNs) => assembler.push(report, readAtNs));
  const exchange = createExchange({
    line: { readable: answers.readable, writable: transport.writable, closed: transport.closed },
    time,
    signal: leaving.signal,
    onDamaged: () => undefined,
    settleMs: 0,
  });

  async function command(sub: readonly number[]): Promise<Result<Uint8Array>> {
    const to = (sub[0] ?? 0).toString(16).padStart(2, '0');
    let answer: Result<Uint8Array> = failed('DEVICE_NO_ANSWER', { to });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      counter = (counter - 1) & 0xff;
      const mine = counter;
      answer = await exchange.ask({
        name: to,
        send: toReports(encodeCommand(sub, mine)),
        reader: () => (message) => {
          if (message.length === 0) {
            return { kind: 'damaged' };
          }
          const isMine = message[COMMAND_AT] === sub[0] && message[COUNTER_AT] === mine;
          return isMine ? { kind: 'reply', value: message } : null;
        },
        timeoutMs: ANSWER_MS,
        attempts: 1,
      });
      if (answer.ok || !isWorthAnother(answer.fault.code)) {
        return answer;
      }
    }
    return answer;
  }

  return {
    command,
    init: () => {
      counter = 0xff;
      return command(SUB.init);
    },
    listen: (next) => {
      ears = next;
    },
    close: () => {
      leaving.abort();
      stop();
    },
  };
}

const isWorthAnother = (code: string): boolean =>
  code === 'DEVICE_NO_ANSWER' || code === 'DEVICE_PROTOCOL';
