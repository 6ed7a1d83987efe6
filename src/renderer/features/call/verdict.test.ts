import { describe, expect, it } from 'vitest';
import type { LinkFigures } from '../../media/callState.ts';
import { linkVerdict } from './verdict.ts';

function link(changes: Partial<LinkFigures>): LinkFigures {
  return {
    delayMs: { p50: 10, p95: 20, p99: 40 },
    samplesReceived: 1000,
    samplesMissing: 0,
    samplesLost: 0,
    samplesLate: 0,
    duplicates: 0,
    reconnects: 0,
    lastResumeMs: null,
    backfilledSamples: 0,
    bytesReceived: 0,
    clockUncertaintyMs: 0.5,
    ...changes,
  };
}

describe('linkVerdict', () => {
  it('never calls a copy complete while a sample is missing', () => {
    expect(linkVerdict(link({ samplesMissing: 1 })).words).toBe('missing');
    expect(linkVerdict(link({ samplesMissing: 7, samplesLost: 7 })).words).toBe('lost');
    expect(linkVerdict(link({ samplesMissing: 7, samplesLost: 3 })).words).toBe('missing');
  });

  it('says that an interruption was caught up', () => {
    expect(linkVerdict(link({ backfilledSamples: 5000 })).words).toBe('caughtUpAll');
    expect(linkVerdict(link({})).words).toBe('complete');
  });

  it('warns of a delay that disturbs', () => {
    expect(linkVerdict(link({ delayMs: { p50: 300, p95: 900, p99: 1200 } })).words).toBe('slow');
  });

  it('says nothing good before anything came', () => {
    expect(linkVerdict(link({ samplesReceived: 0, delayMs: null })).tone).toBe('idle');
  });
});
