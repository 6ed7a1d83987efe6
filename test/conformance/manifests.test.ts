import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  DEVICE_CAPABILITIES,
  DEVICE_CAVEATS,
  DEVICE_KINDS,
  LeadSchema,
} from '../../src/contracts/devices.ts';
import { MEASUREMENT_NAMES } from '../../src/contracts/measurements.ts';
import { BLOCK_UNITS, MAX_CHANNELS } from '../../src/contracts/sampleBlock.ts';
import type { AdapterManifest } from '../../src/devices/_sdk/adapter.ts';
import { ADAPTERS } from '../../src/devices/registry.ts';
import { EMULATORS } from '../emulators/table.ts';
import { SUBJECTS } from './subjects.ts';

const DEVICES = join(import.meta.dirname, '../../src/devices');
const FOLDERS = readdirSync(DEVICES)
  .filter((name) => name.includes('.') && existsSync(join(DEVICES, name, 'adapter.ts')))
  .toSorted();

/** Protocols, or parts of them, whose frames carry nothing that a flipped bit would contradict. */
const WITHOUT_CHECKSUM = [
  'openbci.cyton',
  'protocentral.healthypi',
  'contec.cms50d',
  'contec.sp10',
  'beurer.bm58',
  'ieee11073.phdc',
];

describe('registry', () => {
  it('has a row for each folder that has an adapter, under the name of the folder', () => {
    expect(ADAPTERS.map(({ manifest }) => manifest.adapterId).toSorted()).toEqual(FOLDERS);
  });

  it('has an emulated device for each adapter, and an adapter for each emulated device', () => {
    const covered = new Set(SUBJECTS.map(({ adapter }) => adapter.manifest.adapterId));
    expect([...covered].toSorted()).toEqual(FOLDERS);
    for (const { adapterId } of EMULATORS) {
      expect(FOLDERS).toContain(adapterId);
    }
  });
});

const rows = ADAPTERS.map(({ manifest }) => [manifest.adapterId, manifest] as const);

describe.each(rows)('manifest of %s', (adapterId, manifest: AdapterManifest) => {
  it('names itself, its kind and its sources', () => {
    expect(adapterId).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+$/);
    expect(manifest.adapterVersion).toMatch(/^\d+\.\d+\.\d+$/);
    expect(DEVICE_KINDS).toContain(manifest.kind);
    expect(manifest.manufacturer).not.toBe('');
    expect(manifest.model).not.toBe('');
    expect(manifest.sources.length).toBeGreaterThan(0);
    expect(manifest.sources.every((source) => source.length > 8)).toBe(true);
  });

  it('has fingerprints that a system can show, each for one of its wires', () => {
    const kinds = manifest.wires.map(({ kind }) => kind);
    const names = manifest.wires.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const one of manifest.fingerprints) {
      expect(kinds).toContain(one.transport);
      expect(one.seen).not.toBe('');
      for (const id of [one.vendorId, one.productId]) {
        expect(id ?? '0000').toMatch(/^[0-9a-f]{4}$/);
      }
      const hints = [...(one.manufacturerHints ?? []), ...(one.productHints ?? [])];
      expect(hints).toEqual(hints.map((hint) => hint.toLowerCase()));
      if (one.wire !== undefined) {
        const wire = manifest.wires.find(({ name }) => name === one.wire);
        expect(wire?.kind).toBe(one.transport);
      }
      // An identity with nothing to match would be every device.
      const says = [one.vendorId, one.interfaceClass, one.usagePage, hints[0]];
      expect(says.some((part) => part !== undefined)).toBe(true);
    }
  });

  it('has streams whose channels stand at their codes, and leads of such channels', () => {
    for (const stream of manifest.streams) {
      expect(stream.name).toMatch(/^[a-z0-9-]+$/i);
      expect(stream.rateHz).toBeGreaterThan(0);
      expect(stream.channels.length).toBeGreaterThan(0);
      expect(stream.channels.length).toBeLessThanOrEqual(MAX_CHANNELS);
      expect(stream.channels.map(({ code }) => code)).toEqual(stream.channels.map((_, at) => at));
      expect(stream.channels.every(({ unit }) => BLOCK_UNITS.includes(unit))).toBe(true);
      for (const lead of stream.leads) {
        expect(LeadSchema.safeParse(lead).success).toBe(true);
        expect(lead.terms.every(({ channel }) => channel < stream.channels.length)).toBe(true);
      }
    }
  });

  it('has sane limits for each value, once', () => {
    const names = manifest.measurements.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, lowest, highest } of manifest.measurements) {
      expect(MEASUREMENT_NAMES).toContain(name);
      expect(lowest).toBeLessThan(highest);
      expect(Number.isFinite(lowest) && Number.isFinite(highest)).toBe(true);
    }
  });

  it('waits longer before it gives up than before it doubts', () => {
    const { quietMs, silentMs } = manifest;
    expect(quietMs === null).toBe(silentMs === null);
    expect(quietMs ?? 0).toBeLessThan(silentMs ?? 1);
  });

  it('says what is true of it for good', () => {
    expect(manifest.caveats.every((caveat) => DEVICE_CAVEATS.includes(caveat))).toBe(true);
    expect(new Set(manifest.caveats).size).toBe(manifest.caveats.length);
    expect(manifest.capabilities.every((one) => DEVICE_CAPABILITIES.includes(one))).toBe(true);
    if (WITHOUT_CHECKSUM.includes(adapterId)) {
      expect(manifest.caveats).toContain('noChecksum');
    }
    const relative = manifest.streams.some(({ kind }) => kind === 'pleth');
    const unitless = manifest.streams.some(({ channels }) =>
      channels.every(({ unit }) => unit === 'count'),
    );
    if (relative && unitless && manifest.kind === 'oximeter') {
      expect(manifest.caveats).toContain('relativeScale');
    }
  });
});
