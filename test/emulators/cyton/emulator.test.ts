import { describe, expect, it } from 'vitest';
import { createEcgModel, DEFAULT_ECG_MODEL } from '../ecg/dynamicalModel.ts';
import { encodeFrame } from './frame.ts';
import { constants, decodeWithOracle, utilities } from './oracle.ts';
import { plan, say, steadySource, stream, testCyton } from './support.ts';

const UV = 1e6;
const RAIL_UV = 187_500;
const column = (bytes: Uint8Array, channel: number, gains?: readonly number[]): number[] =>
  decodeWithOracle(bytes, gains).map((s) => (s.channelData[channel] ?? Number.NaN) * UV);
const rms = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

describe('frames', () => {
  it('are the bytes of the documented example', () => {
    const counts = Int32Array.of(44739, -44739, 0, 1, -1, 0x7fffff, -0x800000, 0);
    expect(Buffer.from(encodeFrame(5, counts, [0, 0, 4096])).toString('hex')).toBe(
      'a00500aec3ff513d000000000001ffffff7fffff800000000000000000001000c0',
    );
  });

  it('are what the vendor encodes from the same sample', () => {
    const channelData = Array.from({ length: 8 }, () => 0.001);
    const packet = utilities.convertSampleToPacketStandard({
      channelData,
      sampleNumber: 0,
      auxData: Buffer.alloc(6),
    });
    const counts = new Int32Array(8).fill(44739);
    expect(Buffer.from(encodeFrame(0, counts, [0, 0, 0]))).toEqual(Buffer.from(packet));
  });

  it('carry the heart to the vendor parser within half a count, on the RA reference', () => {
    const model = createEcgModel(DEFAULT_ECG_MODEL);
    const samples = decodeWithOracle(stream(testCyton({ source: model }), 4).bytes);
    expect(samples).toHaveLength(1000);
    const lead = new Float64Array(8);
    for (const [n, { channelData }] of samples.entries()) {
      model.at(n / 250, lead);
      const [i = 0, ii = 0] = lead;
      for (const [channel, volts] of channelData.entries()) {
        const expected = (lead[channel] ?? Number.NaN) + (channel < 2 ? 0 : (i + ii) / 3);
        expect(Math.abs(volts * UV - expected)).toBeLessThan(0.0112);
      }
    }
  });

  it('number themselves 0..255 and over, and pass the vendor check for lost packets', () => {
    const samples = decodeWithOracle(stream(testCyton(), 4).bytes);
    expect(samples.map((s) => s.sampleNumber)).toEqual(samples.map((_, n) => n % 256));
    for (const [n, { sampleNumber }] of samples.slice(1).entries()) {
      expect(utilities.droppedPacketCheck(samples[n]?.sampleNumber ?? -9, sampleNumber)).toBeNull();
    }
  });

  it('bring the accelerometer every tenth time, gravity on z', () => {
    const samples = decodeWithOracle(stream(testCyton(), 1).bytes);
    for (const { sampleNumber, accelData, stopByte } of samples) {
      expect(stopByte).toBe(0xc0);
      expect(accelData[2]).toBeCloseTo(sampleNumber % 10 === 0 ? 1 : 0, 6);
    }
  });

  it('stop at the rails', () => {
    const high = stream(testCyton({ source: steadySource({ I: 1e6, II: -1e6 }) }), 0.1).bytes;
    expect(column(high, 0)[0]).toBeCloseTo(RAIL_UV, 3);
    expect(column(high, 1)[0]).toBeCloseTo(-RAIL_UV, 1);
  });

  it.each([1, 2, 4, 6, 8, 12, 24])('keep the voltage at gain %i', (gain) => {
    const device = testCyton({ source: steadySource({ I: 1000 }) });
    const code = [1, 2, 4, 6, 8, 12, 24].indexOf(gain);
    expect(say(device, `x10${code}0110X`)).toBe('Success: Channel set for 1$$$');
    const half = 4.5e6 / (2 ** 23 - 1) / gain / 2;
    expect(Math.abs((column(stream(device, 0.1).bytes, 0, [gain])[3] ?? 0) - 1000)).toBeLessThan(
      half,
    );
  });
});

describe('time', () => {
  it('gives 250 frames a second for a minute, whatever the rhythm of asking', () => {
    for (const step of [1, 4, 40, 1000]) {
      expect(stream(testCyton(), 60, step).frames).toBe(15_000);
    }
    const [slow, fast] = [40, 1].map((step) => stream(testCyton(), 10, step).bytes);
    expect(slow).toEqual(fast);
  });

  it('shows the heart rate of the model in lead II', () => {
    const source = createEcgModel({ ...DEFAULT_ECG_MODEL, heartRateBpm: 90, hrvMs: 0 });
    const leadII = column(stream(testCyton({ source }), 60).bytes, 1);
    const crossings = leadII.filter((uv, n) => uv >= 700 && (leadII[n - 1] ?? 0) < 700);
    expect(crossings).toHaveLength(90);
  });

  it('says when it next has something', () => {
    const device = testCyton();
    expect(device.nextDueMs()).toBe(Infinity);
    say(device, 'b', 10);
    expect(device.nextDueMs()).toBe(14);
    expect(device.advance(13.9).frames).toBe(0);
    expect(device.advance(14).sent).toEqual([{ frameIndex: 0, startCount: 1 }]);
  });

  it('follows its own crystal', () => {
    expect(stream(testCyton({ clockPpm: 1000 }), 60.002, 2).frames).toBe(15_015);
    expect(stream(testCyton({ clockPpm: -1000 }), 60.002, 2).frames).toBe(14_985);
  });

  it('counts frames from each start, and the heart does not begin anew', () => {
    const source = createEcgModel({ ...DEFAULT_ECG_MODEL, noiseUv: 0 });
    const device = testCyton({ source });
    stream(device, 1);
    say(device, 's', 1000);
    const again = stream(device, 1, 4, 5000);
    const lead = new Float64Array(8);
    source.at(5, lead);
    expect(column(again.bytes, 0)[0]).toBeCloseTo(lead[0] ?? Number.NaN, 1);
    expect(device.advance(6004).sent).toEqual([{ frameIndex: 250, startCount: 2 }]);
  });
});

describe('commands', () => {
  it('answers v with a banner that the vendor recognises, and stops', () => {
    const events: string[] = [];
    const device = testCyton({ onEvent: (event) => events.push(event) });
    say(device, 'b');
    const banner = Buffer.from(say(device, 'v', 100));
    expect(banner.toString()).toMatch(/^OpenBCI V3 8-16 channel\n.*ADS1299 Device ID: 0x3E\n/);
    expect(utilities.doesBufferHaveEOT(banner)).toBe(true);
    expect(utilities.getFirmware(banner)?.raw).toBe('v3.1.2');
    expect(events).toEqual(['started', 'stopped']);
    device.advance(100);
    expect(device.nextDueMs()).toBe(Infinity);
  });

  it('starts and stops without a word', () => {
    const device = testCyton();
    expect(say(device, 'b')).toBe('');
    expect(device.streaming()).toBe(true);
    expect(say(device, 's', 40)).toBe('');
    expect(device.advance(40).frames).toBe(10);
    expect(device.advance(4000).frames).toBe(0);
  });

  it.each([
    ['d', 'updating channel settings to default$$$'],
    ['D', '060110$$$'],
    ['V', 'v3.1.2$$$'],
    ['C', 'no daisy to attach!8$$$'],
    ['-', 'Success: Configured internal test signal.$$$'],
    ['z401Z', 'Success: Lead off set for 4$$$'],
    ['~~', 'Success: Sample rate is 250Hz$$$'],
    ['~4', 'Success: Sample rate is 1000Hz$$$'],
    ['~9', 'Failure: sample value out of bounds$$$'],
    ['~q', 'Failure: invalid sample value$$$'],
    ['x102X', 'Failure: too few chars$$$'],
    ['x1020000V', 'Failure: Err: 9th char not X$$$'],
    ['//', 'Success: default$$$'],
    ['3#', ''],
    ['c\n\u0007:}', ''],
  ])('answers %j with %j when silent', (command, reply) => {
    expect(say(testCyton(), command)).toBe(reply);
  });

  it('takes a long command in pieces, and gives up after a second', () => {
    const device = testCyton();
    expect(say(device, 'x10', 0) + say(device, '60110', 500)).toBe('');
    expect(say(device, 'X', 900)).toBe('Success: Channel set for 1$$$');
    say(device, 'z4', 1000);
    expect(device.nextDueMs()).toBe(2000);
    expect(device.advance(2000).bytes.toString()).toMatch(
      /^Timeout processing multi byte.*\$\$\$$/,
    );
    expect(say(device, 'D', 2001)).toBe('060110$$$');
  });

  it('confirms nothing while it streams; settings start the numbers again', () => {
    const device = testCyton();
    stream(device, 0.1);
    expect(say(device, 'x1060110X-?', 100)).toBe('');
    const [first] = decodeWithOracle(device.advance(104).bytes);
    expect(first?.sampleNumber).toBe(0);
  });

  it('obeys the channel settings that the vendor writes', async () => {
    const device = testCyton();
    const { commandArray } = await constants.getChannelSetter(
      3,
      true,
      8,
      'shorted',
      false,
      true,
      false,
    );
    expect(say(device, commandArray.join(''))).toBe('Success: Channel set for 3$$$');
    const report = Buffer.from(say(device, '?'));
    const settings = constants.channelSettingsArrayInit(8);
    utilities.syncChannelSettingsWithRawData({ channelSettings: settings, data: report });
    // The vendor's parser reads the BIAS bits from the wrong end (bit 7 as channel 1); look ourselves.
    expect(report.toString()).toContain('\nBIAS_SENSP, 0D, FB, 1, 1, 1, 1, 1, 0, 1, 1\n');
    const wanted = { powerDown: true, gain: 8, inputType: 'shorted', srb2: true, srb1: false };
    expect(settings[2]).toMatchObject(wanted);
    expect(settings[3]).toMatchObject({ powerDown: false, gain: 24, inputType: 'normal' });
  });

  it('reads zero on a channel that is off', () => {
    const device = testCyton({ source: steadySource({ I: 500, V1: 500 }) });
    say(device, '3');
    expect(column(stream(device, 0.1).bytes, 2)).toEqual(Array.from({ length: 25 }, () => 0));
    say(device, '#s', 100);
    expect(column(stream(device, 0.1, 4, 200).bytes, 2)[0]).toBeCloseTo(500 + 500 / 3, 1);
  });

  it.each([
    ['-', 1875, 256],
    ['=', 1875, 128],
    ['[', 3750, 256],
    [']', 3750, 128],
  ])('test signal %s is a square of %i uV, %i samples long', (command, peak, period) => {
    const device = testCyton();
    say(device, command);
    const values = column(stream(device, 4.096).bytes, 7);
    expect(values).toHaveLength(1024);
    const rising = values.filter((v, n) => v > 0 && (values[n - 1] ?? 1) < 0).length;
    expect(rising).toBe(1024 / period - 1);
    for (const value of values) expect(Math.abs(Math.abs(value) - peak)).toBeLessThan(2);
  });

  it('p is a steady level, 0 is silence with the noise of the input', () => {
    const device = testCyton();
    say(device, 'p');
    for (const value of column(stream(device, 0.2).bytes, 0))
      expect(Math.abs(value - 3750)).toBeLessThan(2);
    say(device, 's0', 200);
    const noise = rms(column(stream(device, 4, 4, 300).bytes, 0));
    expect(noise).toBeGreaterThan(0.1);
    expect(noise).toBeLessThan(0.3);
  });

  it.each(['z401Z', 'z410Z'])('%s shows the impedance of the electrode at 31.25 Hz', (command) => {
    const device = testCyton({ source: steadySource({}), impedanceOhms: { V2: 12_000 } });
    say(device, command);
    const { bytes } = stream(device, 0.64);
    const ohms = (rms(column(bytes, 3)) * 1e-6 * Math.SQRT2) / 6e-9 - 2200;
    expect(ohms).toBeGreaterThan(11_950);
    expect(ohms).toBeLessThan(12_050);
    expect(rms(column(bytes, 4))).toBe(0);
  });

  it('floats without a reference', () => {
    const device = testCyton();
    say(device, 'x2060100X');
    expect(column(stream(device, 0.1).bytes, 1)[0]).toBeCloseTo(RAIL_UV, 3);
  });

  it('streams from the beginning when told so', () => {
    const device = testCyton({ streamOnStart: true });
    expect(device.nextDueMs()).toBeLessThanOrEqual(1000);
    device.advance(1000);
    expect(device.advance(1400).frames).toBe(100);
  });

  it('repeats itself exactly with the same seed', () => {
    const run = (seed: number) =>
      stream(testCyton({ seed, faults: plan('garbage', 'bit-flip', 'drop-frame') }), 10).bytes;
    expect(run(3)).toEqual(run(3));
    expect(run(3)).not.toEqual(run(4));
  });
});
