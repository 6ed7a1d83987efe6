import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CaptureRecord } from '../../../contracts/captures.ts';
import type { Fault } from '../../../contracts/faults.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { BODY_SITES, type BodySiteKey, bodySiteOf, keyOf } from './bodySites.ts';
import type { CapturesModel } from './capturesModel.ts';

type BodySiteFormProps = {
  readonly record: CaptureRecord;
  readonly captures: CapturesModel;
  readonly onCorrected: (captureId: string) => void;
};

const SIDES = ['left', 'right'] as const;
type Side = (typeof SIDES)[number];

/** Says, or corrects, where on the body. The capture stays as it is: a new one names it. */
export function BodySiteForm({ record, captures, onCorrected }: BodySiteFormProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const before = record.bodySite;
  const [key, setKey] = useState<BodySiteKey | ''>(keyOf(before) ?? '');
  const [side, setSide] = useState<Side | null>(sideOf(before));
  const [reason, setReason] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const paired = BODY_SITES.some((site) => site.key === key && site.paired);
  // The first telling needs no explanation; taking back what was told does.
  const why = before === null && reason.trim() === '' ? t('bodySite.firstTold') : reason.trim();
  const ready = key !== '' && (!paired || side !== null) && why !== '';
  if (!open) {
    return (
      <button
        type="button"
        className="button"
        onClick={() => {
          setOpen(true);
        }}
      >
        {before === null ? t('bodySite.tell') : t('bodySite.correct')}
      </button>
    );
  }
  const correct = async (): Promise<void> => {
    const site = key === '' ? null : bodySiteOf(key, paired ? side : null);
    const done = await captures.correct(record.captureId, site, why);
    if (done.ok) {
      onCorrected(done.value.captureId);
    } else {
      setFault(done.fault);
    }
  };
  return (
    <form
      className="body-site"
      onSubmit={(event) => {
        event.preventDefault();
        void correct();
      }}
    >
      <label className="form-field">
        <span>{t('bodySite.label')}</span>
        <select
          className="field"
          value={key}
          onChange={({ target: { value } }) => {
            setKey(BODY_SITES.find((site) => site.key === value)?.key ?? '');
          }}
        >
          <option value="">{t('bodySite.choose')}</option>
          {BODY_SITES.map((site) => (
            <option key={site.key} value={site.key}>
              {t(`bodySite.${site.key}`)}
            </option>
          ))}
        </select>
      </label>
      {paired ? (
        <Segmented<Side | ''>
          legend={t('bodySite.side')}
          legendShown={false}
          choices={SIDES.map((value) => ({ value, text: t(`laterality.${value}`) }))}
          value={side ?? ''}
          onChange={(next) => {
            setSide(next === '' ? null : next);
          }}
        />
      ) : null}
      {before === null ? null : (
        <TextField
          label={t('bodySite.reason')}
          value={reason}
          maxLength={500}
          onChange={setReason}
        />
      )}
      {fault === null ? null : <FaultBanner fault={fault} />}
      <button type="submit" className="button primary" disabled={!ready}>
        {t('bodySite.keep')}
      </button>
    </form>
  );
}

function sideOf(site: CaptureRecord['bodySite']): Side | null {
  return SIDES.find((side) => side === site?.laterality) ?? null;
}
