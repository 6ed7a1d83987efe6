import type { Command } from '../command.ts';
import { demo } from './demo.ts';
import {
  devicesIdentify,
  devicesList,
  devicesProbe,
  devicesRead,
  devicesTrace,
} from './devices.ts';
import { emulate } from './emulate.ts';
import { importCommand } from './import.ts';
import { recordingExport, recordingInfo, recordingVerify } from './recording.ts';

const WHERE = '--path PORT | --usb VID:PID | --hid PATH | --file CAPTURE [--speed 1]';

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
    usage:
      'emulate <device> [--variant V] [--pty LINK | --usbip PORT] [--fault NAME[:VALUE]…] [--list-faults] [--list]',
    summary: {
      fr: 'Un appareil émulé, sur un pseudo-terminal ou comme appareil USB exporté.',
      en: 'An emulated device, on a pseudo-terminal or as an exported USB device.',
    },
    run: emulate,
  },
  {
    words: ['devices', 'list'],
    usage: 'devices list [--json]',
    summary: {
      fr: 'Ce qui est branché, et les appareils que cela peut être.',
      en: 'What is plugged in, and the devices that it may be.',
    },
    run: devicesList,
  },
  {
    words: ['devices', 'probe'],
    usage: `devices probe <adapter> ${WHERE}`,
    summary: {
      fr: 'Demande à un appareil qui il est, et rien d’autre.',
      en: 'Asks a device who it is, and nothing else.',
    },
    run: devicesProbe,
  },
  {
    words: ['devices', 'identify'],
    usage: `devices identify ${WHERE}`,
    summary: {
      fr: 'Cherche quel appareil est branché là ; n’écrit jamais à un inconnu.',
      en: 'Finds out which device is plugged in there; never writes to an unknown one.',
    },
    run: devicesIdentify,
  },
  {
    words: ['devices', 'read'],
    usage: `devices read <adapter> ${WHERE} [--seconds N] [--leads 12] [--json]`,
    summary: {
      fr: 'Lit un appareil : une ligne JSON par mesure, par bloc et par dérivation.',
      en: 'Reads a device: one JSON line a value, and a block and lead.',
    },
    run: devicesRead,
  },
  {
    words: ['devices', 'trace'],
    usage: `devices trace <adapter> ${WHERE} [--seconds N]`,
    summary: {
      fr: 'Les octets dans les deux sens, décodés à côté ; rejouables par --file.',
      en: 'The bytes of both directions, decoded beside; replayed by --file.',
    },
    run: devicesTrace,
  },
  {
    words: ['import'],
    usage: 'import FILE --to DIR',
    summary: {
      fr: 'Lit un ECG (SCP, aECG, DICOM, EDF) dans un enregistrement, ou dit pourquoi pas.',
      en: 'Reads an ECG (SCP, aECG, DICOM, EDF) into a recording, or says why not.',
    },
    run: importCommand,
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
    summary: {
      fr: 'Les échantillons, chacun dans son unité ; un tableau par sorte de flux.',
      en: 'The samples, each in its unit; a table for each sort of stream.',
    },
    run: recordingExport,
  },
];
