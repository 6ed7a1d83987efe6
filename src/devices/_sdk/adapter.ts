import type {
  DeviceCalibration,
  DeviceCapability,
  DeviceCaveat,
  DeviceCommand,
  DeviceIdentity,
  DeviceKind,
  Lead,
  MeasurementFlag,
  QualityCause,
  StreamKind,
} from '../../contracts/devices.ts';
import type { Fault, Result } from '../../contracts/faults.ts';
import type { MeasurementName } from '../../contracts/measurements.ts';
import type { BlockUnit } from '../../contracts/sampleBlock.ts';
import type { HostTime } from './time.ts';
import type { Transport } from './transport.ts';

/** How a device's bytes travel. A device with several variants has a wire for each. */
export type Wire =
  | {
      readonly kind: 'serial';
      readonly name: string;
      readonly baudRate: number;
      readonly dataBits?: 7 | 8;
      readonly parity?: 'none' | 'even' | 'odd';
      readonly stopBits?: 1 | 2;
    }
  | {
      readonly kind: 'hid';
      readonly name: string;
      /** First byte of each report that is written; 0: the device does not number its reports. */
      readonly reportId: number;
      /** Written reports are filled up with zeros to so many bytes, the id not counted. */
      readonly outputReportBytes: number;
    }
  | {
      readonly kind: 'usb';
      readonly name: string;
      /** The interface that is claimed: its class codes (USB-IF). */
      readonly interfaceClass: number;
      readonly interfaceSubclass: number;
      readonly interfaceProtocol: number;
      /** Longest transfer that the device sends. */
      readonly transferBytes: number;
    }
  /** Events of a kernel input device; the transport delivers whole `struct input_event`s. */
  | { readonly kind: 'input'; readonly name: string }
  /** What only a window can reach: packets as in contracts/windowFeed.ts. */
  | { readonly kind: 'window'; readonly name: string };

/** A device as it shows itself before anything was said to it; absent: any, or not told. */
export type Fingerprint = {
  readonly transport: Wire['kind'];
  /** Four hexadecimal digits, lower case. */
  readonly vendorId?: string;
  readonly productId?: string;
  /** Substrings of what the operating system tells, lower case; each that is found adds certainty. */
  readonly manufacturerHints?: readonly string[];
  readonly productHints?: readonly string[];
  readonly serialNumber?: RegExp;
  readonly interfaceNumber?: number;
  readonly usagePage?: number;
  readonly usage?: number;
  readonly interfaceClass?: number;
  /** Name of the wire to try first. */
  readonly wire?: string;
  /** The product, and a path under which a system was seen to show it. */
  readonly seen: string;
};

export type StreamSpec = {
  /** Unique within the device; part of the stream's number, so never renamed. */
  readonly name: string;
  readonly kind: StreamKind;
  readonly rateHz: number;
  /** `code` equals the position, so that a lead's `channel` is both. */
  readonly channels: readonly {
    readonly code: number;
    readonly name: string;
    readonly unit: BlockUnit;
  }[];
  readonly leads: readonly Lead[];
  /** A channel still for so long is taken as frozen. Absent: it may be still. */
  readonly frozenMs?: number;
  /** Only ever read out of the device's memory: its epochs begin with `onStored`. */
  readonly storedOnly?: true;
};

export type MeasurementSpec = {
  readonly name: MeasurementName;
  /** Beyond these no living person is; in the unit of the row of MEASUREMENTS. */
  readonly lowest: number;
  readonly highest: number;
};

/** Facts about a device; pure data. */
export type AdapterManifest = {
  readonly adapterId: string;
  readonly adapterVersion: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly kind: DeviceKind;
  /** Tried in this order, unless the fingerprint names one. */
  readonly wires: readonly [Wire, ...Wire[]];
  readonly fingerprints: readonly Fingerprint[];
  /** Everything that any variant may give; `SampleSource.streams` is what this one gives. */
  readonly streams: readonly StreamSpec[];
  readonly measurements: readonly MeasurementSpec[];
  readonly capabilities: readonly DeviceCapability[];
  readonly caveats: readonly DeviceCaveat[];
  /** True: `probe` writes nothing; it is tried first where several devices might be there. */
  readonly listensOnly: boolean;
  /**
   * Both null: a device that speaks when it has something (a blood pressure monitor).
   * quietMs: nothing for so long while streaming, the signal is in doubt. silentMs: nothing for so
   * long, the device is taken as lost.
   */
  readonly quietMs: number | null;
  readonly silentMs: number | null;
  /** Replay of a capture of raw bytes; null: this device is replayed from a trace only. */
  readonly replay: {
    readonly bytesPerSecond: number;
    /** Ends each text that the device says: a replay waits there for the next command. */
    readonly replyTerminator: string | null;
  } | null;
  /** Where the protocol is public: for docs/devices.md and the technician's screen. */
  readonly sources: readonly string[];
};

/** Consecutive samples of all channels of a stream; memory is valid during the call only. */
export type SampleBatch = {
  /** Position in `SampleSource.streams`. */
  readonly stream: number;
  readonly count: number;
  /** Planar: channel c is samples[c * count ...]. */
  readonly samples: Int32Array;
  /** Samples that the device counted between the batch before and this one. */
  readonly missingBefore: number;
  /** Monotonic time when the last of these samples had been read, ns. */
  readonly readAtNs: bigint;
  /** Bits of CHANNEL_FLAG, per channel. */
  readonly channelFlags: Uint8Array;
  /** Physical units per count, per channel. */
  readonly scales: Float64Array;
  readonly testSignal: boolean;
};

/** A value as the device gave it; the session adds who, when and how sure. */
export type SourceMeasurement = {
  readonly name: MeasurementName;
  /** null: the device says that it has none. */
  readonly value: number | null;
  /** Where the device's unit is not that of the table (mmol/L); UCUM. */
  readonly unit?: string;
  readonly site?: string;
  readonly quality: 'good' | 'questionable' | 'invalid';
  readonly flags: readonly MeasurementFlag[];
  readonly origin: 'live' | 'stored';
  /** The same for all values of one reading. */
  readonly reading: string | null;
  /** `YYYY-MM-DDTHH:MM:SS`, the device's local time; null: it keeps none. */
  readonly deviceTime: string | null;
  readonly readAtNs: bigint;
};

export type SourceEvent = {
  readonly code:
    | 'leadOff'
    | 'leadOn'
    | 'saturated'
    | 'testSignalOn'
    | 'testSignalOff'
    | 'downloaded'
    | 'clockSet'
    | 'buttonPressed'
    | 'buttonReleased';
  readonly lead?: string;
};

/** What a device told, as it told it: the session's ears. */
export type SampleSink = {
  readonly onSamples: (batch: SampleBatch) => void;
  readonly onMeasurement: (measurement: SourceMeasurement) => void;
  readonly onEvent: (event: SourceEvent) => void;
  /** Frames, or runs of bytes, that were refused. */
  readonly onBadFrames: (count: number) => void;
  /**
   * Something was heard that is neither sample nor value (a keep-alive, a "no finger" frame): the
   * device is not silent.
   */
  readonly onAlive: () => void;
  /** All that the device itself doubts now; replaces what it said before. */
  readonly onQuality: (causes: readonly QualityCause[]) => void;
  /**
   * Before the first sample of a stored stream (a session, a curve): continuity begins anew.
   * `recordedAt`: the device's own local time, without zone.
   */
  readonly onStored: (stream: number, recordedAt: string | null) => void;
  /**
   * The live streams went on after an interruption that the device cannot count: their next samples
   * begin new epochs, and the gap is told.
   */
  readonly onBreak: () => void;
  /** Host minus device clock, ms. */
  readonly onClock: (offsetMs: number, set: boolean) => void;
  /**
   * What went on in the background failed. A device that does not answer any more is let go and
   * begun with again; any other fault is shown until something goes well.
   */
  readonly onFault: (fault: Fault) => void;
};

/** A setting of the device, or something to do; start and stop are the session's own. */
export type DeviceSetting = Exclude<DeviceCommand, { command: 'start' | 'stop' }>;

/** What a device does after it was identified. Not concurrent: the session waits for each call. */
export type SampleSource = {
  /** What this device gives; the same objects for its whole life. */
  readonly streams: readonly StreamSpec[];
  /** Begins live data; a device that only stores begins to hand over what it holds. */
  start(): Promise<Result<void>>;
  /** Resolves after the last sample under way was given to the sink. */
  stop(): Promise<Result<void>>;
  /**
   * Whether this device sends all the time, now that it was started. Absent: where the manifest has
   * quiet times.
   */
  readonly flows?: () => boolean;
  /** Says goodbye, where the protocol has a word for it; the wire is closed afterwards. */
  readonly leave?: () => Promise<void>;
  /** Only while stopped. Fails with DEVICE_CANNOT where the manifest does not list the capability. */
  apply(setting: DeviceSetting): Promise<Result<void>>;
  /** The transport is gone: gives what was held back and can still be believed. */
  end(): void;
};

export type AdapterDeps = {
  readonly time: HostTime;
  /** The wire that the transport was opened as. */
  readonly wire: Wire;
  /** What was stored for this device, or null. */
  readonly calibration: (identity: DeviceIdentity) => DeviceCalibration | null;
};

export type TraceDirection = 'in' | 'out';

/** Reads along: what the bytes say, one line each, in the words of the protocol. */
export type TraceReader = (direction: TraceDirection, bytes: Uint8Array) => readonly string[];

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
  /** A new reader for a technician's trace. */
  readTrace(): TraceReader;
};
