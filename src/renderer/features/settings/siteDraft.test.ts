import { describe, expect, it } from 'vitest';
import { SettingsSchema } from '../../../contracts/settings.ts';
import { parseSite, type SiteDraft, siteDraftOf } from './siteDraft.ts';

const SETTINGS = SettingsSchema.parse({ locale: 'en', deviceNames: { one: 'Oxymètre' } });
const DRAFT = siteDraftOf(SETTINGS);

function parsed(changes: Partial<SiteDraft>) {
  return parseSite({ ...DRAFT, ...changes }, SETTINGS);
}

describe('what the site says of itself', () => {
  it('comes back unchanged when nothing was typed', () => {
    expect(parsed({})).toEqual({ ok: true, settings: SETTINGS });
  });

  it('takes what was typed and leaves the other settings alone', () => {
    const done = parsed({
      institution: ' EHPAD Les Tilleuls ',
      finess: '2a0123456',
      uidRoot: '1.2.250.1.999',
      retentionDays: '90',
      liveCap: '128,5',
    });
    expect(done).toMatchObject({
      ok: true,
      settings: {
        locale: 'en',
        deviceNames: { one: 'Oxymètre' },
        site: { institution: 'EHPAD Les Tilleuls', finess: '2A0123456', uidRoot: '1.2.250.1.999' },
        outbox: { retentionDays: 90, liveCapBytesPerSecond: 128_500 },
      },
    });
  });

  it('knows no cap and no FINESS number by empty fields', () => {
    expect(parsed({ liveCap: ' ', finess: '' })).toMatchObject({
      settings: { site: { finess: null }, outbox: { liveCapBytesPerSecond: null } },
    });
  });

  it.each([
    [{ finess: '12' }, ['finess']],
    [{ uidRoot: '1.02.3' }, ['uidRoot']],
    [{ uidRoot: '1.2.250.1.999.1.2.3.4.5.6.7' }, ['uidRoot']],
    [{ stationName: 'un nom bien trop long' }, ['stationName']],
    [{ patientSystem: '' }, ['patientSystem']],
    [{ retentionDays: '' }, ['retentionDays']],
    [{ retentionDays: '-1' }, ['retentionDays']],
    [{ retentionDays: 'un mois' }, ['retentionDays']],
    [{ liveCap: '0' }, ['liveCap']],
    [{ liveCap: 'beaucoup', finess: 'x' }, ['finess', 'liveCap']],
  ] as const)('names the field that holds no value of its kind: %o', (changes, wrong) => {
    expect(parsed(changes)).toEqual({ ok: false, wrong });
  });
});
