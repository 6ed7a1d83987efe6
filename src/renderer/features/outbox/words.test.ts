import { describe, expect, it } from 'vitest';
import { textsOf } from '../../i18n/textsTesting.ts';
import { deliveryOf } from './deliveryTesting.ts';
import { bytesText, momentText } from './quantities.ts';
import { faultCode, muchWords, offsetWords, whenWords } from './words.ts';

/** Which kind of space the locale puts between is no matter. */
const plain = (text: string): string => text.replaceAll(/\s/g, ' ');
const NOW = new Date('2026-11-28T12:00:00');

describe('sizes', () => {
  it.each([
    [0, '0 o', '0 byte'],
    [1, '1 o', '1 byte'],
    [999, '999 o', '999 byte'],
    [1_000, '1 ko', '1 kB'],
    [1_234_000, '1,2 Mo', '1.2 MB'],
    [12_400_000, '12 Mo', '12 MB'],
    [3_000_000_000, '3 Go', '3 GB'],
    [3_000_000_000_000, '3 000 Go', '3,000 GB'],
  ])('are as exact as somebody cares for: %d', (bytes, fr, en) => {
    expect(plain(bytesText(bytes, 'fr'))).toBe(fr);
    expect(plain(bytesText(bytes, 'en'))).toBe(en);
  });

  it('say how much of a large file is there already', () => {
    const large = deliveryOf(1, { bytes: 12_400_000, offset: 4_100_000 });
    expect(plain(offsetWords(large, 'fr'))).toBe('4,1 Mo / 12 Mo');
    expect(plain(offsetWords(deliveryOf(1), 'fr'))).toBe('1 Mo');
    expect(plain(offsetWords({ ...large, offset: 12_400_000 }, 'fr'))).toBe('12 Mo');
    expect(offsetWords(deliveryOf(1, { bytes: null }), 'fr')).toBe('—');
  });

  it('are left out while nothing was made', () => {
    const fr = textsOf('fr');
    expect(plain(muchWords(fr, { documents: 3, bytes: 0 }, 'fr'))).toBe('3 documents');
    expect(plain(muchWords(fr, { documents: 1, bytes: 57_000 }, 'fr'))).toBe('1 document, 57 ko');
  });
});

describe('times', () => {
  it('have their day only where it is another one', () => {
    expect(momentText('2026-11-28T08:05:00', NOW, 'fr')).toBe('08:05');
    expect(momentText('2026-11-27T18:02:00', NOW, 'fr')).toBe('27 nov., 18:02');
    expect(whenWords(null, NOW, 'fr')).toBe('—');
  });
});

describe('a fault as a technician reports it', () => {
  it('is its code with all that is known', () => {
    expect(faultCode({ code: 'STORE_BUSY' })).toBe('STORE_BUSY');
    expect(faultCode({ code: 'OUTBOX_SERVER_ERROR', params: { status: 503, x: 'y' } })).toBe(
      'OUTBOX_SERVER_ERROR status=503 x=y',
    );
  });
});
