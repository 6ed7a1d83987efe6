import { describe, expect, it } from 'vitest';
import { failed, ok } from '../../../contracts/faults.ts';
import { settled } from '../../app/bridgeTesting.ts';
import { createThumbnails } from './thumbnails.ts';

function rig() {
  const reading: string[] = [];
  const open = new Set<string>();
  let most = 0;
  let made = 0;
  const thumbnails = createThumbnails({
    read: async (captureId) => {
      reading.push(captureId);
      most = Math.max(most, reading.length);
      await settled();
      reading.splice(reading.indexOf(captureId), 1);
      return captureId === 'gone'
        ? failed('CAPTURE_UNKNOWN')
        : ok({ mediaType: 'image/png', bytes: Uint8Array.of(1) });
    },
    shrink: async () => new Blob([Uint8Array.of(1)]),
    urls: {
      createObjectURL: () => {
        const url = `blob:${++made}`;
        open.add(url);
        return url;
      },
      revokeObjectURL: (url) => {
        open.delete(url);
      },
    },
  });
  const done = async (count: number): Promise<void> => {
    while (thumbnails.state().size < count) {
      await settled();
    }
  };
  return { thumbnails, open, done, most: () => most, made: () => made };
}

describe('the small pictures', () => {
  it('are made once each, one after the other', async () => {
    const { thumbnails, done, most, made } = rig();
    for (const captureId of ['a', 'b', 'a', 'c', 'b']) {
      thumbnails.want(captureId);
    }
    await done(3);
    expect([...thumbnails.state()]).toEqual([
      ['a', 'blob:1'],
      ['b', 'blob:2'],
      ['c', 'blob:3'],
    ]);
    expect(most()).toBe(1);
    expect(made()).toBe(3);
  });

  it('are none where there is no picture, and the others come all the same', async () => {
    const { thumbnails, done } = rig();
    thumbnails.want('gone');
    thumbnails.want('a');
    await done(2);
    expect(thumbnails.state().get('gone')).toBeNull();
    expect(thumbnails.state().get('a')).toBe('blob:1');
  });

  it('of one act leave nothing behind for the next, not even those still being made', async () => {
    const { thumbnails, open, done } = rig();
    thumbnails.want('a');
    await done(1);
    thumbnails.want('b');
    thumbnails.clear();
    expect(thumbnails.state().size).toBe(0);
    expect(open.size).toBe(0);
    thumbnails.want('c');
    await done(1);
    expect([...thumbnails.state().keys()]).toEqual(['c']);
    expect(open.size).toBe(1);
  });
});
