import { describe, expect, it } from 'vitest';
import { fromHex, run } from '../usb/testing.ts';
import { createContour } from './emulator.ts';
import { encodeFrame, payloadOf, toReports } from './frame.ts';
import { RESULTS } from './records.ts';
import { ASCII, readAll, say } from './support.ts';

describe('ASTM frames', () => {
  it('are those of the published example, checksum 74 (tidepool-org/uploader, BSD-2)', () => {
    const text = 'R|3|^^^Glucose|93|mg/dL^P||A/M0/T1||201505261150\r';
    const published = fromHex(
      `02 35 52 7c 33 7c 5e 5e 5e 47 6c 75 63 6f 73 65 7c 39 33 7c 6d 67 2f 64 4c 5e 50 7c 7c
       41 2f 4d 30 2f 54 31 7c 7c 32 30 31 35 30 35 32 36 31 31 35 30 0d 17 37 34 0d 0a`,
    );
    expect(encodeFrame(5, { text, isLast: false })).toEqual(published);
  });

  it('are cut into reports of 60 bytes behind three blanks and a length', () => {
    const reports = toReports(Uint8Array.from({ length: 130 }, (_, i) => i));
    expect(reports.map((report) => [report.length, report[3]])).toEqual([
      [64, 60],
      [64, 60],
      [64, 10],
    ]);
    expect(Buffer.concat(reports.map(payloadOf))).toHaveLength(130);
  });
});

describe('Contour Next', () => {
  it('offers, sends header, patient, order, results and terminator, and ends', () => {
    const device = createContour({});
    expect([...say(device, ASCII.ack)]).toEqual([ASCII.enq]);
    const frames = readAll(createContour({}));
    expect(frames.every((frame) => frame.isGood)).toBe(true);
    expect(frames.map((frame) => frame.text[0]).join('')).toBe(`HPO${'R'.repeat(7)}L`);
    expect(frames.map((frame) => frame.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3]);
    const ends = frames.map((frame) => frame.end);
    expect(ends.slice(0, -1).every((end) => end === ASCII.etb)).toBe(true);
    expect(ends.at(-1)).toBe(ASCII.etx);
  });

  it('tells model, serial number, unit, range, count and its time in the header', () => {
    const header = readAll(createContour({ clockMs: Date.UTC(2026, 10, 22, 9, 5) }))[0]?.text ?? '';
    const fields = header.trimEnd().split('|');
    expect(fields[4]).toBe('Bayer7350^01.14\\01.03\\04.18^7358-1611135^0000-');
    expect(fields[5]?.split('^')).toContain('U=0');
    expect(fields[5]?.split('^')).toContain('V=20600');
    expect(fields[6]).toBe('7');
    expect(fields[13]).toBe('202611220905');
  });

  it('marks what is out of range and what is control solution', () => {
    const results = readAll(createContour({}))
      .map((frame) => frame.text)
      .slice(3, 10);
    expect(results[0]).toBe('R|1|^^^Glucose|93|mg/dL^P||A/M0/T1||201505261150\r');
    expect(results[2]).toBe('R|3|^^^Glucose|20|mg/dL^P||</M0/T1||202611200930\r');
    expect(results[3]).toBe('R|4|^^^Glucose|600|mg/dL^P||>/M0/T1||202611201240\r');
    expect(results[4]).toBe('R|5|^^^Glucose|127|mg/dL^P||C/M0/T1||202611201300\r');
  });

  it('speaks mmol/L in its variant', () => {
    const frames = readAll(createContour({ variant: 'mmol' }));
    expect(frames[0]?.text).toContain('^U=1^');
    expect(frames[3]?.text).toBe('R|1|^^^Glucose|5.2|mmol/L^P||A/M0/T1||201505261150\r');
    expect(frames[8]?.text).toContain('|3.8|mmol/L');
  });

  it('continues long records over frames in its variant', () => {
    const short = readAll(createContour({ variant: 'continued' }));
    const usual = readAll(createContour({}));
    expect(short.length).toBeGreaterThan(usual.length + RESULTS.length);
    expect(short.every((frame) => frame.text.length <= 47 && frame.isGood)).toBe(true);
    const join = (frames: typeof short) => frames.map((frame) => frame.text).join('');
    expect(join(short)).toBe(join(usual));
  });

  it('sends a frame again upon NAK, six times at most, then gives up', () => {
    const device = createContour({});
    say(device, ASCII.ack);
    const first = say(device, ASCII.ack);
    for (let i = 0; i < 5; i += 1) expect(say(device, ASCII.nak)).toEqual(first);
    expect([...say(device, ASCII.nak)]).toEqual([ASCII.eot]);
  });

  it('gives up with EOT when no answer comes for 15 s, and can be asked anew', () => {
    const device = createContour({});
    say(device, ASCII.ack, 0);
    expect(run(device, 14_999)).toEqual([]);
    expect(run(device, 15_000).map((report) => payloadOf(report)[0])).toEqual([ASCII.eot]);
    expect([...say(device, ASCII.enq, 16_000)]).toEqual([ASCII.enq]);
  });

  it('lets the host take the line after NAK', () => {
    const device = createContour({});
    expect([...say(device, ASCII.nak)]).toEqual([ASCII.eot]);
    expect([...say(device, ASCII.enq)]).toEqual([ASCII.ack]);
    expect([...say(device, ASCII.eot)]).toEqual([]);
    expect([...say(device, ASCII.ack)]).toEqual([ASCII.enq]);
  });
});
