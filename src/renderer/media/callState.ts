import type { DeviceStatus, Measurement, StreamDescriptor } from '../../contracts/devices.ts';
import type { Fault } from '../../contracts/faults.ts';
import type { ReceiverReport } from '../../contracts/live.ts';
import type { SampleBlock } from '../../contracts/sampleBlock.ts';
import type { PeerInfo } from '../../contracts/signalling.ts';

/**
 * - waitingHub: the cart's own hub has not said yet where it is;
 * - connecting: on the way in for the first time;
 * - joined: in the room, with everything that the room has;
 * - reconnecting: the link or the hub was lost, and is being tried again without end;
 * - refused: the hub will not let us in (see `fault`); nothing is tried any more.
 */
export type CartCallPhase = 'waitingHub' | 'connecting' | 'joined' | 'reconnecting' | 'refused';
export type PhysicianCallPhase = Exclude<CartCallPhase, 'waitingHub'>;

export type CartCallState = {
  readonly phase: CartCallPhase;
  /** Why the last attempt ended; null while joined. */
  readonly fault: Fault | null;
  readonly physicians: readonly PeerInfo[];
  /** What each physician's page last said that it received, by peer id. */
  readonly reports: ReadonlyMap<string, ReceiverReport>;
  /** Blocks handed to the live channels, and blocks dropped there because the link was too slow. */
  readonly sentBlocks: number;
  readonly droppedBlocks: number;
  readonly reconnects: number;
  /** Between the window and the hub. */
  readonly roundTripMs: number | null;
};

export type LinkFigures = {
  /** From the host's reading to the arrival here, live blocks of the last 10 s, ms. */
  readonly delayMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  /** Samples of one channel, from the first block that ever arrived. */
  readonly samplesReceived: number;
  /** Not here now: still to be back-filled, or `samplesLost` for good. */
  readonly samplesMissing: number;
  /** The part of `samplesMissing` that the cart's record does not hold either. */
  readonly samplesLost: number;
  readonly samplesLate: number;
  /** Blocks that arrived twice. */
  readonly duplicates: number;
  readonly reconnects: number;
  /** How long no live block arrived in the last interruption. */
  readonly lastResumeMs: number | null;
  readonly backfilledSamples: number;
  /** Of sample blocks, live and late. */
  readonly bytesReceived: number;
  readonly clockUncertaintyMs: number | null;
};

export type VideoFigures = {
  readonly framesDecoded: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
};

export type PhysicianCallState = {
  readonly phase: PhysicianCallPhase;
  readonly fault: Fault | null;
  readonly cart: PeerInfo | null;
  /** The other physicians of the room. */
  readonly colleagues: readonly PeerInfo[];
  /** The cart's camera and microphone; another object whenever a track came or went. */
  readonly video: MediaStream | null;
  readonly descriptors: readonly StreamDescriptor[];
  readonly statuses: readonly DeviceStatus[];
  readonly measurements: readonly Measurement[];
  readonly link: LinkFigures;
  readonly videoStats: VideoFigures | null;
};

/** `receivedAtMs` is of this page's performance clock; `hostTimeOf` translates it. */
export type BlockInfo = { readonly late: boolean; readonly receivedAtMs: number };
export type ReceivedBlockListener = (
  block: SampleBlock,
  descriptor: StreamDescriptor | null,
  info: BlockInfo,
) => void;

/** One block that arrived. Times are of the host's clock, as far as it was known when drained. */
export type ReceiveLogEntry = {
  readonly epoch: number;
  readonly firstSample: number;
  readonly count: number;
  readonly receivedAtMs: number;
  readonly late: boolean;
};
