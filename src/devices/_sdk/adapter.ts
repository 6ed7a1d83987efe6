import type { DeviceCommand, DeviceIdentity, Lead } from '../../contracts/devices.ts';
import type { Result } from '../../contracts/faults.ts';
import type { HostTime } from './time.ts';
import type { Transport } from './transport.ts';

/** A device as its USB bridge shows itself; `null` = not told. */
export type Fingerprint = {
  /** Four hexadecimal digits, lower case. */
  readonly vendorId: string;
  readonly productId: string;
  /** Substrings of what the operating system tells, lower case; each that is found adds certainty. */
  readonly manufacturerHints: readonly string[];
};

/** Facts about a device; pure data. */
export type AdapterManifest = {
  readonly adapterId: string;
  readonly adapterVersion: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly kind: 'ecg';
  readonly rateHz: number;
  readonly serial: { readonly baudRate: number };
  /** Bytes the device sends in a second while it streams: paces the replay of a capture. */
  readonly bytesPerSecond: number;
  /** Ends each text that the device says: a replay waits there for the next command. */
  readonly replyTerminator: string;
  readonly fingerprints: readonly Fingerprint[];
  /** `code` equals the position, so that a lead's `channel` is both. */
  readonly channels: readonly {
    readonly code: number;
    readonly name: string;
    readonly unit: 'uV';
  }[];
  readonly leads: readonly Lead[];
  /** Nothing for so long while streaming: the signal is in doubt. */
  readonly quietMs: number;
  /** Nothing for so long while streaming: the device is taken as lost. */
  readonly silentMs: number;
};

/** Consecutive samples of all channels; memory is valid during the call only. */
export type SampleBatch = {
  readonly count: number;
  /** Planar: channel c is samples[c * count ...]. */
  readonly samples: Int32Array;
  /** Samples that the device counted between the batch before and this one. */
  readonly missingBefore: number;
  /** Monotonic time when the last of these samples had been read, ns. */
  readonly readAtNs: bigint;
  /** Bits of CHANNEL_FLAG, per channel. */
  readonly channelFlags: Uint8Array;
  /** uV per count, per channel. */
  readonly scales: Float64Array;
  readonly testSignal: boolean;
};

export type SourceEvent = {
  readonly code: 'leadOff' | 'leadOn' | 'saturated' | 'testSignalOn' | 'testSignalOff';
  readonly lead?: string;
};

export type SampleSink = {
  readonly onSamples: (batch: SampleBatch) => void;
  readonly onEvent: (event: SourceEvent) => void;
  /** Frames, or runs of bytes, that were refused. */
  readonly onBadFrames: (count: number) => void;
};

/** A setting of the device; start and stop are the session's own. */
export type DeviceSetting = Exclude<DeviceCommand, { command: 'start' | 'stop' }>;

/** What a device does after it was identified. Not concurrent: the session waits for each call. */
export type SampleSource = {
  start(): Promise<Result<void>>;
  /** Resolves after the last sample under way was given to the sink. */
  stop(): Promise<Result<void>>;
  /** Only while stopped. */
  apply(setting: DeviceSetting): Promise<Result<void>>;
  /** The transport is gone: gives what was held back and can still be believed. */
  end(): void;
};

export type AdapterDeps = { readonly time: HostTime };

export type AdapterModule = {
  readonly manifest: AdapterManifest;
  /**
   * Asks the device who it is, and writes nothing else to it.
   * Fails with DEVICE_NO_ANSWER or DEVICE_WRONG_IDENTITY.
   */
  probe(transport: Transport, deps: AdapterDeps): Promise<Result<DeviceIdentity>>;
  open(
    transport: Transport,
    identity: DeviceIdentity,
    sink: SampleSink,
    deps: AdapterDeps,
  ): SampleSource;
};
