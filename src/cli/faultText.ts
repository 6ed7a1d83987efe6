import type { Fault, FaultCode } from '../contracts/faults.ts';

/** The faults that the command line meets, in both languages; any other shows its code. */
const TEXTS: Partial<Record<FaultCode, string>> = {
  DEVICE_UNKNOWN_ADAPTER: 'Adaptateur inconnu / unknown adapter.',
  DEVICE_NOT_FOUND: 'Port introuvable / no such port.',
  DEVICE_BUSY: 'Port occupé par un autre programme / the port is used by another program.',
  DEVICE_NO_PERMISSION:
    'Accès au port refusé : ajoutez l’utilisateur au groupe « dialout » / access denied: add the user to the group "dialout".',
  DEVICE_NO_ANSWER:
    'L’appareil ne répond pas : est-il allumé ? / the device does not answer: is it switched on?',
  DEVICE_WRONG_IDENTITY: 'Un autre appareil répond / another device answers.',
  DEVICE_UNPLUGGED: 'Appareil débranché / device unplugged.',
  DEVICE_SILENT: 'L’appareil s’est tu / the device fell silent.',
  RECORDING_NOT_FOUND: 'Enregistrement introuvable / no such recording.',
  RECORDING_NOT_A_RECORDING: 'Ce fichier n’est pas un enregistrement / not a recording.',
  RECORDING_CORRUPT: 'Enregistrement endommagé / damaged recording.',
};

export function faultText(fault: Fault): string {
  const params = fault.params === undefined ? '' : ` ${JSON.stringify(fault.params)}`;
  return `${TEXTS[fault.code] ?? ''} [${fault.code}]${params}`.trim();
}
