// Programs of others that judge and read DICOM files: Debian's dcmtk, dicom3tools and biosig-tools.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DCMDUMP = '/usr/bin/dcmdump';
const DCIODVFY = '/usr/bin/dciodvfy';
const DCM2PNM = '/usr/bin/dcm2pnm';
const SAVE2GDF = '/usr/bin/save2gdf';
export const hasDcmtk = existsSync(DCMDUMP) && existsSync(DCM2PNM);
export const hasDciodvfy = existsSync(DCIODVFY);
export const hasBiosig = existsSync(SAVE2GDF);
export const NO_DCMTK = 'needs dcmtk of Debian';
export const NO_DCIODVFY = 'needs dicom3tools of Debian';
export const NO_BIOSIG = 'needs biosig-tools of Debian';

const SHARED = process.env['CHARIOT_SHARED'] ?? join(import.meta.dirname, '../../../shared/data');
export const NO_VENDOR_FILE = 'needs the public Mortara ECG in ../shared/data/dicom-ecg';

/** A 12-lead ECG that a Mortara ELI 250 wrote; null where the data folder is not beside the checkout. */
export function vendorFile(): Uint8Array | null {
  const path = join(SHARED, 'dicom-ecg/waveform_ecg.dcm');
  return existsSync(path) ? new Uint8Array(readFileSync(path)) : null;
}

type Ran = { readonly status: number | null; readonly out: string; readonly errors: string };

/** Runs a program in a folder of its own that holds the bytes as `object.dcm`. */
function onFile<T>(
  bytes: Uint8Array,
  program: string,
  args: readonly string[],
  read: (ran: Ran, folder: string) => T,
): T {
  const folder = mkdtempSync(join(tmpdir(), 'chariot-dicom-'));
  try {
    writeFileSync(join(folder, 'object.dcm'), bytes);
    const options = { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    const { status, stdout, stderr } = spawnSync(program, args, options);
    return read({ status, out: stdout, errors: stderr }, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What dcmdump has to say against a file; empty: it read all of it. */
export function dcmdumpComplaints(bytes: Uint8Array): string {
  return onFile(bytes, DCMDUMP, ['object.dcm'], ({ status, errors }) =>
    status === 0 ? errors : `${status} ${errors}`,
  );
}

/** What dcmdump takes a person's name for, converted to UTF-8 by the object's character set. */
export function dcmdumpName(bytes: Uint8Array): string {
  return onFile(
    bytes,
    DCMDUMP,
    ['+U8', '+P', 'PatientName', 'object.dcm'],
    ({ out }) => /\[(.*)\]/.exec(out)?.[1] ?? '',
  );
}

export type Verdict = {
  /** The object that dciodvfy took it for; empty where it does not know the class. */
  readonly iod: string;
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
};

export function dciodvfy(bytes: Uint8Array): Verdict {
  return onFile(bytes, DCIODVFY, ['-new', 'object.dcm'], ({ out, errors }) => {
    const lines = `${out}\n${errors}`.split('\n').filter((line) => line.trim() !== '');
    const marked = (mark: string): string[] => lines.filter((line) => line.startsWith(mark));
    const found = { errors: marked('Error'), warnings: marked('Warning') };
    const rest = lines.filter((line) => ![...found.errors, ...found.warnings].includes(line));
    return { iod: rest.join('\n'), ...found };
  });
}

/** The same file under another SOP class, in meta information and in the data set. */
export function asClass(bytes: Uint8Array, from: string, to: string): Uint8Array {
  if (from.length !== to.length) {
    throw new Error('lengths of elements would change');
  }
  const text = Buffer.from(bytes).toString('latin1');
  return new Uint8Array(Buffer.from(text.replaceAll(from, to), 'latin1'));
}

/** Pixels as dcmtk decodes them: R G B, row by row. */
export function dcmtkPixels(bytes: Uint8Array): {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
} {
  return onFile(
    bytes,
    DCM2PNM,
    ['+op', 'object.dcm', 'object.ppm'],
    ({ status, errors }, folder) => {
      if (status !== 0) {
        throw new Error(errors);
      }
      const ppm = readFileSync(join(folder, 'object.ppm'));
      const [head = '', width, height] =
        /^P6\s+(?:#.*\s+)*(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString('latin1', 0, 200)) ?? [];
      const rgb = new Uint8Array(ppm.subarray(head.length));
      return { widthPx: Number(width), heightPx: Number(height), rgb };
    },
  );
}

type BiosigSignal = {
  readonly labels: readonly string[];
  readonly rateHz: number;
  readonly units: readonly string[];
  readonly scales: readonly number[];
  readonly offsets: readonly number[];
  /** Of each channel, as stored. */
  readonly counts: readonly (Int16Array | Int32Array)[];
};

/** A waveform as biosig reads it: its words by JSON, its counts by its binary format. */
export function biosigSignal(bytes: Uint8Array, bits: 16 | 32): BiosigSignal {
  const words = onFile(bytes, SAVE2GDF, ['-JSON', 'object.dcm'], ({ out }) => out);
  const all = (name: string): string[] =>
    [...words.matchAll(new RegExp(`"${name}"\\s*: "?([^",\\n]*)`, 'g'))].map(
      ([, value]) => value ?? '',
    );
  const counts = onFile(bytes, SAVE2GDF, ['-f=BIN', 'object.dcm', 'out.bin'], (_, folder) =>
    readdirSync(folder)
      .filter((name) => /^out\.s\d+$/.test(name))
      .toSorted()
      .map((name) => {
        const { buffer } = new Uint8Array(readFileSync(join(folder, name)));
        return bits === 16 ? new Int16Array(buffer) : new Int32Array(buffer);
      }),
  );
  return {
    labels: all('Label'),
    rateHz: Number(all('Samplingrate')[0]),
    units: all('PhysicalUnit'),
    scales: all('scaling').map(Number),
    offsets: all('offset').map(Number),
    counts,
  };
}
