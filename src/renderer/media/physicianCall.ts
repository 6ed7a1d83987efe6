import { fault, type Result } from '../../contracts/faults.ts';
import type { LiveNotice } from '../../contracts/live.ts';
import type { PeerInfo } from '../../contracts/signalling.ts';
import { keepCallUp, type LoopState } from './callLoop.ts';
import type { PhysicianCallState, ReceivedBlockListener, ReceiveLogEntry } from './callState.ts';
import { createClockOffset } from './clockOffset.ts';
import { type ClockProbe, createClockProbe } from './clockProbe.ts';
import { createListeners } from './listeners.ts';
import { createPaced, type Observable } from './observable.ts';
import { pageParts } from './pageParts.ts';
import { createPhysicianCopy } from './physicianCopy.ts';
import { linkFigures, reportOf } from './physicianFigures.ts';
import { type PhysicianSession, startPhysicianSession } from './physicianSession.ts';
import { openRoom, type PageParts } from './room.ts';
import { createVideoMeter } from './videoStats.ts';

export type PhysicianCall = Observable<PhysicianCallState> & {
  /** Every new block once: live ones in their order, late ones as they come. */
  readonly onBlock: (listener: ReceivedBlockListener) => () => void;
  /** The host's monotonic clock at a time of this page's performance clock, ms. */
  readonly hostTimeOf: (performanceMs: number) => number | null;
  readonly hostTimeNow: () => number | null;
  /** Every block since the last call, oldest first; none while the host's clock is unknown. */
  readonly drainReceiveLog: () => ReceiveLogEntry[];
  readonly close: () => void;
};

export type PhysicianCallOptions = {
  /** wss URL of the hub's signalling socket. */
  readonly url: string;
  readonly token: string;
  readonly displayName: string;
  /** Room of the page's address; a token for another one is refused with ROOM_UNKNOWN. */
  readonly room?: string | undefined;
};

const ASK_EVERY_MS = 100;
const REPORT_EVERY_MS = 1000;
/** The cart answers a ping every two seconds: after so long the channels are dead, not idle. */
const DEAF_AFTER_MS = 6000;
/** Answers go to all physicians: a random start keeps the numbers of two pages apart. */
const PROBE_IDS = 2 ** 30;

/** The physician's side of the consultation, kept up until it is closed or refused. */
export function createPhysicianCall(
  options: PhysicianCallOptions,
  parts: PageParts = pageParts(),
): PhysicianCall {
  const { timers } = parts;
  const closing = new AbortController();
  const peerId = parts.randomId();
  const clock = createClockOffset();
  const blocks = createListeners<Parameters<ReceivedBlockListener>>();
  const copy = createPhysicianCopy(clock, blocks.tell);
  const video = createVideoMeter();
  let loop: LoopState = { phase: 'connecting', fault: null, reconnects: 0 };
  let peers: readonly PeerInfo[] = [];
  let mediaStream: MediaStream | null = null;
  let session: PhysicianSession | null = null;
  let probe: ClockProbe | null = null;
  let heardAtMs = 0;

  const paced = createPaced<PhysicianCallState>(
    () => ({
      phase: loop.phase,
      fault: loop.fault,
      cart: peers.find(({ role }) => role === 'nurse') ?? null,
      colleagues: peers.filter(({ role }) => role === 'physician'),
      video: mediaStream,
      descriptors: copy.descriptors(),
      statuses: copy.statuses(),
      measurements: copy.measurements(),
      link: linkFigures(copy.figures(timers.now()), loop.reconnects, clock.uncertaintyMs()),
      videoStats: video.figures(),
    }),
    timers,
  );

  function setPeers(next: readonly PeerInfo[]): void {
    peers = next;
    if (!next.some(({ role }) => role === 'nurse')) {
      stopProbe();
    }
    paced.touch();
  }

  function stopProbe(): void {
    probe?.stop();
    probe = null;
  }

  function meetCart(): void {
    stopProbe();
    heardAtMs = timers.now();
    clock.renew();
    copy.cartIsBack(timers.now());
    const firstId = Math.floor(Math.random() * PROBE_IDS);
    const ask = (id: number, sentAtMs: number): void =>
      session?.ask({ kind: 'ping', id, sentAtMs });
    probe = createClockProbe({ clock, timers, firstId, ask });
  }

  function takeNotice(notice: LiveNotice): void {
    heardAtMs = timers.now();
    if (notice.kind === 'pong') {
      probe?.answered(notice.id, notice.hostTimeMs);
    } else {
      copy.takeNotice(notice, timers.now());
      paced.touch();
    }
  }

  async function open(signal: AbortSignal): Promise<Result<PhysicianSession>> {
    const room = await openRoom({ ...options, peerId }, parts, signal);
    if (!room.ok) {
      return room;
    }
    let met = false;
    const started = await startPhysicianSession(room.value, {
      onPeers: setPeers,
      onTracks: (tracks) => {
        mediaStream = tracks.length === 0 ? null : parts.createMediaStream(tracks);
        paced.touch();
      },
      onCart: () => {
        met = true;
        if (session !== null) {
          meetCart();
        }
      },
      onNotice: takeNotice,
      onBlock: (block, bytes) => {
        copy.takeBlock(block, bytes, timers.now());
        paced.touch();
      },
    });
    if (started.ok) {
      adopt(started.value);
      if (met) {
        meetCart();
      }
    }
    return started;
  }

  function adopt(started: PhysicianSession): void {
    session = started;
    void started.ended.then(() => {
      session = null;
      stopProbe();
    });
  }

  function askForMissing(): void {
    if (session === null || probe === null) {
      return;
    }
    const now = timers.now();
    if (now - heardAtMs > DEAF_AFTER_MS) {
      session.giveUp(fault('SIGNALLING_TIMEOUT', { part: 'media' }));
      return;
    }
    for (const { streamId, epoch, fromSeq, toSeq } of copy.due(now)) {
      session.ask({ kind: 'backfill', streamId, epoch, fromSeq, toSeq });
    }
  }

  async function report(): Promise<void> {
    const current = session;
    const stats = (await current?.videoReport()) ?? null;
    video.read(stats, timers.now());
    paced.touch();
    if (probe !== null && current === session) {
      current?.ask(reportOf(copy.figures(timers.now()), stats === null ? null : video.figures()));
    }
  }

  const stops = [
    timers.every(ASK_EVERY_MS, askForMissing),
    timers.every(REPORT_EVERY_MS, () => void report()),
  ];
  const onState = (next: LoopState): void => {
    loop = next;
    paced.touch();
  };
  void keepCallUp({ timers, open, onState, onWake: parts.onOnline }, closing.signal);

  return {
    state: paced.state,
    subscribe: paced.subscribe,
    onBlock: blocks.add,
    hostTimeOf: clock.hostTimeOf,
    hostTimeNow: () => clock.hostTimeOf(timers.now()),
    drainReceiveLog: copy.drain,
    close: () => {
      closing.abort();
      for (const stop of stops) {
        stop();
      }
      stopProbe();
      blocks.clear();
      paced.close();
    },
  };
}
