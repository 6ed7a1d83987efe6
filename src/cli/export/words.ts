import { readNumber, UsageError } from '../usage.ts';
import type { FileClock } from './ecgOfRecording.ts';
import type { IdentityWords } from './identity.ts';
import type { Part } from './recordedSignal.ts';
import { utcTime, zoneOf } from './utcTime.ts';

const A_DAY_S = 24 * 3600;
/** In which documents tell local times; the exporters' own. */
export const TIME_ZONE = 'Europe/Paris';
const PURPOSES = ['otoscope', 'dermatoscope', 'other'] as const;

export const EXPORT_OPTIONS = {
  patient: { type: 'string' },
  'identity-of-file': { type: 'boolean' },
  'patient-system': { type: 'string' },
  'other-identity': { type: 'boolean' },
  stream: { type: 'string' },
  from: { type: 'string', default: '0' },
  seconds: { type: 'string' },
  'recorded-at': { type: 'string' },
  'time-zone': { type: 'string', default: TIME_ZONE },
  purpose: { type: 'string', default: 'other' },
  lossless: { type: 'boolean' },
} as const;

/** What a document is to be made of, as the words of the command say it. */
export type ExportWords = {
  readonly identity: IdentityWords;
  /** Which ECG of a recording; null: the only one. */
  readonly streamId: number | null;
  readonly part: Part;
  readonly clock: FileClock;
  /** What the camera of a picture file looked at. */
  readonly purpose: (typeof PURPOSES)[number];
  readonly lossless: boolean;
};

type Values = IdentityWords & {
  readonly stream?: string | undefined;
  readonly from: string;
  readonly seconds?: string | undefined;
  readonly 'recorded-at'?: string | undefined;
  readonly 'time-zone': string;
  readonly purpose: string;
  readonly lossless?: boolean | undefined;
};

/** @throws UsageError naming the option at fault. */
export function readExportWords(values: Values): ExportWords {
  const timeZone = zoneOf(values['time-zone']);
  const recordedAt = values['recorded-at'] ?? null;
  const purpose = PURPOSES.find((one) => one === values.purpose);
  if (purpose === undefined) {
    throw new UsageError(`--purpose ${PURPOSES.join(' | ')}`);
  }
  return {
    identity: values,
    streamId:
      values.stream === undefined
        ? null
        : readNumber(values.stream, 'stream', { lowest: 0, highest: 0xffff_ffff }),
    part: {
      fromS: readNumber(values.from, 'from', { lowest: 0, highest: A_DAY_S }),
      seconds:
        values.seconds === undefined
          ? null
          : readNumber(values.seconds, 'seconds', { lowest: 0.1, highest: A_DAY_S }),
    },
    clock: { recordedAt: recordedAt === null ? null : utcTime(recordedAt, timeZone), timeZone },
    purpose,
    lossless: values.lossless === true,
  };
}
