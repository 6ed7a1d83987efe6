import { describe, expect, it } from 'vitest';
import type { Destination } from '../../../contracts/outbox.ts';
import { type DestinationDraft, draftOf, idFor, newDraft, parseDraft } from './destinationDraft.ts';
import { fingerprintIn, plainHex } from './fingerprint.ts';

const PIN = 'ab12'.repeat(16);
const KEPT: Destination = {
  destinationId: 'pacs',
  kind: 'dicomweb',
  name: 'PACS',
  url: 'https://pacs.example/dicom-web',
  enabled: true,
  concurrency: 2,
  certificateSha256: PIN,
};
const FILLED: DestinationDraft = {
  ...newDraft(),
  name: ' PACS de l’hôpital ',
  url: ' https://pacs.example/dicom-web ',
};

describe('the form of a destination', () => {
  it('says every field that is wrong, in their order', () => {
    const wrong = {
      ...newDraft(),
      url: 'pacs',
      concurrency: '9',
      certificate: 'xy',
      credentials: 'basic',
    } as const;
    expect(parseDraft(wrong, [])).toEqual({
      ok: false,
      wrong: ['name', 'url', 'concurrency', 'certificate', 'user'],
    });
    expect(parseDraft({ ...FILLED, credentials: 'bearer' }, [])).toEqual({
      ok: false,
      wrong: ['token'],
    });
  });

  it('makes a destination of what was typed', () => {
    const parsed = parseDraft({ ...FILLED, certificate: 'AB:12:'.repeat(16).slice(0, -1) }, []);
    expect(parsed).toMatchObject({
      ok: true,
      wish: {
        destination: {
          destinationId: 'pacs-de-l-hopital',
          name: 'PACS de l’hôpital',
          url: 'https://pacs.example/dicom-web',
          certificateSha256: PIN,
        },
        credentials: { kind: 'none' },
      },
    });
  });

  it('comes back as it was kept, without its secrets', () => {
    const draft = draftOf(KEPT, true);
    expect(draft).toMatchObject({ credentials: 'kept', user: '', password: '', token: '' });
    // What is kept stays: nothing is sent in its place.
    expect(parseDraft(draft, ['pacs'])).toEqual({ ok: true, wish: { destination: KEPT } });
    expect(draftOf(KEPT, false).credentials).toBe('none');
  });

  it('takes new credentials and gives up old ones', () => {
    const basic = {
      ...draftOf(KEPT, true),
      credentials: 'basic',
      user: 'u',
      password: '',
    } as const;
    expect(parseDraft(basic, [])).toMatchObject({
      wish: { credentials: { kind: 'basic', user: 'u', password: '' } },
    });
    expect(parseDraft({ ...basic, credentials: 'none' }, [])).toMatchObject({
      wish: { credentials: { kind: 'none' } },
    });
  });
});

describe('the id of a new destination', () => {
  it('is its name in plain letters, and one that nobody has', () => {
    expect(idFor('Éts. Émile-Zola (2)', [])).toBe('ets-emile-zola-2');
    expect(idFor('PACS', ['pacs', 'pacs-2'])).toBe('pacs-3');
    expect(idFor('!!!', [])).toBe('destination');
    expect(idFor('a'.repeat(60), [])).toMatch(/^[a-z0-9][a-z0-9-]{0,39}$/);
    expect(idFor(`${'a'.repeat(35)} b`, [])).toMatch(/^a{35}$/);
  });
});

describe('the fingerprint of a certificate', () => {
  it('is found in what a connection test tells, as plain hex', () => {
    expect(fingerprintIn(`SHA-256 ${PIN} · Chariot hub`)).toBe(PIN);
    expect(fingerprintIn(`CN=x, ${'AB:12:'.repeat(16).slice(0, -1)}`)).toBe(PIN);
    expect(plainHex(' AB:12 ')).toBe('ab12');
  });

  it.each([
    ['nothing', ''],
    ['an issuer alone', 'CN=pacs.example, O=GHT'],
    ['a shorter hash', 'SHA-1 da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ['a longer one', `${PIN}00`],
  ])('is not found in %s', (_what, detail) => {
    expect(fingerprintIn(detail)).toBeNull();
  });
});
