import type { CaptureRecord } from '../../contracts/captures.ts';
import type { Act, Patient, Site } from '../../contracts/clinical.ts';
import type { BlockUnit } from '../../contracts/sampleBlock.ts';

/**
 * What exporters are given. Pure data: they open nothing, ask no clock and draw no random number, so
 * that the same capture gives the same bytes at every attempt.
 */
export type DocumentContext = {
  readonly site: Site;
  readonly patient: Patient;
  readonly act: Act;
  /** UUID of the document: its UIDs and identifiers are made of it, and stay when it is made again. */
  readonly objectId: string;
  /** Version of Chariot, as documents name the software that made them. */
  readonly software: string;
};

/** One lead over an excerpt. Samples that the device or the link lost are NaN, in every lead at once. */
export type SignalLead = {
  readonly name: string;
  /** MDC code name (`MDC_ECG_LEAD_I`), empty where the channel has none. */
  readonly code: string;
  /** Computed from other leads, not measured by its own electrode. */
  readonly derived: boolean;
  readonly unit: BlockUnit;
  /** Physical value of a sample = samples[i], in `unit`. */
  readonly samples: Float64Array;
};

/** An excerpt of one stream as it was recorded: nothing filtered, nothing filled in. */
export type Signal = {
  readonly leads: readonly SignalLead[];
  readonly rateHz: number;
  readonly samplesPerLead: number;
  /** Wall clock of the first sample, ISO 8601: a label. */
  readonly startedAt: string;
  readonly gaps: readonly { readonly fromSample: number; readonly samples: number }[];
};

/** A still, decoded: 8 bits, R G B, row by row from the top left. */
export type Picture = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** widthPx * heightPx * 3 bytes. */
  readonly rgb: Uint8Array;
};

/** A sound as recorded: one channel, -1 to 1. */
export type Sound = { readonly rateHz: number; readonly samples: Float32Array };

export type EcgSource = { readonly capture: CaptureRecord; readonly signal: Signal };
