import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exitCodes.ts';
import type { ObjectKind } from '../../src/contracts/outbox.ts';
import { uuidOf } from '../../src/main/acts/uuid5.ts';
import { createPrepare } from '../../src/main/documents/prepare.ts';
import { capturesOf, findCapture } from '../../src/main/store/captureRows.ts';
import { writeEdf } from '../captures/file.import/writers/edf.ts';
import { writeScp } from '../captures/file.import/writers/scp.ts';
import { type Resource, schemaErrors } from '../support/fhir/schema.ts';
import {
  ACT,
  type CartFolder,
  IDS,
  makeCart,
  must,
  openCart,
  PASSPHRASE,
  PATIENT,
  PNG,
  recordEcg,
  run,
} from './cliRig.ts';

const SHARED =
  process.env['CHARIOT_SHARED'] ?? new URL('../../../shared/data/', import.meta.url).pathname;
const DCMDUMP = ['/usr/bin/dcmdump', '/usr/local/bin/dcmdump'].find((file) => existsSync(file));

let base = '';
let cart: CartFolder;
let store: readonly string[] = [];
let out = '';
let patientFile = '';
beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'chariot-cli-'));
  cart = await makeCart(path.join(base, 'cart'));
  writeFileSync(path.join(base, 'passphrase'), PASSPHRASE);
  store = ['--data', cart.folder, '--passphrase-file', path.join(base, 'passphrase')];
  patientFile = path.join(base, 'patient.json');
  writeFileSync(patientFile, JSON.stringify(PATIENT));
});
afterAll(() => rmSync(base, { recursive: true }));
beforeEach(() => {
  out = path.join(mkdtempSync(path.join(base, 'out-')), 'document');
});
/** No store is needed for a file: none is there. */
const nowhere = () => ['--data', path.join(base, 'nowhere')];

function dump(file: string): string {
  return execFileSync(DCMDUMP ?? 'dcmdump', ['-q', '+U8', file], { encoding: 'utf8' });
}

const tag = (text: string, name: string): string =>
  new RegExp(`\\[([^\\]]*)\\].* ${name}$`, 'm').exec(text)?.[1] ?? '';

function bundle(file: string): Resource[] {
  const read = JSON.parse(readFileSync(file, 'utf8')) as { entry: { resource: Resource }[] };
  expect(schemaErrors(read)).toEqual([]);
  return read.entry.map(({ resource }) => resource);
}

async function exported(...words: readonly string[]): Promise<Record<string, unknown>> {
  const ran = await run('export', ...words, '--json');
  expect(ran).toMatchObject({ exit: EXIT.ok, err: '' });
  return JSON.parse(ran.out);
}

/** Of what the outbox has queued: made as it makes it when it sends it. */
async function sentSha256(kind: ObjectKind, name: string): Promise<string> {
  const chariot = await openCart(cart.folder);
  try {
    const { db } = chariot;
    const captures = {
      find: (id: string) => findCapture(db, id),
      list: (id: string | null) => capturesOf(db, id),
    };
    const reportFolder = path.resolve('resources/report');
    const prepare = createPrepare({ store: chariot, folder: cart.folder, captures, reportFolder });
    const objectId = uuidOf(ACT.actId, kind, name);
    const text = 'SELECT recipe FROM outbox_objects WHERE object_id = ?';
    const recipe = db.prepare<[string], string>(text).pluck().get(objectId) ?? '';
    return must(await prepare({ objectId, kind, recipe: JSON.parse(recipe) })).sha256;
  } finally {
    await chariot.close();
  }
}

describe.skipIf(DCMDUMP === undefined)('a DICOM file (skips without dcmdump)', () => {
  it('is made of an ECG capture, and is the very object that the outbox sends', async () => {
    const { ecg } = cart.captures;
    const made = await exported('dicom-ecg', ecg, out, ...store);
    const text = dump(out);
    expect(tag(text, 'PatientName')).toContain('LEFÈVRE^Hélène');
    expect(text).toContain('TwelveLeadECGWaveformStorage');
    expect(statSync(out).mode & 0o077).toBe(0);
    expect(made['sha256']).toBe(await sentSha256('dicomEcg', ecg));
  });

  it('is made of a picture', async () => {
    await exported('dicom-image', cart.captures.still, out, ...store);
    const text = dump(out);
    expect(text).toContain('VLEndoscopicImageStorage');
    expect(text).toMatch(/US 2 .*Rows/);
  });

  it('is made of the picture of another camera, when it is said when and of whom', async () => {
    const png = path.join(base, 'skin.png');
    writeFileSync(png, PNG);
    const words = ['dicom-image', png, out, '--purpose', 'dermatoscope', ...nowhere()];
    const patient = ['--patient', patientFile];
    expect((await run('export', ...words)).err).toContain('EXPORT_IDENTITY_MISSING');
    expect((await run('export', ...words, ...patient)).err).toContain('--recorded-at');
    await exported(...words, ...patient, '--recorded-at', '2026-07-14T10:00:00');
    expect(dump(out)).toContain('DermoscopicPhotographyImageStorage');
    expect(tag(dump(out), 'AcquisitionDateTime')).toBe('20260714100000.000+0200');
  });

  it('is made of a recording by its id, by its file, and of a part of it', async () => {
    const file = path.join(cart.folder, 'recordings', `${IDS.recording}.sealed`);
    const whole = await exported('dicom-ecg', IDS.recording, out, ...store);
    expect(dump(out)).toMatch(/UL 5000 .*NumberOfWaveformSamples/);
    expect(await exported('dicom-ecg', file, out, ...store)).toMatchObject({
      sha256: whole['sha256'],
    });
    await exported('dicom-ecg', file, out, '--from', '2', '--seconds', '3', ...store);
    expect(dump(out)).toMatch(/UL 1500 .*NumberOfWaveformSamples/);
  });

  it('is made of nobody’s recording only when it is said whose it is', async () => {
    const nobody = await run('export', 'dicom-ecg', IDS.unbound, out, ...store);
    expect(nobody.exit).toBe(EXIT.refused);
    expect(nobody.err).toContain('EXPORT_IDENTITY_MISSING');
    expect(existsSync(out)).toBe(false);
    await exported('dicom-ecg', IDS.unbound, out, '--patient', patientFile, ...store);
    expect(tag(dump(out), 'PatientName')).toContain('LEFÈVRE');
  });

  it('is made of a recording that is not sealed, without any store', async () => {
    const file = path.join(base, 'plain.chariot');
    await recordEcg(file, 'plain', null);
    await exported('dicom-ecg', file, out, '--patient', patientFile, ...nowhere());
    expect(dump(out)).toMatch(/UL 5000 .*NumberOfWaveformSamples/);
  });

  it('is made of what is left of a torn recording, and says so', async () => {
    const file = path.join(base, 'torn.chariot');
    await recordEcg(file, 'torn', null);
    writeFileSync(file, readFileSync(file).subarray(0, -1500));
    const words = ['dicom-ecg', file, out, '--patient', patientFile, ...nowhere()];
    const { exit, err } = await run('export', ...words);
    expect(exit).toBe(EXIT.damaged);
    expect(err).toContain('marked as lost');
    expect(dump(out)).toContain('NumberOfWaveformSamples');
  });

  it.skipIf(!existsSync(SHARED)).each([
    ['scp-ecg/Example.scp', 5000, '20021122'],
    ['aecg/hl7aecg_example.xml', 1999, '20250923'],
    ['dicom-ecg/waveform_ecg.dcm', 10_000, '20130125'],
  ])(
    'is made of %s, the same one each time (skips where the sample data is absent)',
    async (name, samples, day) => {
      const words = ['dicom-ecg', path.join(SHARED, name), out, '--patient', patientFile];
      const first = await exported(...words, '--other-identity', ...nowhere());
      const text = dump(out);
      expect(text).toMatch(new RegExp(`UL ${samples} .*NumberOfWaveformSamples`));
      expect(tag(text, 'AcquisitionDateTime').startsWith(day)).toBe(true);
      const again = await exported(...words, '--other-identity', ...nowhere());
      expect(again['sha256']).toBe(first['sha256']);
    },
  );

  it('is made of an EDF file, at the hour of its own clock', async () => {
    const words = ['dicom-ecg', edf(), out, '--patient', patientFile, '--other-identity'];
    await exported(...words, ...nowhere());
    // The 4th of March, 05:06:07 in Paris.
    expect(tag(dump(out), 'AcquisitionDateTime')).toBe('20260304050607.000+0100');
    const uid = tag(dump(out), 'SOPInstanceUID');
    await exported(...words, '--time-zone', 'America/Cayenne', ...nowhere());
    expect(tag(dump(out), 'SOPInstanceUID')).not.toBe(uid);
    expect(tag(dump(out), 'AcquisitionDateTime')).toBe('20260304050607.000-0300');
  });

  it('has the identity that is in the file only when that is asked for', async () => {
    const { exit, err } = await run('export', 'dicom-ecg', scp(), out, ...nowhere());
    expect([exit, err.includes('--identity-of-file')]).toEqual([EXIT.refused, true]);
    const words = ['dicom-ecg', scp(), out, '--identity-of-file'];
    await exported(...words, ...nowhere());
    expect(tag(dump(out), 'PatientName')).toBe('Martin^Élise');
    expect(dump(out)).not.toContain('P-77');
    // The file says that its clock was an hour ahead of UTC.
    expect(tag(dump(out), 'AcquisitionDateTime')).toBe('20260304050607.000+0100');
    await exported(...words, '--patient-system', 'urn:oid:1.2.250.1.999', ...nowhere());
    expect(tag(dump(out), 'PatientID')).toBe('P-77');
  });
});

/** Of Élise Martin; generated. */
function scp(): string {
  const file = path.join(base, 'ecg.scp');
  const samples = Array.from({ length: 500 }, (_, index) => Math.round(40 * Math.sin(index / 9)));
  const leads = [1, 2].map((id) => ({ id, samples }));
  writeFileSync(file, writeScp({ leads, differences: 2, tables: 'default' }));
  return file;
}

/** Its one text for a name is `Martin Elise`; generated. */
function edf(): string {
  const file = path.join(base, 'ecg.edf');
  const second = Array.from({ length: 250 }, (_, index) => index * 7 - 800);
  const signal = {
    label: 'ECG II',
    unit: 'uV',
    physical: [-3276.8, 3276.7] as const,
    digital: [-32_768, 32_767] as const,
    records: [second, second, second, second],
  };
  const tals = ['+0', '+1', '+2', '+3'].map((onset) => `${onset}\x14\x14\0`);
  writeFileSync(file, writeEdf({ kind: 'EDF+C', seconds: 1, signals: [signal], tals }));
  return file;
}

describe('a FHIR bundle', () => {
  it('is that of an act, or of one capture', async () => {
    const made = await exported('fhir', IDS.act, out, ...store);
    expect(made['sha256']).toBe(await sentSha256('fhirBundle', ''));
    const whole = bundle(out).map(({ resourceType }) => resourceType);
    expect(whole).toEqual(expect.arrayContaining(['Patient', 'Encounter', 'DocumentReference']));
    await exported('fhir', cart.captures.ecg, out, ...store);
    const [observation] = bundle(out).filter((one) => one.resourceType === 'Observation');
    expect(observation?.['component']).toHaveLength(12);
  });

  it('is made of an ECG file', async () => {
    await exported('fhir', scp(), out, '--identity-of-file', ...nowhere());
    const resources = bundle(out);
    expect(resources.find(({ resourceType }) => resourceType === 'Patient')).toMatchObject({
      name: [{ family: expect.stringMatching(/Martin/i) }],
    });
    expect(resources.find(({ resourceType }) => resourceType === 'Observation')).toBeDefined();
  });
});

describe('a PDF', () => {
  it.each([
    ['an act', () => [IDS.act, ...store]],
    ['a picture', () => [cart.captures.still, ...store]],
    ['a recording', () => [IDS.recording, ...store]],
    ['an ECG file', () => [scp(), '--identity-of-file', ...nowhere()]],
  ])('is made of %s', async (_, words) => {
    const [source = '', ...options] = words();
    const made = await exported('pdf', source, out, ...options);
    expect(made).toMatchObject({ mediaType: 'application/pdf' });
    expect(readFileSync(out).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

describe('whose it is', () => {
  it('is not overruled for a capture of an act', async () => {
    const words = ['dicom-ecg', cart.captures.ecg, out, '--patient', patientFile, ...store];
    await expect(run('export', ...words)).rejects.toThrow('whom it is about');
  });

  it('must be said of a picture that was taken outside of any act', async () => {
    const words = ['dicom-image', cart.captures.loose, out, ...store];
    expect(await run('export', ...words)).toMatchObject({ exit: EXIT.refused });
    await exported(...words, '--patient', patientFile);
  });

  it('is refused where the file names somebody else', async () => {
    const words = ['dicom-ecg', edf(), out, '--patient', patientFile, ...nowhere()];
    const { exit, err } = await run('export', ...words);
    expect([exit, err.includes('EXPORT_WRONG_PATIENT')]).toEqual([EXIT.refused, true]);
    expect(err).not.toMatch(/Martin|Elise/i);
    await exported(...words, '--other-identity');
  });

  it('is not half a name', async () => {
    const words = ['dicom-ecg', edf(), out, '--identity-of-file', ...nowhere()];
    const { exit, err } = await run('export', ...words);
    expect([exit, err.includes('givenName')]).toEqual([EXIT.refused, true]);
  });

  it('is told without its content where the file of it is wrong', async () => {
    const bad = path.join(base, 'bad.json');
    writeFileSync(bad, JSON.stringify({ ...PATIENT, birthDate: 'le 4 mars' }));
    const words = ['dicom-ecg', edf(), out, '--patient', bad, ...nowhere()];
    const refused = run('export', ...words);
    await expect(refused).rejects.toThrow('birthDate');
    await expect(refused).rejects.not.toThrow('LEFÈVRE');
  });

  it('is nobody’s of practice: nothing fictional leaves', async () => {
    const fictional = path.join(base, 'fictional.json');
    writeFileSync(fictional, JSON.stringify({ ...PATIENT, fictional: true }));
    const words = ['--patient', fictional, '--other-identity', ...nowhere()];
    const { exit, err } = await run('export', 'pdf', edf(), out, ...words);
    expect([exit, err.includes('fictional')]).toEqual([EXIT.refused, true]);
  });
});

describe('what cannot be made', () => {
  it('is said, and nothing is written', async () => {
    const cases = [
      [EXIT.refused, 'dicom-ecg', cart.captures.still],
      [EXIT.refused, 'dicom-image', cart.captures.value],
      [EXIT.refused, 'dicom-ecg', IDS.act],
      [EXIT.notFound, 'fhir', '00000000-0000-4000-8000-000000000000'],
      [EXIT.notFound, 'pdf', path.join(base, 'no.scp')],
    ] as const;
    for (const [exit, kind, source] of cases) {
      expect((await run('export', kind, source, out, ...store)).exit).toBe(exit);
    }
    expect(existsSync(out)).toBe(false);
  });

  it('needs its words', async () => {
    await expect(run('export', 'dicom', 'a', 'b')).rejects.toThrow('dicom-ecg');
    await expect(run('export', 'pdf', edf(), edf())).rejects.toThrow('OUT = SOURCE');
    await expect(run('export', 'pdf', edf(), out, '--time-zone', 'Mars')).rejects.toThrow('zone');
  });
});
