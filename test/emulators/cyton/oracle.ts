import { createRequire } from 'node:module';

/** The part of npm `@openbci/utilities` (the vendor's own parser) that tests compare with. */
export type OpenBciOracle = {
  readonly utilities: {
    readonly extractRawDataPackets: (bytes: Buffer) => {
      readonly buffer: Buffer | null;
      readonly rawDataPackets: readonly Buffer[];
    };
    readonly transformRawDataPacketsToSample: (input: object) => readonly OracleSample[];
    readonly droppedPacketCheck: (previous: number, next: number) => number[] | null;
    /** Writes what the registers say into the given `channelSettings`. */
    readonly syncChannelSettingsWithRawData: (input: object) => void;
    readonly getFirmware: (text: Buffer) => { readonly raw: string } | null;
    readonly doesBufferHaveEOT: (text: Buffer) => boolean;
    readonly isFailureInBuffer: (text: Buffer) => boolean;
    readonly convertSampleToPacketStandard: (sample: object) => Buffer;
  };
  readonly constants: {
    readonly channelSettingsArrayInit: (channels: number) => OracleChannel[];
    readonly getChannelSetter: (
      ...parts: unknown[]
    ) => Promise<{ readonly commandArray: string[] }>;
  };
};

export type OracleSample = {
  readonly valid: boolean;
  readonly sampleNumber: number;
  readonly stopByte: number;
  /** Volts. */
  readonly channelData: readonly number[];
  /** g. */
  readonly accelData: readonly number[];
};

export type OracleChannel = {
  channelNumber: number;
  powerDown: boolean;
  gain: number;
  inputType: string;
  bias: boolean;
  srb2: boolean;
  srb1: boolean;
};

// The package has no types; its bundle must be loaded as CommonJS (its `module` field names a file
// that is not published).
const loaded: OpenBciOracle = createRequire(import.meta.url)('@openbci/utilities');

export const { utilities, constants } = loaded;

/** What the vendor's parser reads in a stream; `gains` by channel, 24 where not given. */
export function decodeWithOracle(bytes: Uint8Array, gains: readonly number[] = []): OracleSample[] {
  const { rawDataPackets } = utilities.extractRawDataPackets(Buffer.from(bytes));
  const channelSettings = constants.channelSettingsArrayInit(8);
  for (const [i, gain] of gains.entries()) {
    const channel = channelSettings[i];
    if (channel !== undefined) channel.gain = gain;
  }
  const input = { rawDataPackets, channelSettings, scale: true };
  return [...utilities.transformRawDataPacketsToSample(input)];
}
