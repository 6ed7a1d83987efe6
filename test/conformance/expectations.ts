import type { DeviceState, QualityCause } from '../../src/contracts/devices.ts';
import type { FaultCode } from '../../src/contracts/faults.ts';

/** What a fault of a device's own table must come to. */
export type Expected = {
  /** At the end of the run. Absent: as without the fault. */
  readonly ends?: readonly DeviceState[];
  /** Why the device may be, or have been, away or its download have failed. Absent: never. */
  readonly reasons?: readonly FaultCode[];
  /** Must have been told at some time. */
  readonly causes?: readonly QualityCause['cause'][];
  /** The device really measures, or stores, something else: its values are not those of the clean run. */
  readonly otherValues?: true;
  /** It is the emulator's damage to a value that no checksum covers: counted and bounded instead. */
  readonly unseen?: true;
};

const AWAY: readonly DeviceState[] = ['connecting', 'identifying', 'lost'];
const SILENT_DEVICE: Expected = { ends: AWAY, reasons: ['DEVICE_NO_ANSWER', 'DEVICE_SILENT'] };
const DAMAGED_DOWNLOAD: Expected = { reasons: ['DEVICE_PROTOCOL', 'DEVICE_NO_ANSWER'] };
const OTHER: Expected = { otherValues: true };

const COMMON: Readonly<Record<string, Expected>> = {
  'disconnect-mid-frame': { reasons: ['DEVICE_UNPLUGGED'] },
  silent: SILENT_DEVICE,
  stall: { causes: ['silent'] },
  'sync-in-payload': OTHER,
  'no-record': OTHER,
};

/** By adapter, or by adapter and variant, and by fault; the document of each says why. */
const OWN: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  'openbci.cyton': {
    'bit-flip': { unseen: true },
    'no-board': { ends: AWAY, reasons: ['DEVICE_NO_ANSWER'] },
    'lead-off': { causes: ['leadOff'], otherValues: true },
    'clock-drift': OTHER,
  },
  'protocentral.healthypi': {
    'lead-off': { causes: ['leadOff'], otherValues: true },
    'no-values': OTHER,
    'calibration-pulse': OTHER,
    // v6 sends a block every 64 ms at most and a stall shows all the same.
    stall: { causes: ['silent', 'samplesLost'] },
  },
  'protocentral.healthypi v4': { 'bit-flip': { unseen: true } },
  // v5 has no byte for an electrode: all that shows is a signal at the rail that does not move.
  'protocentral.healthypi v5': {
    'bit-flip': { unseen: true },
    'lead-off': { causes: ['frozen'], otherValues: true },
  },
  'contec.cms50d': {
    'bit-flip': { unseen: true },
    'finger-out': { causes: ['probeOff'], otherValues: true },
    searching: { causes: ['searching'], otherValues: true },
    'low-perfusion': { causes: ['lowPerfusion'], otherValues: true },
  },
  'contec.cms50d v7': { 'disconnect-notice': { reasons: ['DEVICE_SILENT', 'DEVICE_SAID_ABORT'] } },
  'contec.cms50d v7-pi': {
    'disconnect-notice': { reasons: ['DEVICE_SILENT', 'DEVICE_SAID_ABORT'] },
  },
  'nonin.format2': {
    artifact: { causes: ['artifact'], otherValues: true },
    'out-of-track': { causes: ['searching'], otherValues: true },
    'disconnected-sensor': { causes: ['probeOff'], otherValues: true },
    missing: OTHER,
  },
  'vernier.gdx-spr': {
    // One answer in three: it may be luck that it gets through.
    'wrong-counter': { ...SILENT_DEVICE, ends: [...AWAY, 'streaming', 'degraded'] },
    // Each of the nine questions of its opening is answered late: it takes longer, and works.
    'late-reply': {},
    'sensor-missing': OTHER,
    'bad-checksum': { causes: ['samplesLost'] },
    'dropped-report': { causes: ['samplesLost'] },
    'short-report': { causes: ['samplesLost'] },
  },
  'contec.sp10': {
    garbage: DAMAGED_DOWNLOAD,
    'bit-flip': { ...DAMAGED_DOWNLOAD, unseen: true },
    'drop-frame': DAMAGED_DOWNLOAD,
    'wrong-checksum': DAMAGED_DOWNLOAD,
    'truncated-curve': DAMAGED_DOWNLOAD,
  },
  'beurer.bm58': {
    garbage: DAMAGED_DOWNLOAD,
    'bit-flip': { ...DAMAGED_DOWNLOAD, unseen: true },
    'drop-frame': DAMAGED_DOWNLOAD,
    'count-lies': DAMAGED_DOWNLOAD,
    'wrong-byte': DAMAGED_DOWNLOAD,
  },
  'omron.hem790it': {
    'bad-xor': DAMAGED_DOWNLOAD,
    'no-record': DAMAGED_DOWNLOAD,
    'count-lies': DAMAGED_DOWNLOAD,
    truncated: DAMAGED_DOWNLOAD,
    'power-off': { reasons: ['DEVICE_UNPLUGGED', 'DEVICE_NO_ANSWER', 'DEVICE_PROTOCOL'] },
  },
  'ascensia.contour-next': {
    'always-bad-checksum': DAMAGED_DOWNLOAD,
    'nak-storm': { ends: AWAY, reasons: ['DEVICE_PROTOCOL', 'DEVICE_NO_ANSWER'] },
    'bad-checksum': DAMAGED_DOWNLOAD,
    'wrong-sequence': DAMAGED_DOWNLOAD,
    'truncated-frame': DAMAGED_DOWNLOAD,
  },
  'ieee11073.phdc': {
    'reject-config-late': { ends: AWAY, reasons: ['DEVICE_NO_ANSWER'] },
    'no-answer': { ends: AWAY, reasons: ['DEVICE_NO_ANSWER'] },
    'special-values': OTHER,
    abort: { reasons: ['DEVICE_SAID_ABORT', 'DEVICE_PROTOCOL'] },
    'bad-length': DAMAGED_DOWNLOAD,
    'truncated-apdu': DAMAGED_DOWNLOAD,
    'oversize-apdu': DAMAGED_DOWNLOAD,
    'release-mid-transfer': {
      reasons: ['DEVICE_SAID_ABORT', 'DEVICE_PROTOCOL', 'DEVICE_NO_ANSWER'],
    },
  },
  'generic.hid-scale': {
    // A scale speaks when somebody stands on it; nothing is missed when nobody does.
    silent: {},
    restless: OTHER,
    'under-zero': OTHER,
    'over-limit': OTHER,
    untared: OTHER,
    'unknown-unit': OTHER,
  },
  'usb.stethoscope': { muted: { causes: ['frozen'], otherValues: true } },
};

export function expectedOf(adapterId: string, subject: string, fault: string): Expected {
  return OWN[subject]?.[fault] ?? OWN[adapterId]?.[fault] ?? COMMON[fault] ?? {};
}
