import type { Command } from '../command.ts';
import { demo } from './demo.ts';
import { devicesList, devicesRead } from './devices.ts';
import { emulate } from './emulate.ts';
import { recordingExport, recordingInfo, recordingVerify } from './recording.ts';

export const COMMANDS: readonly Command[] = [
  {
    words: ['demo'],
    usage:
      'demo [--headless] [--seconds N] [--input RECORD] [--report FILE] [--screenshots DIR] [--json]',
    summary: {
      fr: 'Toute la chaîne avec un appareil émulé, et ses mesures.',
      en: 'The whole chain with an emulated device, and its figures.',
    },
    run: demo,
  },
  {
    words: ['emulate'],
    usage: 'emulate <cyton> [--pty LINK] [--input RECORD] [--fault NAME…] [--list-faults]',
    summary: {
      fr: 'Un appareil émulé sur un pseudo-terminal.',
      en: 'An emulated device on a pseudo-terminal.',
    },
    run: emulate,
  },
  {
    words: ['devices', 'list'],
    usage: 'devices list [--json]',
    summary: {
      fr: 'Les ports, et les appareils reconnus.',
      en: 'The ports, and the devices recognised.',
    },
    run: devicesList,
  },
  {
    words: ['devices', 'read'],
    usage: 'devices read <adapter> --path PORT [--seconds N] [--leads 12] [--json]',
    summary: {
      fr: 'Lit un appareil : une ligne JSON par bloc et par dérivation.',
      en: 'Reads a device: one JSON line a block and lead.',
    },
    run: devicesRead,
  },
  {
    words: ['recording', 'verify'],
    usage: 'recording verify FILE [--json]',
    summary: {
      fr: 'Compte blocs, trous et échantillons ; décèle une fin déchirée.',
      en: 'Counts blocks, gaps and samples; detects a torn tail.',
    },
    run: recordingVerify,
  },
  {
    words: ['recording', 'info'],
    usage: 'recording info FILE [--json]',
    summary: { fr: 'Ce que le fichier dit de lui-même.', en: 'What the file says of itself.' },
    run: recordingInfo,
  },
  {
    words: ['recording', 'export-csv'],
    usage: 'recording export-csv FILE [--out FILE]',
    summary: { fr: 'Les échantillons en microvolts.', en: 'The samples in microvolts.' },
    run: recordingExport,
  },
];
