import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

/** How a process is put on the disk model; see README.md. */
export interface PowerCutOptions {
  readonly shim: string;
  /** Counts, plans and the cost of a sync; made when it is not there. */
  readonly control: string;
  /** Only files below it are counted, kept or refused; without it every sync is counted. */
  readonly folder?: string;
  /** Where everything that happens below `folder` is written down for `buildImage`. */
  readonly journal?: string;
  readonly syncUs?: number;
}

export function powerCutEnvironment(options: PowerCutOptions): Record<string, string> {
  return {
    LD_PRELOAD: options.shim,
    POWER_CUT_CONTROL: options.control,
    ...(options.folder === undefined ? {} : { POWER_CUT_DIR: options.folder }),
    ...(options.journal === undefined ? {} : { POWER_CUT_LOG: options.journal }),
    ...(options.syncUs === undefined ? {} : { POWER_CUT_SYNC_US: `${options.syncUs}` }),
  };
}

/** The fields of `struct control` in disk.h, in their order. */
const FIELDS = [
  'writes',
  'syncs',
  'failedWrites',
  'failedSyncs',
  'writeFrom',
  'writeCount',
  'writeErrno',
  'syncFrom',
  'syncCount',
  'syncErrno',
  'syncUs',
] as const;
type Field = (typeof FIELDS)[number];

/** A control file before a process was started: nothing counted, nothing planned. */
export function writeControl(control: string): void {
  writeFileSync(control, Buffer.alloc(FIELDS.length * 8));
}

export interface Counts {
  /** Calls that change the disk below the folder: writes, sizes, names. */
  readonly writes: number;
  /** fsync and fdatasync together. */
  readonly syncs: number;
  readonly failedWrites: number;
  readonly failedSyncs: number;
}

/** True while the process runs as well as after it was killed. */
export function readCounts(control: string): Counts {
  const bytes = readFileSync(control);
  const read = (field: Field) => Number(bytes.readBigUInt64LE(FIELDS.indexOf(field) * 8));
  return {
    writes: read('writes'),
    syncs: read('syncs'),
    failedWrites: read('failedWrites'),
    failedSyncs: read('failedSyncs'),
  };
}

/** `nth`: counted from now, the first is 1. `count`: so many calls, or until `healDisk`. */
export interface Failure {
  readonly of: 'write' | 'sync';
  readonly nth: number;
  readonly count?: number;
  readonly errno: number;
}

/** From the `nth` call on the disk refuses, in a process that runs already or will be started. */
export function failDisk(control: string, { of, nth, count, errno }: Failure): void {
  const { writes, syncs } = readCounts(control);
  const prefix = of === 'write' ? 'writeFrom' : 'syncFrom';
  const from = (of === 'write' ? writes : syncs) + nth;
  setFields(control, prefix, [from, count ?? Number.MAX_SAFE_INTEGER, errno]);
}

export function healDisk(control: string): void {
  setFields(control, 'writeFrom', [0, 0, 0, 0, 0, 0]);
}

/** The file is mapped by the process: what is written here it sees at once. */
function setFields(control: string, first: Field, values: readonly number[]): void {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [at, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), at * 8);
  const file = openSync(control, 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, FIELDS.indexOf(first) * 8);
  } finally {
    closeSync(file);
  }
}
