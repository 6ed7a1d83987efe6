import { type Fault, type FaultCode, fault } from '../../contracts/faults.ts';
import { createObservable, type Observable } from './observable.ts';

/** A camera or a microphone as the browser tells it. */
export type MediaInput = { readonly deviceId: string; readonly label: string };

/**
 * closed: nobody asked for it. opening: the browser is asked. live: it gives. lost: it was there and
 * is not; it is opened again when it is back. failed: it could not be opened, see `fault`.
 */
export type InputPhase = 'closed' | 'opening' | 'live' | 'lost' | 'failed';

export type InputState = {
  readonly inputs: readonly MediaInput[];
  readonly chosen: MediaInput | null;
  readonly phase: InputPhase;
  readonly fault: Fault | null;
  readonly stream: MediaStream | null;
};

/** One device of one kind that the window uses while it is asked to. */
export type InputSession = Observable<InputState> & {
  /** Opens the chosen device, or the one to prefer. Resolves when that worked or failed. */
  readonly open: () => Promise<void>;
  readonly choose: (deviceId: string) => Promise<void>;
  readonly close: () => void;
};

export type InputDevices = Pick<
  MediaDevices,
  'enumerateDevices' | 'getUserMedia' | 'addEventListener' | 'removeEventListener'
>;

type Options = {
  readonly devices: InputDevices;
  readonly kind: 'videoinput' | 'audioinput';
  readonly constraints: (deviceId: string) => MediaStreamConstraints;
  readonly prefer: (inputs: readonly MediaInput[]) => MediaInput | null;
  /** What is wrong with a track that was opened; null: nothing. */
  readonly check: (track: MediaStreamTrack) => Fault | null;
  /** Said when another program has the device, or the system gives no reason. */
  readonly unavailable: FaultCode;
};

export function createInputSession(options: Options): InputSession {
  const { devices } = options;
  const state = createObservable<InputState>({
    inputs: [],
    chosen: null,
    phase: 'closed',
    fault: null,
    stream: null,
  });
  /** The newest wish; what an older one still brings is let go. */
  let wish = 0;

  const change = (changes: Partial<InputState>): void => {
    state.set({ ...state.state(), ...changes });
  };
  function release(): void {
    for (const track of state.state().stream?.getTracks() ?? []) {
      track.stop();
    }
  }
  function lose(): void {
    wish++;
    release();
    change({ phase: 'lost', fault: fault('DEVICE_UNPLUGGED'), stream: null });
  }
  const fail = (reason: Fault): void => change({ phase: 'failed', fault: reason });

  async function list(): Promise<MediaInput[]> {
    // A system that cannot list its devices has none to offer.
    const all = await devices.enumerateDevices().catch(() => []);
    return all
      .filter(({ kind, deviceId }) => kind === options.kind && deviceId !== '')
      .map(({ deviceId, label }) => ({ deviceId, label }));
  }

  async function open(): Promise<void> {
    const mine = ++wish;
    release();
    change({ phase: 'opening', fault: null, stream: null });
    const before = state.state().inputs;
    const inputs = await list();
    if (mine !== wish) {
      return;
    }
    const chosen = sameInput(inputs, state.state().chosen, before) ?? options.prefer(inputs);
    change({ inputs, chosen });
    if (chosen === null) {
      fail(fault('DEVICE_NOT_FOUND'));
      return;
    }
    try {
      const stream = await devices.getUserMedia(options.constraints(chosen.deviceId));
      take(stream, mine);
    } catch (error) {
      if (mine === wish) {
        fail(mediaFault(error, options.unavailable));
      }
    }
  }

  function take(stream: MediaStream, mine: number): void {
    const [track] = stream.getTracks();
    const wrong = track === undefined ? fault(options.unavailable) : options.check(track);
    if (mine !== wish || track === undefined || wrong !== null) {
      for (const one of stream.getTracks()) {
        one.stop();
      }
      if (mine === wish && wrong !== null) {
        fail(wrong);
      }
      return;
    }
    track.addEventListener('ended', () => {
      if (mine === wish) {
        lose();
      }
    });
    change({ phase: 'live', fault: null, stream });
  }

  async function lookAgain(): Promise<void> {
    const inputs = await list();
    const { phase, chosen, inputs: before } = state.state();
    if (phase === 'closed') {
      return;
    }
    const there = sameInput(inputs, chosen, before);
    change({ inputs });
    // Not every system ends the track of a device that was pulled out.
    if (phase === 'live' && !inputs.some(({ deviceId }) => deviceId === chosen?.deviceId)) {
      lose();
    }
    const waiting = state.state().phase === 'lost' || state.state().phase === 'failed';
    if (waiting && (there !== null || (chosen === null && inputs.length > 0))) {
      change({ chosen: there });
      await open();
    }
  }
  const onChange = (): void => {
    void lookAgain();
  };

  return {
    state: state.state,
    subscribe: state.subscribe,
    open: () => {
      devices.addEventListener('devicechange', onChange);
      return open();
    },
    choose: (deviceId) => {
      const chosen = state.state().inputs.find((input) => input.deviceId === deviceId) ?? null;
      change({ chosen });
      return open();
    },
    close: () => {
      wish++;
      devices.removeEventListener('devicechange', onChange);
      release();
      change({ phase: 'closed', fault: null, stream: null });
    },
  };
}

/**
 * Plugged into another socket a device may have another id; its name, with the USB numbers, stays. One
 * of the same name that was there `before` is another device.
 */
function sameInput(
  inputs: readonly MediaInput[],
  wanted: MediaInput | null,
  before: readonly MediaInput[],
): MediaInput | null {
  if (wanted === null) {
    return null;
  }
  return (
    inputs.find(({ deviceId }) => deviceId === wanted.deviceId) ??
    inputs.find(
      ({ label, deviceId }) =>
        label !== '' &&
        label === wanted.label &&
        !before.some((other) => other.deviceId === deviceId),
    ) ??
    null
  );
}

/** Media Capture and Streams, 10.2: the names of what getUserMedia rejects with. */
function mediaFault(error: unknown, unavailable: FaultCode): Fault {
  switch (error instanceof Error ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return fault('MEDIA_PERMISSION_DENIED');
    case 'NotFoundError':
    case 'OverconstrainedError':
      return fault('DEVICE_NOT_FOUND');
    default:
      return fault(unavailable);
  }
}
