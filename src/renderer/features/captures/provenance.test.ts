import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import { textsOf } from '../../i18n/textsTesting.ts';
import { captureOf } from './captureTesting.ts';
import { provenanceFacts } from './provenance.ts';

const { provenance: OF_WINDOW, patientId: PATIENT } = captureOf(1);
const OF_DEVICE: CaptureRecord['provenance'] = {
  ...OF_WINDOW,
  deviceId: 'cyton',
  identity: {
    adapterId: 'openbci.cyton',
    adapterVersion: '1.0.0',
    manufacturer: 'OpenBCI',
    model: 'Cyton 8 channels',
    serialNumber: 'DN0096XA',
    firmware: 'v3.1.2',
  },
  browserDevice: null,
  calibration: { state: 'valid', dueDate: '2027-01-15' },
  clock: { driftPpm: 12.3, confidencePpm: 0.8, observedSeconds: 600 },
  operator: { role: 'nurse', familyName: 'Lefèvre', givenName: 'Anne', rpps: null },
  binding: PATIENT,
};

function facts(changes: Partial<CaptureRecord>) {
  const told = provenanceFacts(textsOf('fr'), captureOf(1, changes), 'fr');
  const named = new Map(told.map(({ name, value }) => [name, value.replaceAll('\u00a0', ' ')]));
  const doubts = told.filter(({ doubt }) => doubt).map(({ name }) => name);
  return { named, doubts };
}

describe('where a capture is from', () => {
  it('is told whole, with the device, its trust, its clocks and the file’s hash', () => {
    const { named, doubts } = facts({ provenance: OF_DEVICE });
    expect(Object.fromEntries(named)).toMatchObject({
      device: 'OpenBCI Cyton 8 channels',
      serial: 'DN0096XA',
      firmware: 'v3.1.2',
      adapter: 'openbci.cyton 1.0.0',
      calibration: 'valable — échéance 2027-01-15',
      operator: 'Anne Lefèvre',
      binding: 'ce résident',
      gaps: 'aucun',
      filters: 'aucun : signal tel que reçu',
      sha256: 'ab'.repeat(32),
    });
    expect(named.get('clock')).toContain('+12,3 ppm');
    expect(named.get('file')).toContain('image/png');
    expect(doubts).toEqual([]);
  });

  it('says that it does not know what nobody told', () => {
    const { named } = facts({ provenance: { ...OF_WINDOW, browserDevice: null }, file: null });
    for (const name of ['device', 'serial', 'firmware', 'adapter', 'calibration', 'operator']) {
      expect(named.get(name), name).toBe('inconnu');
    }
    expect(named.get('binding')).toBe('personne');
    expect(named.has('sha256')).toBe(false);
  });

  it('names a device that only the browser sees', () => {
    expect(facts({}).named.get('device')).toBe('USB Otoscope (1b3f:2008)');
  });

  it('casts doubt on gaps, on a calibration that is overdue, and on another resident’s device', () => {
    const { named, doubts } = facts({
      provenance: {
        ...OF_DEVICE,
        calibration: { state: 'overdue', dueDate: null },
        binding: '11111111-1111-4111-8111-111111111111',
        gaps: [{ fromMs: 1, toMs: 2, missingSamples: 5 }],
      },
    });
    expect(doubts).toEqual(['calibration', 'binding', 'gaps']);
    expect(named.get('binding')).toBe('un autre résident');
    expect(named.get('gaps')).toBe('1 trou');
  });
});
