import { describe, expect, it } from 'vitest';
import {
  causesOf,
  expectNothingLeft,
  expectOnlyCleanValues,
  expectProvenance,
  expectRelocked,
  expectWorking,
  reasonsOf,
} from './checks.ts';
import { epochsOf, valuesOf } from './compare.ts';
import { expectedOf } from './expectations.ts';
import {
  CLEAN_SECONDS,
  chunkingsOf,
  FAULT_SECONDS,
  replugsOf,
  secondsOf,
  wireFaultsOf,
} from './profile.ts';
import { type Outcome, run } from './run.ts';
import { isLive, SUBJECTS, type Subject } from './subjects.ts';

/** One clean run a subject: what every other run is compared with. */
const cleanRuns = new Map<string, Promise<Outcome>>();
function cleanRun(subject: Subject): Promise<Outcome> {
  const seconds = secondsOf(subject, CLEAN_SECONDS);
  const running = cleanRuns.get(subject.name) ?? run(subject, { seconds });
  cleanRuns.set(subject.name, running);
  return running;
}

const REASONS_OF_A_BAD_WIRE = [
  'DEVICE_NO_ANSWER',
  'DEVICE_PROTOCOL',
  'DEVICE_SILENT',
  'DEVICE_UNPLUGGED',
  'DEVICE_SAID_ABORT',
];

describe.each(SUBJECTS.map((subject) => [subject.name, subject] as const))('%s', (_, subject) => {
  const { adapterId } = subject.adapter.manifest;

  it('identifies, gives its values with their provenance, and leaves nothing', async () => {
    const outcome = await cleanRun(subject);
    expectWorking(subject, outcome);
    expectProvenance(subject, outcome);
    expectNothingLeft(outcome);
    const given = outcome.blocks.length + outcome.measurements.length;
    const pressed = outcome.events.filter(({ code }) => code === 'buttonPressed').length;
    expect(given + pressed).toBeGreaterThan(0);
    expect(reasonsOf(outcome)).toEqual([]);
    expect(outcome.status.counts.lost).toBe(0);
    expect(outcome.events.map(({ code }) => code)).toContain('identified');
  });

  it('is traced in words, and a trace of noise never throws', async () => {
    const outcome = await run(subject, { seconds: 4, traced: true });
    const relayed = adapterId === 'generic.pedal' && subject.address === 'hid';
    // What is typed on a pedal is nobody's to read: its HID reports have no words.
    expect(outcome.traceLines.filter((line) => line !== '').length).toBeGreaterThan(
      relayed ? -1 : 0,
    );
    const reader = subject.adapter.readTrace();
    for (const { direction, bytes } of outcome.tape.slice(0, 300)) {
      for (const cut of [0, 1, 2, 3, 5, 8, bytes.length - 1]) {
        const lines = reader(direction, bytes.slice(0, Math.max(0, cut)));
        expect(lines.every((line) => typeof line === 'string')).toBe(true);
      }
      reader(
        direction,
        bytes.map((byte) => (byte * 167 + 13) & 0xff),
      );
    }
  });

  it.each(chunkingsOf(subject))('gives the same in chunks of %s', async (_size, make) => {
    const seconds = secondsOf(subject, FAULT_SECONDS);
    const whole = await run(subject, { seconds });
    const cut = await run(subject, { seconds, tamper: make() });
    expect(valuesOf(cut)).toEqual(valuesOf(whole));
    expectNothingLeft(cut);
  });

  it.each(wireFaultsOf(subject).map((fault) => [fault.name, fault] as const))(
    'bad wire: %s',
    async (_name, fault) => {
      const clean = await cleanRun(subject);
      const seconds = secondsOf(subject, FAULT_SECONDS);
      const outcome = await run(subject, { seconds, tamper: fault.make() });
      const reasons = reasonsOf(outcome);
      expectNothingLeft(outcome);
      expectProvenance(subject, outcome);
      expect(REASONS_OF_A_BAD_WIRE).toEqual(expect.arrayContaining(reasons));
      const anyTime = !isLive(subject) || outcome.status.counts.reconnects > 0;
      expectOnlyCleanValues(subject, clean, outcome, { unseen: fault.unseen, anyTime });
      if (isLive(subject)) {
        expectWorking(subject, outcome);
        expectRelocked(subject, clean, outcome);
      }
      if (fault.tears) {
        expect(reasons).toContain('DEVICE_UNPLUGGED');
        expect(outcome.opened).toBeGreaterThan(1);
      }
    },
  );

  it.each(Object.keys(subject.faults))('own fault: %s', async (name) => {
    const clean = await cleanRun(subject);
    const expected = expectedOf(adapterId, subject.name, name);
    const value = subject.faults[name]?.value ?? 0;
    const seconds = secondsOf(subject, FAULT_SECONDS);
    const outcome = await run(subject, { seconds, faults: { [name]: value } });
    expectNothingLeft(outcome);
    expectProvenance(subject, outcome);
    const told = outcome.statuses.filter(({ state }) => state !== 'disconnected');
    expect(told.length).toBeGreaterThan(0);
    expect(expected.reasons ?? []).toEqual(expect.arrayContaining(reasonsOf(outcome)));
    expect(causesOf(outcome)).toEqual(expect.arrayContaining([...(expected.causes ?? [])]));
    if (expected.ends !== undefined && outcome.faultsInjected > 0) {
      expect(expected.ends).toContain(outcome.status.state);
    } else if (expected.reasons === undefined || outcome.faultsInjected === 0) {
      expectWorking(subject, outcome);
    }
    if (expected.otherValues !== true) {
      // What is told once, when the device opens, comes later where opening takes longer.
      const isLater = outcome.status.counts.reconnects > 0 || adapterId === 'vernier.gdx-spr';
      const anyTime = !isLive(subject) || isLater;
      const unseen = expected.unseen === true;
      expectOnlyCleanValues(subject, clean, outcome, { unseen, anyTime });
      expectRelocked(subject, clean, outcome);
    }
  });

  it.each(replugsOf(subject))('goes on after a replug, having %s', async (_how, reset) => {
    const clean = await cleanRun(subject);
    const away: Outcome['status'][] = [];
    const outcome = await run(subject, {
      seconds: 0,
      script: async ({ session, line, advance }) => {
        await advance(6_000);
        line.unplug();
        await advance(1_500);
        away.push(session.status());
        line.plug(reset);
        session.retryNow();
        await advance(secondsOf(subject, FAULT_SECONDS) * 1000);
      },
    });
    expect(away[0]).toMatchObject({ state: 'lost', reason: { code: 'DEVICE_NOT_FOUND' } });
    expectWorking(subject, outcome);
    expectNothingLeft(outcome);
    expectOnlyCleanValues(subject, clean, outcome, { unseen: false, anyTime: true });
    expect(new Set(outcome.statuses.map(({ deviceId }) => deviceId)).size).toBe(1);
    expect(outcome.events.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['lost', 'resumed']),
    );
    const epochs = epochsOf(outcome).filter(({ stored }) => !stored);
    if (epochs.length > 0) {
      expect(new Set(epochs.map(({ epoch }) => epoch))).toEqual(new Set([0, 1]));
    }
  });

  it('comes back when a technician asks for it', async () => {
    const outcome = await run(subject, {
      seconds: 0,
      script: async ({ session, advance }) => {
        await advance(20_000);
        session.reconnect();
        await advance(20_000);
      },
    });
    expectWorking(subject, outcome);
    expectNothingLeft(outcome);
    expect(outcome.opened).toBeGreaterThan(1);
    expect(outcome.events.map(({ code }) => code)).toContain('resumed');
  });

  const canDownload = subject.adapter.manifest.capabilities.includes('download');
  if (canDownload) {
    it('gives the same memory when it is asked for it twice', async () => {
      const answers: boolean[] = [];
      const marks: number[] = [];
      const outcome = await run(subject, {
        seconds: 0,
        script: async ({ session, advance, nowMs }) => {
          await advance(30_000);
          for (let time = 0; time < 2; time++) {
            marks.push(nowMs());
            const done = session.command({ command: 'download', clear: false });
            await advance(40_000);
            answers.push((await done).ok);
          }
        },
      });
      const [first = 0, second = 0] = marks;
      expect(answers[0]).toBe(answers[1]);
      expect(storedBetween(outcome, second, Number.POSITIVE_INFINITY)).toEqual(
        storedBetween(outcome, first, second),
      );
      expectNothingLeft(outcome);
    });
  }

  it('gives the same readings when it is read again', async () => {
    const outcome = await run(subject, {
      seconds: 0,
      script: async ({ session, line, advance, kept }) => {
        await advance(30_000);
        const before = kept.measurements.length;
        line.unplug();
        await advance(200);
        line.plug(subject.address === 'usb');
        session.retryNow();
        await advance(30_000);
        expect(before === 0 || kept.measurements.length > before).toBe(true);
      },
    });
    expect(storedBetween(outcome, 31_100, 70_000)).toEqual(storedBetween(outcome, 0, 31_000));
  });
});

/** What of the device's memory was given between two moments, in any order. */
function storedBetween(outcome: Outcome, fromMs: number, toMs: number): string[] {
  const readings = outcome.measurements
    .filter((one) => one.origin === 'stored' && one.hostTimeMs > fromMs && one.hostTimeMs <= toMs)
    .map(({ reading, name, site, value, deviceTime }) =>
      JSON.stringify({ reading, name, site, value, deviceTime }),
    );
  const curves = outcome.blocks
    .filter(({ hostTimeNs }) => hostTimeNs > fromMs * 1e6 && hostTimeNs <= toMs * 1e6)
    .flatMap(({ streamId, epoch, firstSample, samples }) => {
      const of = outcome.descriptors.find(
        (one) => one.streamId === streamId && one.epoch === epoch && one.origin === 'stored',
      );
      const words = samples.join(' ');
      return of === undefined ? [] : [`${of.name} ${of.recordedAt} ${firstSample} ${words}`];
    });
  return [...readings, ...curves].toSorted();
}
