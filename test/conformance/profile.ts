import type { Subject } from './subjects.ts';
import { isLive } from './subjects.ts';
import {
  bitFlips,
  droppedBytes,
  droppedWrites,
  garbagePrefix,
  inChunks,
  inRandomChunks,
  late,
  silence,
  spoiltEnds,
  type Tamper,
  torn,
} from './tamper.ts';

export const CLEAN_SECONDS = { live: 30, asked: 70 } as const;
export const FAULT_SECONDS = { live: 12, asked: 60 } as const;
/** It is asked nine questions before it streams; late answers take their time. */
const SLOW_TO_OPEN = 'vernier.gdx-spr';

/** How long a subject runs clean, and under a fault. */
export function secondsOf(subject: Subject, of: typeof CLEAN_SECONDS | typeof FAULT_SECONDS) {
  const isSlow = subject.adapter.manifest.adapterId === SLOW_TO_OPEN;
  return isLive(subject) && !isSlow ? of.live : of.asked;
}

/** Samples that stand or fall together, where that is more than one: a frame, packet or report. */
const FRAME_SAMPLES: Readonly<Record<string, number>> = {
  'protocentral.healthypi v6': 32,
  // Values and the place of a frame hang on the sync bit, once in 25 frames.
  'nonin.format2': 25,
  'vernier.gdx-spr normal': 6,
  'vernier.gdx-spr wide': 6,
  'vernier.gdx-spr single': 6,
  'usb.stethoscope': 80,
  'ieee11073.phdc ecg': 125,
  'ieee11073.phdc oximeter-extended': 75,
};

export function frameSamples({ name }: Subject): number {
  return FRAME_SAMPLES[name] ?? 1;
}

/** Each of their frames is numbered, so that a hole is known to the sample. */
const NUMBERED = new Set([
  'openbci.cyton',
  'protocentral.healthypi v6',
  'usb.stethoscope',
  'ieee11073.phdc ecg',
]);

export function isNumbered({ name }: Subject): boolean {
  return NUMBERED.has(name);
}

/** Nothing in their frames would show a flipped bit: manifest caveat `noChecksum`, or a part of it. */
const UNCHECKED = new Set([
  'openbci.cyton',
  'protocentral.healthypi v4',
  'protocentral.healthypi v5',
  'contec.cms50d old',
  'contec.cms50d v7',
  'contec.cms50d v7-pi',
  'contec.sp10',
  'beurer.bm58',
]);

/** USB guards these packets by its own CRC-16; their protocols have none of their own. */
const GUARDED_BY_USB = new Set([
  'ieee11073.phdc',
  'uvc.camera',
  'generic.pedal',
  'generic.hid-scale',
]);

export type WireFault = {
  readonly name: string;
  readonly make: () => Tamper;
  /** A spoilt value cannot be told from a true one: counted and bounded. */
  readonly unseen: boolean;
  readonly tears?: true;
};

/** The bad wires that this subject's wire can be. */
export function wireFaultsOf(subject: Subject): readonly WireFault[] {
  const live = isLive(subject);
  const every = live ? 25 : 5;
  const from = live ? 6_000 : 1;
  const unseen = UNCHECKED.has(subject.name);
  const spell = (lengthMs: number) => ({ fromMs: from, untilMs: from + lengthMs });
  const faults: WireFault[] = [
    { name: 'late by 400 ms', make: () => late(400), unseen: false },
    { name: 'silent for 1.2 s', make: () => silence(spell(1_200)), unseen: false },
    { name: 'silent for 3.5 s', make: () => silence(spell(3_500)), unseen: false },
    { name: 'one write in some lost', make: () => droppedWrites(every), unseen: false },
    { name: 'torn in mid-frame', make: () => torn(from, live ? 0 : 2), unseen: false, tears: true },
  ];
  if (subject.address === 'serial' || subject.address === 'hid') {
    if (!GUARDED_BY_USB.has(subject.adapter.manifest.adapterId)) {
      faults.push(
        { name: 'garbage first', make: () => garbagePrefix(subject.address === 'hid'), unseen },
        { name: 'flipped bits', make: () => bitFlips(every), unseen },
        { name: 'spoilt ends', make: () => spoiltEnds(every), unseen },
      );
    }
  }
  if (subject.address === 'serial') {
    // A report or a transfer comes whole or not at all.
    faults.push({ name: 'dropped bytes', make: () => droppedBytes(every), unseen });
  }
  return faults;
}

/** Whether a device loses its power while it is away. A USB device begins anew in any case. */
export function replugsOf({ address }: Subject): readonly (readonly [string, boolean])[] {
  const lost = ['lost its power', true] as const;
  return address === 'usb' ? [lost] : [['kept its power', false], lost];
}

/** Only on a serial line do chunks mean nothing. */
export function chunkingsOf({ address }: Subject): readonly (readonly [string, () => Tamper])[] {
  return address === 'serial'
    ? [
        ['1 byte', () => inChunks(1)],
        ['7 bytes', () => inChunks(7)],
        ['any number of bytes', inRandomChunks],
      ]
    : [];
}
