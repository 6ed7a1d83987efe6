import type { TFunction } from 'i18next';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { IconName } from '../../ui/icons.tsx';
import { unitText, valueText } from '../vitals/values.ts';
import { keyOf } from './bodySites.ts';

type Content = CaptureRecord['content'];

export const CAPTURE_ICONS: Record<Content['kind'], IconName> = {
  still: 'camera',
  clip: 'record',
  audio: 'stethoscope',
  ecg: 'pulse',
  measurement: 'monitor',
  spirometryEffort: 'breath',
};

const MS = 1000;

/** A picture or a sound: it has a file, and a place on the body that it is of. */
export function isSeenOrHeard({ kind }: Content): boolean {
  return kind === 'still' || kind === 'clip' || kind === 'audio';
}

/** What it is, in the few words of a tile: `ECG 10 s`, `Otoscope`, `SpO₂ 97 %`. */
export function captureTitle(t: TFunction, content: Content, locale: string): string {
  switch (content.kind) {
    case 'still':
      return t(`examCamera.purpose.${content.purpose}`);
    case 'clip':
      return t('capture.clip', { seconds: content.durationMs / MS });
    case 'audio':
      return t('capture.audio', { seconds: content.samples / content.rateHz });
    case 'ecg':
      return t('capture.ecg', { seconds: (content.excerpt.toMs - content.excerpt.fromMs) / MS });
    case 'measurement': {
      const { value } = content;
      const figure = `${valueText(value, locale)} ${unitText(value.unit)}`;
      return `${t(`measurement.${value.name}`)} ${figure}`;
    }
    case 'spirometryEffort':
      return t('capture.spirometryEffort');
    default:
      return content satisfies never;
  }
}

/** Where on the body; empty: nobody told. A code of another table is shown as it came. */
export function siteWords(t: TFunction, site: CaptureRecord['bodySite']): string {
  if (site === null) {
    return '';
  }
  const key = keyOf(site);
  const name = key === null ? site.display : t(`bodySite.${key}`);
  const { laterality } = site;
  return laterality === null || laterality === 'unpaired'
    ? name
    : `${name}, ${t(`laterality.${laterality}`)}`;
}
