import type { Fault, FaultCode } from '../contracts/faults.ts';
import { OUTBOX_TEXTS } from './outbox/faultTexts.ts';
import { STORE_TEXTS } from './store/faultTexts.ts';

/** The faults that the command line meets, in both languages; any other shows its code. */
const TEXTS: Partial<Record<FaultCode, string>> = {
  DEVICE_UNKNOWN_ADAPTER: 'Adaptateur inconnu / unknown adapter.',
  DEVICE_NOT_FOUND: 'Port introuvable / no such port.',
  DEVICE_BUSY: 'Port occupé par un autre programme / the port is used by another program.',
  DEVICE_NO_PERMISSION:
    'Accès refusé : installez la règle udev resources/udev/70-chariot.rules (port série : groupe « dialout ») / access denied: install the udev rule resources/udev/70-chariot.rules (serial port: group "dialout").',
  DEVICE_DRIVER_IN_THE_WAY:
    'Un pilote du système tient l’appareil / a driver of the system holds the device.',
  DEVICE_CANNOT: 'L’appareil ne sait pas faire cela / the device cannot do that.',
  DEVICE_PROTOCOL: 'L’appareil répond de travers / the device answers wrongly.',
  DEVICE_SAID_ABORT: 'L’appareil a interrompu l’échange / the device aborted.',
  IMPORT_NOT_FOUND: 'Fichier introuvable / no such file.',
  IMPORT_UNKNOWN_FORMAT: 'Format de fichier inconnu / unknown file format.',
  IMPORT_UNSUPPORTED: 'Ce fichier ne peut pas être lu en entier / cannot be read whole.',
  IMPORT_DAMAGED: 'Fichier endommagé / damaged file.',
  IMPORT_INCOMPLETE: 'Fichier incomplet / incomplete file.',
  DEVICE_NO_ANSWER:
    'L’appareil ne répond pas : est-il allumé ? / the device does not answer: is it switched on?',
  DEVICE_WRONG_IDENTITY: 'Un autre appareil répond / another device answers.',
  DEVICE_UNPLUGGED: 'Appareil débranché / device unplugged.',
  DEVICE_SILENT: 'L’appareil s’est tu / the device fell silent.',
  RECORDING_NOT_FOUND: 'Enregistrement introuvable / no such recording.',
  RECORDING_NOT_A_RECORDING: 'Ce fichier n’est pas un enregistrement / not a recording.',
  RECORDING_TORN_TAIL: 'La fin de l’enregistrement est déchirée / the recording’s end is torn.',
  RECORDING_CORRUPT: 'Enregistrement endommagé / damaged recording.',
  RECORDING_DISK_FULL: 'Le disque est plein / the disk is full.',
  RECORDING_WRITE_FAILED: 'L’enregistrement ne s’écrit pas / the recording cannot be written.',
  ...STORE_TEXTS,
  ...OUTBOX_TEXTS,
};

export function faultText(fault: Fault): string {
  const params =
    fault.params === undefined || Object.keys(fault.params).length === 0
      ? ''
      : ` ${JSON.stringify(fault.params)}`;
  return `${TEXTS[fault.code] ?? ''} [${fault.code}]${params}`.trim();
}
