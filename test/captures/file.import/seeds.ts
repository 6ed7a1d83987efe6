import { absolute, series, writeAecg } from './writers/aecg.ts';
import { ecg, group, writeDicom } from './writers/dicom.ts';
import { writeEdf } from './writers/edf.ts';
import { crcByteWise, encodeWith, type TableCode, writeScp } from './writers/scp.ts';

/* Small whole files of each kind, to be mutated. Generated. */

export const WAVE = Array.from({ length: 60 }, (_, n) => Math.round(50 * Math.sin(n / 4)));

const SCP_TABLE: TableCode[] = [
  { prefix: '0', extra: 0, value: 0 },
  { prefix: '1', extra: 16, value: 0 },
];
const scp = (tables: 'default' | TableCode[][]): Uint8Array =>
  writeScp({
    leads: [
      { id: 1, samples: WAVE },
      { id: 2, samples: WAVE },
    ],
    differences: 2,
    tables,
    ...(tables === 'default'
      ? {}
      : { encode: (values) => values.map((value) => encodeWith(SCP_TABLE, value)).join('') }),
  });

/** Recomputes every checksum, so that a mutation reaches what lies behind them. */
function resealScp(bytes: Uint8Array): Uint8Array {
  const out = [...bytes];
  const u16 = (at: number): number => (out[at] ?? 0) | ((out[at + 1] ?? 0) << 8);
  const u32 = (at: number): number => u16(at) + u16(at + 2) * 65536;
  const seal = (at: number, end: number): void => {
    const crc = crcByteWise(out.slice(at + 2, end));
    out[at] = crc & 0xff;
    out[at + 1] = crc >> 8;
  };
  for (let pointer = 22; pointer < 22 + 120; pointer += 10) {
    const start = u32(pointer + 6) - 1;
    const length = u32(pointer + 2);
    if (start > 6 && length > 15 && start + length <= out.length) {
      seal(start, start + length);
    }
  }
  seal(6, 6 + 16 + 120);
  seal(0, out.length);
  return Uint8Array.from(out);
}

const edf = writeEdf({
  kind: 'EDF+D',
  seconds: 1,
  signals: [
    {
      label: 'ECG II',
      unit: 'uV',
      physical: [-100, 100],
      digital: [-100, 100],
      records: [WAVE.slice(0, 20), WAVE.slice(20, 40)],
    },
  ],
  tals: ['+0\x14\x14\0+0.5\u00151\x14Note\x14\0', '+7\x14\x14\0'],
});
const aecg = writeAecg(
  series('RHYTHM', [
    {
      time: absolute('20260304050607', '0.002'),
      leads: [{ code: 'MDC_ECG_LEAD_I', digits: WAVE.join(' ') }],
    },
  ]),
);
export const dicom = writeDicom(
  ecg([
    group({
      originality: 'ORIGINAL',
      channels: [{ source: ['2:1', 'MDC', 'Lead I'], unit: 'uV', sensitivity: '1' }],
      instants: WAVE.map((value) => [value]),
      interpretation: 'SS',
      width: 2,
      padding: 0,
    }),
  ]),
  'explicit',
);

/** A file of each kind, and how its checksums are made right again after a change. */
export const SEEDS: Readonly<
  Record<string, readonly [Uint8Array, (bytes: Uint8Array) => Uint8Array]>
> = {
  'SCP-ECG': [scp('default'), resealScp],
  'SCP-ECG with its own table': [scp([SCP_TABLE]), resealScp],
  EDF: [edf, (bytes) => bytes],
  aECG: [aecg, (bytes) => bytes],
  DICOM: [dicom, (bytes) => bytes],
};
