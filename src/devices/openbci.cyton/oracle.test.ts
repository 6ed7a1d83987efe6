import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHANNELS,
  COMMAND,
  channelCommand,
  createFrameParser,
  type Gain,
  microvoltsPerCount,
  readCounts,
  testSignalCommand,
} from './protocol.ts';

/** The vendor's own package, as far as these tests use it; it has no types. */
type Oracle = {
  readonly utilities: {
    newSample(number: number): { channelData: number[]; auxData: number[] };
    convertSampleToPacketStandard(sample: unknown): Buffer;
  };
  readonly constants: {
    getChannelSetter(
      channel: number,
      powerDown: boolean,
      gain: number,
      input: string,
      bias: boolean,
      srb2: boolean,
      srb1: boolean,
    ): Promise<{ commandArray: string[] }>;
    readonly OBCIStreamStart: string;
    readonly OBCIStreamStop: string;
    readonly OBCIMiscSoftReset: string;
    readonly OBCIChannelDefaultAllSet: string;
    getTestSignalCommand(name: string): Promise<string>;
  };
};
const oracle = createRequire(import.meta.url)('@openbci/utilities') as Oracle;

describe("against the vendor's package", () => {
  it('decodes what it encodes, within one count', () => {
    const volts = fc.array(fc.double({ min: -0.18, max: 0.18, noNaN: true }), {
      minLength: CHANNELS,
      maxLength: CHANNELS,
    });
    fc.assert(
      fc.property(fc.array(volts, { minLength: 3, maxLength: 10 }), (rows) => {
        const packets = rows.map((row, number) => {
          const sample = oracle.utilities.newSample(number);
          sample.channelData = row;
          sample.auxData = [0, 0, 0];
          return oracle.utilities.convertSampleToPacketStandard(sample);
        });
        const read: number[][] = [];
        const parser = createFrameParser(
          (data, at) => {
            const counts = new Int32Array(CHANNELS);
            readCounts(data, at, counts, 0, 1);
            read.push([...counts].map((count) => count * microvoltsPerCount(24) * 1e-6));
          },
          () => {},
        );
        parser.push(Buffer.concat(packets));
        parser.flush();
        expect(read.length).toBe(rows.length);
        rows.forEach((row, index) => {
          row.forEach((value, channel) => {
            expect(Math.abs((read[index]?.[channel] ?? 0) - value)).toBeLessThan(2.3e-8);
          });
        });
      }),
    );
  });

  it('says the same commands', async () => {
    const { constants } = oracle;
    expect(COMMAND.start).toBe(constants.OBCIStreamStart);
    expect(COMMAND.stop).toBe(constants.OBCIStreamStop);
    expect(COMMAND.identify).toBe(constants.OBCIMiscSoftReset);
    expect(COMMAND.defaults).toBe(constants.OBCIChannelDefaultAllSet);
    const modes = {
      ground: 'ground',
      dc: 'dc',
      slow1x: 'pulse1xSlow',
      fast1x: 'pulse1xFast',
      slow2x: 'pulse2xSlow',
      fast2x: 'pulse2xFast',
    } as const;
    for (const [ours, theirs] of Object.entries(modes)) {
      const command = testSignalCommand(ours as keyof typeof modes);
      expect(command).toBe(await constants.getTestSignalCommand(theirs));
    }
  });

  it('sets every channel, gain, power and input in the same words', async () => {
    const inputs = { normal: 'normal', shorted: 'shorted', test: 'testSig' } as const;
    for (let channel = 1; channel <= CHANNELS; channel++) {
      for (const gain of [1, 2, 4, 6, 8, 12, 24] as const satisfies readonly Gain[]) {
        for (const powered of [true, false]) {
          for (const input of ['normal', 'shorted', 'test'] as const) {
            const ours = channelCommand({ command: 'channel', channel, powered, gain, input });
            const theirs = await oracle.constants.getChannelSetter(
              channel,
              !powered,
              gain,
              inputs[input],
              true,
              true,
              false,
            );
            expect(ours).toBe(theirs.commandArray.join(''));
          }
        }
      }
    }
  });
});
