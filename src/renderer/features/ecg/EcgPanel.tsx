import './ecg.css';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { StreamDescriptor } from '../../../contracts/devices.ts';
import type { Settings } from '../../../contracts/settings.ts';
import { Icon } from '../../ui/icons.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { isCalibrated } from './ecgStream.ts';
import type { EcgFeed } from './feed.ts';
import type { EcgSweepView } from './sweepView.ts';
import { type SweepNotice, useSweepView } from './useSweepView.ts';

const SWEEPS = [25, 50] as const;
const GAINS = [5, 10, 20] as const;
const asChoices = <T extends number>(values: readonly T[]): { value: T; text: string }[] =>
  values.map((value) => ({ value, text: String(value) }));

type EcgPanelProps = {
  readonly feed: EcgFeed;
  readonly descriptor: StreamDescriptor | null;
  readonly settings: Settings;
  readonly onSettings: (settings: Settings) => void;
  readonly onCalibrate: () => void;
  readonly onView: (view: EcgSweepView | null) => void;
};

/** The live ECG with its controls. */
export function EcgPanel(props: EcgPanelProps) {
  const { t } = useTranslation();
  const { feed, descriptor, settings, onView } = props;
  const { pixelsPerMm, ecg } = settings;
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const options = useMemo(
    () => ({
      pixelsPerMm,
      sweepMmPerSecond: ecg.sweepMmPerSecond,
      gainMmPerMv: ecg.gainMmPerMv,
      filtered: true,
      texts: { derived: t('ecg.derivedMark'), leadOff: t('ecg.leadOffMark') },
    }),
    [pixelsPerMm, ecg.sweepMmPerSecond, ecg.gainMmPerMv, t],
  );
  const notice = useSweepView(frame, canvas, feed, descriptor, options, onView);
  const leads = descriptor?.leads.map(({ name }) => name).join(', ') ?? '';
  return (
    <section className="ecg card" aria-labelledby="ecg-title">
      <EcgToolbar {...props} notice={notice} />
      <div className="ecg-frame" ref={frame}>
        <canvas
          ref={canvas}
          className={notice.interruptedSeconds === null ? '' : 'stale'}
          role="img"
          aria-label={notice.began ? t('ecg.canvas', { leads }) : t('ecg.canvasEmpty', { leads })}
        />
        <EcgOverlay notice={notice} />
      </div>
      <EcgFooter {...props} />
    </section>
  );
}

function EcgToolbar({
  settings,
  onSettings,
  descriptor,
  notice,
}: EcgPanelProps & { readonly notice: SweepNotice }) {
  const { t } = useTranslation();
  const { ecg } = settings;
  const calibrated = descriptor === null || isCalibrated(descriptor);
  return (
    <header className="ecg-toolbar">
      <h2 id="ecg-title">{t('ecg.title', { count: descriptor?.leads.length ?? 12 })}</h2>
      {calibrated ? null : <StateBadge tone="warn" text={t('ecg.amplitudeUncalibrated')} />}
      {notice.testSignal ? <StateBadge tone="warn" text={t('ecg.testSignal')} /> : null}
      {notice.leadsOff.length > 0 ? (
        <StateBadge tone="bad" text={t('ecg.leadsOff', { leads: notice.leadsOff.join(', ') })} />
      ) : null}
      <span className="spring" />
      <Segmented
        legend={t('ecg.sweep')}
        unit={t('ecg.sweepUnit')}
        choices={asChoices(SWEEPS)}
        value={ecg.sweepMmPerSecond}
        onChange={(sweepMmPerSecond) => {
          onSettings({ ...settings, ecg: { ...ecg, sweepMmPerSecond } });
        }}
      />
      {calibrated ? (
        <Segmented
          legend={t('ecg.gain')}
          unit={t('ecg.gainUnit')}
          choices={asChoices(GAINS)}
          value={ecg.gainMmPerMv}
          onChange={(gainMmPerMv) => {
            onSettings({ ...settings, ecg: { ...ecg, gainMmPerMv } });
          }}
        />
      ) : null}
    </header>
  );
}

function EcgOverlay({ notice }: { readonly notice: SweepNotice }) {
  const { t } = useTranslation();
  if (!notice.began) {
    return <p className="ecg-overlay">{t('ecg.waiting')}</p>;
  }
  if (notice.interruptedSeconds === null) {
    return null;
  }
  return (
    <p className="ecg-overlay bad" role="status">
      {t('ecg.interrupted', { seconds: notice.interruptedSeconds })}
    </p>
  );
}

function EcgFooter({ settings, descriptor, onCalibrate }: EcgPanelProps) {
  const { t } = useTranslation();
  const scale =
    settings.pixelsPerMm === null ? t('ecg.scaleUncalibrated') : t('ecg.scaleCalibrated');
  return (
    <footer className="ecg-footer small soft">
      <span>{t('ecg.filter')}</span>
      {descriptor === null ? null : (
        <span className="number">{t('ecg.rate', { rate: descriptor.rateHz })}</span>
      )}
      <span className="spring" />
      <span className={settings.pixelsPerMm === null ? 'uncalibrated' : ''}>{scale}</span>
      <button type="button" className="button quiet" onClick={onCalibrate}>
        <Icon name="ruler" />
        {t('ecg.calibrate')}
      </button>
    </footer>
  );
}
