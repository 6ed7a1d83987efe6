import { failed, ok } from '../../contracts/faults.ts';
import type { SampleSink, SampleSource } from './adapter.ts';
import { forgetUnheard } from './hearing.ts';
import type { HostTime } from './time.ts';
import type { Transport } from './transport.ts';

/** What a packet says of a button. */
export type ButtonTold = {
  readonly edge: (pressed: boolean) => void;
  readonly bad: () => void;
};

/** Reads one packet of the wire; keeps what it needs between packets. */
export type ButtonReader = (packet: Uint8Array, told: ButtonTold) => void;

/** A finger that presses once may close a contact several times; nobody means two pictures. */
const PRESS_HOLD_MS = 250;
const RELEASE_HOLD_MS = 50;

/**
 * A device that is a button. A press is told at once; what the contact does in the time after it
 * counts only in so far as it lasts. A button that is gone is no longer pressed.
 */
export function createButtonSource(options: {
  readonly transport: Transport;
  readonly sink: Pick<SampleSink, 'onEvent' | 'onBadFrames' | 'onAlive'>;
  readonly time: HostTime;
  readonly read: ButtonReader;
}): SampleSource {
  const { transport, sink, time, read } = options;
  let pressed = false;
  let told = false;
  let holding: (() => void) | null = null;
  let unlisten: () => void = () => {};

  function settle(): void {
    holding = null;
    if (pressed !== told) {
      told = pressed;
      sink.onEvent({ code: told ? 'buttonPressed' : 'buttonReleased' });
      holding = time.after(told ? PRESS_HOLD_MS : RELEASE_HOLD_MS, settle);
    }
  }
  const buttonTold: ButtonTold = {
    edge: (now) => {
      pressed = now;
      if (holding === null) {
        settle();
      }
    },
    bad: () => sink.onBadFrames(1),
  };
  function end(): void {
    unlisten();
    holding?.();
    holding = null;
    pressed = false;
    if (told) {
      told = false;
      sink.onEvent({ code: 'buttonReleased' });
    }
  }
  return {
    streams: [],
    start: async () => {
      // A press of before the start was not meant for now.
      forgetUnheard(transport);
      unlisten = transport.readable.listen((packet) => {
        sink.onAlive();
        read(packet, buttonTold);
      });
      return ok(undefined);
    },
    stop: async () => {
      end();
      return ok(undefined);
    },
    apply: async ({ command }) => failed('DEVICE_CANNOT', { command }),
    end,
  };
}
