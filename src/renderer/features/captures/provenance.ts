import type { TFunction } from 'i18next';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import { bytesText } from '../outbox/quantities.ts';
import { dateText } from '../vitals/values.ts';

export type Fact = {
  /** Under `provenance` in the texts. */
  readonly name: string;
  readonly value: string;
  /** It casts doubt on the capture. */
  readonly doubt: boolean;
};

/** All that is known of where a capture is from. What is not known is said to be so. */
export function provenanceFacts(t: TFunction, record: CaptureRecord, locale: string): Fact[] {
  return [
    ...deviceFacts(t, record),
    ...clockFacts(t, record, locale),
    ...fileFacts(record, locale),
  ];
}

function deviceFacts(t: TFunction, { provenance, patientId }: CaptureRecord): Fact[] {
  const { identity, browserDevice, calibration, operator, binding } = provenance;
  const unknown = t('provenance.unknown');
  const device = identity === null ? '' : `${identity.manufacturer} ${identity.model}`.trim();
  const due =
    calibration === null || calibration.dueDate === null
      ? ''
      : t('calibrationState.due', { date: calibration.dueDate });
  return [
    plain('device', device || (browserDevice?.label ?? unknown)),
    plain('serial', identity?.serialNumber ?? unknown),
    plain('firmware', identity?.firmware ?? unknown),
    plain(
      'adapter',
      identity === null ? unknown : `${identity.adapterId} ${identity.adapterVersion}`,
    ),
    {
      name: 'calibration',
      value: calibration === null ? unknown : t(`calibrationState.${calibration.state}`) + due,
      doubt: calibration?.state === 'overdue' || calibration?.state === 'failed',
    },
    plain(
      'operator',
      operator === null ? unknown : `${operator.givenName} ${operator.familyName}`.trim(),
    ),
    {
      name: 'binding',
      value: bindingWords(t, binding, patientId),
      doubt: binding !== null && binding !== patientId,
    },
  ];
}

function bindingWords(t: TFunction, binding: string | null, patientId: string | null): string {
  if (binding === null) {
    return t('provenance.unbound');
  }
  return binding === patientId ? t('provenance.thisResident') : t('provenance.otherResident');
}

function clockFacts(t: TFunction, { provenance, content }: CaptureRecord, locale: string): Fact[] {
  const { clock, clockOffsetMs, gaps } = provenance;
  return [
    plain('takenAt', dateText(content.takenAt, locale)),
    plain(
      'clock',
      clock === null
        ? t('technician.notYet')
        : t('technician.drift', {
            ppm: clock.driftPpm,
            confidence: clock.confidencePpm,
            seconds: clock.observedSeconds,
          }),
    ),
    plain(
      'offset',
      clockOffsetMs === null ? t('provenance.unknown') : t('common.ms', { value: clockOffsetMs }),
    ),
    {
      name: 'gaps',
      value:
        gaps.length === 0
          ? t('provenance.noGaps')
          : t('provenance.gapCount', { count: gaps.length }),
      doubt: gaps.length > 0,
    },
    plain('filters', t('provenance.filtersNone')),
  ];
}

function fileFacts({ file }: CaptureRecord, locale: string): Fact[] {
  return file === null
    ? []
    : [
        plain('file', `${file.mediaType}, ${bytesText(file.bytes, locale)}`),
        plain('sha256', file.sha256),
      ];
}

function plain(name: string, value: string): Fact {
  return { name, value, doubt: false };
}
