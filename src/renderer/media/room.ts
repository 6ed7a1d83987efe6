import type { types } from 'mediasoup-client';
import type { CallOutput } from '../../contracts/calls.ts';
import { type Fault, failed, fault, ok, type Result } from '../../contracts/faults.ts';
import type { SignallingCalls, SignallingNotice } from '../../contracts/signalling.ts';
import type { CallSession } from './callLoop.ts';
import { deferred } from './deferred.ts';
import {
  createSignallingClient,
  type SignallingClient,
  type SignallingSocketConstructor,
} from './signallingClient.ts';
import type { Timers } from './timers.ts';
import { guarded, type MediaDevice, openTransport } from './transports.ts';

export type RoomAccess = {
  readonly url: string;
  readonly token: string;
  readonly peerId: string;
  readonly displayName: string;
  readonly room?: string | undefined;
};

/** What the media code takes from the page that it runs in. */
export type PageParts = {
  readonly timers: Timers;
  readonly WebSocket: SignallingSocketConstructor;
  readonly createDevice: () => Promise<MediaDevice>;
  readonly createMediaStream: (tracks: MediaStreamTrack[]) => MediaStream;
  /** Tells when the network is back. @returns unsubscribes */
  readonly onOnline: (listener: () => void) => () => void;
  readonly randomId: () => string;
};

export type Joined = CallOutput<SignallingCalls, 'join'>;

/** One stay in a room: socket, codecs and transports, which live and end together. */
export type Room = CallSession & {
  readonly joined: Joined;
  readonly device: MediaDevice;
  readonly calls: SignallingClient['calls'];
  readonly transport: (direction: 'send' | 'receive') => Promise<Result<types.Transport>>;
  /** From now on; what the hub told since joining comes first. */
  readonly listen: (listener: (notice: SignallingNotice) => void) => void;
  readonly isOver: () => boolean;
  /** Closes all of it. Idempotent; the first reason counts. */
  readonly end: (reason: Fault) => void;
  readonly roundTripMs: () => number | null;
};

/** Connects and joins; when it fails, or `signal` aborts before, nothing is left open. */
export async function openRoom(
  access: RoomAccess,
  parts: PageParts,
  signal: AbortSignal,
): Promise<Result<Room>> {
  let deliver: (notice: SignallingNotice) => void = () => {};
  const early: SignallingNotice[] = [];
  deliver = (notice) => early.push(notice);
  const client = createSignallingClient({
    url: access.url,
    WebSocket: parts.WebSocket,
    timers: parts.timers,
    onNotice: (notice) => deliver(notice),
  });
  const close = (): void => client.close();
  signal.addEventListener('abort', close);
  if (signal.aborted) {
    close();
  }
  const entered = await enter(client, access, parts);
  signal.removeEventListener('abort', close);
  if (!entered.ok) {
    client.close();
    return entered;
  }
  const listen: Room['listen'] = (listener) => {
    deliver = listener;
    for (const notice of early.splice(0)) {
      listener(notice);
    }
  };
  return ok(createRoom(client, entered.value, parts, listen));
}

async function enter(
  client: SignallingClient,
  access: RoomAccess,
  parts: PageParts,
): Promise<Result<{ joined: Joined; device: MediaDevice }>> {
  const opened = await client.opened;
  if (!opened.ok) {
    return opened;
  }
  const { token, peerId, displayName, room } = access;
  const joined = await client.calls.join({ token, peerId, displayName, room });
  if (!joined.ok) {
    return joined;
  }
  const loaded = await guarded(async () => {
    const device = await parts.createDevice();
    // The contract carries mediasoup's objects as plain JSON; mediasoup-client validates them.
    const routerRtpCapabilities = joined.value.routerRtpCapabilities as types.RtpCapabilities;
    await device.load({ routerRtpCapabilities });
    return device;
  });
  return loaded.ok ? ok({ joined: joined.value, device: loaded.value }) : loaded;
}

function createRoom(
  client: SignallingClient,
  { joined, device }: { readonly joined: Joined; readonly device: MediaDevice },
  parts: PageParts,
  listen: Room['listen'],
): Room {
  const ended = deferred<Fault>();
  const transports: types.Transport[] = [];
  const stay = parts.randomId();
  let requests = 0;
  let over = false;

  function end(reason: Fault): void {
    if (over) {
      return;
    }
    over = true;
    for (const opened of transports) {
      opened.close();
    }
    client.close();
    ended.resolve(reason);
  }
  void client.closed.then(end);

  async function addTransport(direction: 'send' | 'receive'): Promise<Result<types.Transport>> {
    const opened = await openTransport(direction, {
      calls: client.calls,
      device,
      timers: parts.timers,
      nextRequestId: () => `${stay}.${String(++requests)}`,
      onDead: end,
    });
    if (!opened.ok) {
      return opened;
    }
    if (over) {
      opened.value.close();
      return failed('SIGNALLING_CLOSED');
    }
    transports.push(opened.value);
    return opened;
  }

  return {
    joined,
    device,
    calls: client.calls,
    ended: ended.promise,
    transport: addTransport,
    listen,
    isOver: () => over,
    end,
    close: () => {
      // The hub shows an orderly leave to the others at once; its answer is not waited for.
      void client.calls.leave({});
      end(fault('SIGNALLING_CLOSED'));
    },
    roundTripMs: client.roundTripMs,
  };
}

/** What was to be consumed has ended meanwhile; that its owner is back comes as another notice. */
export function isGone({ code }: Fault): boolean {
  return code === 'MEDIA_PRODUCER_UNKNOWN' || code === 'SIGNALLING_CLOSED';
}
