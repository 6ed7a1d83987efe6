import { type Fault, failed, type Result } from '../../contracts/faults.ts';
import type { HubAccess } from '../../contracts/ipc.ts';
import type { ReceiverReport } from '../../contracts/live.ts';
import type { PeerInfo } from '../../contracts/signalling.ts';
import { keepCallUp, type LoopState } from './callLoop.ts';
import type { CartCallState } from './callState.ts';
import { type CartSession, startCartSession } from './cartSession.ts';
import { createPaced, type Observable } from './observable.ts';
import { pageParts } from './pageParts.ts';
import { openRoom, type PageParts } from './room.ts';
import type { StreamClient } from './streamClient.ts';
import type { Timers } from './timers.ts';

export type CartCall = Observable<CartCallState> & {
  /** Camera and microphone to send, now and after every reconnection; they stay the caller's. */
  readonly setMedia: (media: MediaStream | null) => void;
  readonly close: () => void;
};

export type CartCallOptions = {
  /** Asked before each attempt: a restarted hub has another port and honours another token. */
  readonly getAccess: () => Promise<Result<HubAccess>>;
  readonly stream: StreamClient;
  readonly displayName: string;
};

const ACCESS_PATIENCE_MS = 5000;
const REFRESH_MS = 1000;

/** The cart's side of the consultation, kept up until it is closed or refused. */
export function createCartCall(options: CartCallOptions, parts: PageParts = pageParts()): CartCall {
  const { timers } = parts;
  const closing = new AbortController();
  const counts = { sentBlocks: 0, droppedBlocks: 0 };
  const reports = new Map<string, ReceiverReport>();
  let loop: LoopState = { phase: 'connecting', fault: null, reconnects: 0 };
  let hubKnown = false;
  let physicians: readonly PeerInfo[] = [];
  let media: MediaStream | null = null;
  let session: CartSession | null = null;

  const paced = createPaced<CartCallState>(
    () => ({
      phase: !hubKnown && loop.phase === 'connecting' ? 'waitingHub' : loop.phase,
      fault: loop.fault,
      physicians,
      reports: new Map(reports),
      ...counts,
      reconnects: loop.reconnects,
      roundTripMs: session?.roundTripMs() ?? null,
    }),
    timers,
  );
  const stopRefreshing = timers.every(REFRESH_MS, paced.touch);

  function setPhysicians(present: readonly PeerInfo[]): void {
    physicians = present;
    for (const peerId of reports.keys()) {
      if (!present.some((peer) => peer.peerId === peerId)) {
        reports.delete(peerId);
      }
    }
    paced.touch();
  }

  async function open(signal: AbortSignal): Promise<Result<CartSession>> {
    const access = await askAccess(options.getAccess, timers);
    hubKnown = access.ok;
    paced.touch();
    if (!access.ok) {
      return access;
    }
    const { signallingUrl: url, token, peerId, room: roomName } = access.value;
    const { displayName, stream } = options;
    const room = await openRoom({ url, token, peerId, displayName, room: roomName }, parts, signal);
    if (!room.ok) {
      return room;
    }
    const started = await startCartSession(room.value, {
      stream,
      counts,
      onPhysicians: setPhysicians,
      onReport: (from, report) => {
        if (physicians.some((peer) => peer.peerId === from)) {
          reports.set(from, report);
          paced.touch();
        }
      },
    });
    if (started.ok) {
      adopt(started.value);
    }
    return started;
  }

  function adopt(started: CartSession): void {
    session = started;
    started.setMedia(media);
    void started.ended.then((_reason: Fault) => {
      session = null;
      setPhysicians([]);
    });
  }

  void keepCallUp(
    {
      timers,
      open,
      onState: (next) => {
        loop = next;
        paced.touch();
      },
      onWake: parts.onOnline,
    },
    closing.signal,
  );

  return {
    state: paced.state,
    subscribe: paced.subscribe,
    setMedia: (next) => {
      media = next;
      session?.setMedia(next);
    },
    close: () => {
      closing.abort();
      stopRefreshing();
      paced.close();
    },
  };
}

/** Main that does not answer, or fails, is a hub that is not there yet. */
function askAccess(
  getAccess: CartCallOptions['getAccess'],
  timers: Timers,
): Promise<Result<HubAccess>> {
  return new Promise((resolve) => {
    const unavailable = (): void => resolve(failed('HUB_UNAVAILABLE'));
    const cancel = timers.after(ACCESS_PATIENCE_MS, unavailable);
    getAccess().then(resolve, unavailable).finally(cancel);
  });
}
