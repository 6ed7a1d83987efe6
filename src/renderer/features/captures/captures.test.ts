import { describe, expect, it } from 'vitest';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import { BodySiteSchema } from '../../../contracts/captures.ts';
import { textsOf } from '../../i18n/textsTesting.ts';
import { BODY_SITES, bodySiteOf, keyOf } from './bodySites.ts';
import { captureId, captureOf, STILL } from './captureTesting.ts';
import { currentVersions, formerVersions } from './versions.ts';
import { captureTitle, isSeenOrHeard, siteWords } from './words.ts';

const fr = textsOf('fr');

describe('corrections', () => {
  const first = captureOf(1);
  const second = captureOf(2, { corrects: captureId(1), correctionReason: 'côté' });
  const third = captureOf(3, { corrects: captureId(2), correctionReason: 'oreille' });
  const other = captureOf(4);

  it('leave the newest version of each capture to be seen', () => {
    expect(currentVersions([third, other, second, first])).toEqual([third, other]);
  });

  it('keep what was corrected, newest first', () => {
    const all = [third, other, second, first];
    expect(formerVersions(third, all)).toEqual([second, first]);
    expect(formerVersions(other, all)).toEqual([]);
  });
});

describe('body sites', () => {
  it('are told apart by their codes, and fit the contract', () => {
    expect(new Set(BODY_SITES.map(({ code }) => code)).size).toBe(BODY_SITES.length);
    for (const { key, paired } of BODY_SITES) {
      const site = bodySiteOf(key, paired ? 'left' : null);
      expect(BodySiteSchema.parse(site)).toEqual(site);
      expect(keyOf(site)).toBe(key);
    }
  });

  it('have a side only where there are two', () => {
    expect(bodySiteOf('ear', 'right')?.laterality).toBe('right');
    expect(bodySiteOf('nose', 'right')?.laterality).toBe('unpaired');
    expect(bodySiteOf('ear', null)?.laterality).toBeNull();
  });

  it('are read in the person’s language; a code of another table as it came', () => {
    expect(siteWords(fr, bodySiteOf('ear', 'right'))).toBe('Oreille, côté droit');
    expect(siteWords(fr, bodySiteOf('nose', null))).toBe('Nez');
    expect(siteWords(fr, null)).toBe('');
    const foreign = { code: '1', display: 'Left hallux', laterality: null };
    expect(siteWords(fr, foreign)).toBe('Left hallux');
  });
});

describe('a capture in a few words', () => {
  const device = { label: '', vendorId: null, productId: null };
  const takenAt = '2026-11-28T09:10:00.000Z';
  const excerpt = { recordingId: 'r', streamId: 1, fromMs: 2_000, toMs: 12_000 };
  const contents: [CaptureRecord['content'], string][] = [
    [STILL, 'Otoscope'],
    [{ kind: 'ecg', takenAt, excerpt }, 'ECG 10 s'],
    [{ kind: 'spirometryEffort', takenAt, excerpt, values: [] }, 'Effort de spirométrie'],
    [
      {
        kind: 'audio',
        mediaType: 'audio/wav',
        device,
        takenAt,
        hostTimeMs: null,
        rateHz: 44_100,
        samples: 44_100 * 8,
      },
      'Auscultation 8 s',
    ],
    [
      {
        kind: 'clip',
        mediaType: 'video/webm',
        device,
        takenAt,
        hostTimeMs: null,
        purpose: 'otoscope',
        widthPx: 640,
        heightPx: 480,
        durationMs: 4_875,
      },
      'Vidéo 5 s',
    ],
  ];

  it.each(contents)('says what it is', (content, title) => {
    expect(captureTitle(fr, content, 'fr').replaceAll('\u00a0', ' ')).toBe(title);
  });

  it('has a place on the body where it is a picture or a sound', () => {
    expect(
      contents.filter(([content]) => isSeenOrHeard(content)).map(([{ kind }]) => kind),
    ).toEqual(['still', 'audio', 'clip']);
  });
});
