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
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { outboxList, outboxResolve, outboxRetry, outboxStatsCommand } from './outbox.ts';
import { recordingExport, recordingInfo, recordingVerify } from './recording.ts';
import { storeCheck, storeRotateKey, storeSalvage } from './store.ts';

const STORE = '[--data DIR] [--passphrase-file FILE] [--json]';
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
    words: ['export'],
    usage: `export dicom-ecg | dicom-image | fhir | pdf  CAPTURE | RECORDING | ACT | FILE  OUT
      [--patient FILE.json | --identity-of-file [--patient-system URI]] [--other-identity]
      [--stream N] [--from S] [--seconds N] [--recorded-at TIME] [--time-zone ZONE] [--lossless]
      [--purpose otoscope | dermatoscope | other] ${STORE}`,
    summary: {
      fr: 'Un document DICOM, FHIR ou PDF, d’une capture, d’un enregistrement, d’un acte ou d’un fichier ECG.',
      en: 'A DICOM, FHIR or PDF document, of a capture, a recording, an act or an ECG file.',
    },
    run: exportCommand,
  },
  {
    words: ['recording', 'verify'],
    usage: `recording verify FILE ${STORE}`,
    summary: {
      fr: 'Compte blocs, trous et échantillons ; décèle une fin déchirée.',
      en: 'Counts blocks, gaps and samples; detects a torn tail.',
    },
    run: recordingVerify,
  },
  {
    words: ['recording', 'info'],
    usage: `recording info FILE ${STORE}`,
    summary: { fr: 'Ce que le fichier dit de lui-même.', en: 'What the file says of itself.' },
    run: recordingInfo,
  },
  {
    words: ['recording', 'export-csv'],
    usage: `recording export-csv FILE [--out FILE] ${STORE}`,
    summary: {
      fr: 'Les échantillons, chacun dans son unité ; un tableau par sorte de flux.',
      en: 'The samples, each in its unit; a table for each sort of stream.',
    },
    run: recordingExport,
  },
  {
    words: ['outbox', 'list'],
    usage: `outbox list [--state STATE…] [--all] [--act ID] ${STORE}`,
    summary: {
      fr: 'Ce qui attend de partir, et pourquoi ; jamais de qui il s’agit.',
      en: 'What waits to leave, and why; never whom it is about.',
    },
    run: outboxList,
  },
  {
    words: ['outbox', 'stats'],
    usage: `outbox stats ${STORE}`,
    summary: { fr: 'Combien, vers qui, depuis quand.', en: 'How much, to whom, since when.' },
    run: outboxStatsCommand,
  },
  {
    words: ['outbox', 'retry'],
    usage: `outbox retry ID… | --stuck ${STORE}`,
    summary: {
      fr: 'Remet en attente, comme si rien n’avait échoué ; Chariot doit être fermé.',
      en: 'Waits again, as if it had never failed; Chariot must be closed.',
    },
    run: outboxRetry,
  },
  {
    words: ['outbox', 'resolve'],
    usage: `outbox resolve ID… --note TEXT ${STORE}`,
    summary: {
      fr: 'Clôt à la main ce qui est refusé ou mis de côté, avec la raison.',
      en: 'Ends by hand what was refused or set aside, with the reason.',
    },
    run: outboxResolve,
  },
  {
    words: ['store', 'check'],
    usage: `store check ${STORE}`,
    summary: {
      fr: 'Lit toute la base et chaque fichier chiffré, et ne change rien.',
      en: 'Reads the whole database and each sealed file, and changes nothing.',
    },
    run: storeCheck,
  },
  {
    words: ['store', 'salvage'],
    usage: `store salvage ${STORE}`,
    summary: {
      fr: 'Refait une base de ce qui est intact ; l’ancienne est mise de côté.',
      en: 'Makes a new database of what is intact; the old one is put aside.',
    },
    run: storeSalvage,
  },
  {
    words: ['store', 'rotate-key'],
    usage: `store rotate-key ${STORE}`,
    summary: {
      fr: 'Une nouvelle clé pour la base, et pour les fichiers à venir.',
      en: 'A new key for the database, and for files to come.',
    },
    run: storeRotateKey,
  },
];
