import { expect } from 'vitest';
import { MeasurementSchema, StreamDescriptorSchema } from '../../src/contracts/devices.ts';
import { MEASUREMENTS } from '../../src/contracts/measurements.ts';
import { align, epochsOf, foreignMeasurements } from './compare.ts';
import { frameSamples, isNumbered } from './profile.ts';
import type { Outcome } from './run.ts';
import { isLive, type Subject } from './subjects.ts';

/** Units that a device may measure in instead of the table's. */
const OTHER_UNITS: Readonly<Record<string, readonly string[]>> = {
  glucose: ['mmol/L'],
  bodyTemperature: ['[degF]'],
  bodyWeight: ['[lb_av]'],
  bodyHeight: ['[in_i]', 'm'],
};
const SAME_TIME_MS = 6_000;

/** Nothing is left of a session that was closed. */
export function expectNothingLeft({ left }: Outcome): void {
  expect(left).toEqual({ state: 'disconnected', openTransports: 0, pendingJobs: 0 });
}

/** Whatever was published is named by the manifest, in its units, and says where it comes from. */
export function expectProvenance(subject: Subject, outcome: Outcome): void {
  const { manifest } = subject.adapter;
  const names = manifest.measurements.map(({ name }) => name);
  for (const one of outcome.measurements) {
    expect(MeasurementSchema.safeParse(one).error).toBeUndefined();
    expect(names).toContain(one.name);
    expect([MEASUREMENTS[one.name].unit, ...(OTHER_UNITS[one.name] ?? [])]).toContain(one.unit);
    expect(one.device.adapterId).toBe(manifest.adapterId);
    expect(one.origin === 'stored' ? one.reading : '').not.toBeNull();
  }
  for (const one of outcome.descriptors) {
    expect(StreamDescriptorSchema.safeParse(one).error).toBeUndefined();
    const specs = manifest.streams.filter(
      ({ name, kind }) => name === one.name && kind === one.kind,
    );
    expect(specs.length).toBeGreaterThan(0);
    expect(one.channels.map(({ code }) => code)).toEqual(one.channels.map((_, index) => index));
  }
  const { identity, caveats } = outcome.status;
  expect(identity.serialNumber !== null || caveats.includes('toldByPortOnly')).toBe(true);
}

export type Tolerance = {
  /** Spoilt values that no check can see. */
  readonly unseen: boolean;
  /** The device began anew: its values are not of the same time. */
  readonly anyTime: boolean;
};

/**
 * A value only if the clean run has it: at the same place of the signal, about the same time, or in
 * the same reading.
 */
export function expectOnlyCleanValues(
  subject: Subject,
  clean: Outcome,
  outcome: Outcome,
  { unseen, anyTime }: Tolerance,
): void {
  const faults = outcome.faultsInjected;
  const wrong = unseen ? faults * frameSamples(subject) : 0;
  const cleanEpochs = epochsOf(clean);
  let storedWrong = 0;
  for (const epoch of epochsOf(outcome)) {
    const same = cleanEpochs.filter((one) => one.stream === epoch.stream);
    if (epoch.stored) {
      const known = new Map(
        same
          .find((one) => one.recordedAt === epoch.recordedAt)
          ?.rows.map((row) => [row.place, row.key]),
      );
      storedWrong += epoch.rows.filter(({ place, key }) => known.get(place) !== key).length;
    } else {
      const found = align(same[0]?.rows ?? [], epoch.rows);
      expect(found.foreign, `${epoch.stream}: values from nowhere`).toBeLessThanOrEqual(wrong);
      if (isNumbered(subject)) {
        expect(found.misplaced + found.moved, `${epoch.stream}: out of place`).toBeLessThanOrEqual(
          wrong,
        );
      } else {
        expect(found.moved, `${epoch.stream}: holes not told`).toBeLessThanOrEqual(2 * faults + 1);
      }
    }
  }
  expect(storedWrong, 'stored samples out of place').toBeLessThanOrEqual(wrong);
  const foreign = foreignMeasurements(
    clean.measurements,
    outcome.measurements,
    anyTime ? Number.POSITIVE_INFINITY : SAME_TIME_MS,
  );
  const names = subject.adapter.manifest.measurements.length;
  expect(
    foreign
      .map(({ name, value, reading }) => ({ name, value, reading }))
      .slice(unseen ? faults * names : 0),
  ).toEqual([]);
}

/** Each fault costs its own frame and at most the next one, and the signal was there at the end. */
export function expectRelocked(subject: Subject, clean: Outcome, outcome: Outcome): void {
  const cleanEpochs = epochsOf(clean);
  const frame = frameSamples(subject);
  for (const epoch of epochsOf(outcome).filter(({ stored }) => !stored)) {
    const same = cleanEpochs.find((one) => one.stream === epoch.stream);
    const { missing, misplaced } = align(same?.rows ?? [], epoch.rows);
    const allowed = 2 * frame * (outcome.faultsInjected + 1);
    expect(missing - misplaced, `${epoch.stream}: not locked again`).toBeLessThanOrEqual(allowed);
  }
}

/** As the device would be without any fault. */
export function expectWorking(subject: Subject, outcome: Outcome): void {
  const { state, reason } = outcome.status;
  expect(
    isLive(subject) ? ['streaming', 'degraded'] : ['ready', 'streaming', 'degraded'],
  ).toContain(state);
  expect(reason).toBeNull();
}

/** Reasons of all that was told. */
export function reasonsOf(outcome: Outcome): string[] {
  return [...new Set(outcome.statuses.flatMap(({ reason }) => reason?.code ?? []))];
}

export function causesOf(outcome: Outcome): string[] {
  return [...new Set(outcome.statuses.flatMap(({ quality }) => quality.map(({ cause }) => cause)))];
}
