import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBlocked, rememberBlocked } from './blocked.ts';

const HOUR = 3_600_000;

describe('memory of downloads out of reach', () => {
  let cache = '';
  beforeEach(() => {
    cache = mkdtempSync(path.join(os.tmpdir(), 'chariot-blocked-'));
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  it('lasts a day and is kept for each download apart', () => {
    rememberBlocked(cache, 'electron', 1000 * HOUR);
    expect(isBlocked(cache, 'electron', 1023 * HOUR)).toBe(true);
    expect(isBlocked(cache, 'electron', 1025 * HOUR)).toBe(false);
    expect(isBlocked(cache, 'mediasoup-worker', 1001 * HOUR)).toBe(false);
    rememberBlocked(cache, 'mediasoup-worker', 1001 * HOUR);
    expect(isBlocked(cache, 'electron', 1002 * HOUR)).toBe(true);
  });

  it('does not trust a time further ahead than it would write: the clock was wrong', () => {
    rememberBlocked(cache, 'electron', 5000 * HOUR);
    expect(isBlocked(cache, 'electron', 1000 * HOUR)).toBe(false);
  });

  it('takes a damaged memory for none', () => {
    writeFileSync(path.join(cache, 'blocked.json'), '{"electron":');
    expect(isBlocked(cache, 'electron')).toBe(false);
  });
});
