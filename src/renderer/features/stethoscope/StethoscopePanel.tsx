import './stethoscope.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cameraIdentity } from '../../../contracts/cameraProfiles.ts';
import { AUDIO_BANDS, type AudioBand } from '../../../signal/audioBands.ts';
import type { CartModel } from '../../app/cartModel.ts';
import { useObservable } from '../../app/useObservable.ts';
import { faultText } from '../../i18n/index.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { InputBar } from '../examCamera/InputBar.tsx';
import { LevelBars } from './LevelBars.tsx';
import { KEPT_S } from './listening.ts';
import { openMonitor } from './monitor.ts';
import { openSoundTap } from './soundTap.ts';
import { createStethoscope, isAlias, type Stethoscope } from './stethoscope.ts';
import { Waveform } from './Waveform.tsx';

const BANDS: readonly AudioBand[] = ['bell', 'diaphragm', 'lung'];

type StethoscopePanelProps = { readonly model: CartModel; readonly onClose: () => void };

/** What the stethoscope hears: seen, measured, and listened to in headphones. */
export function StethoscopePanel({ model, onClose }: StethoscopePanelProps) {
  const { t } = useTranslation();
  const panel = useRef<HTMLElement>(null);
  const [stethoscope] = useState(() => create(model));
  const input = useObservable(stethoscope.input);
  useEffect(() => {
    void stethoscope.open();
    panel.current?.focus();
    return stethoscope.close;
  }, [stethoscope]);
  const own = input.inputs.filter(({ deviceId }) => !isAlias(deviceId));
  const reopen = { text: t('exam.retry'), run: () => void stethoscope.open() };
  return (
    <section
      ref={panel}
      className="card exam-panel"
      aria-labelledby="stethoscope-title"
      tabIndex={-1}
    >
      <InputBar
        titleId="stethoscope-title"
        title={t('exam.stethoscope')}
        legend={t('stethoscope.device')}
        state={{ ...input, inputs: own.length > 0 ? own : input.inputs }}
        nameOf={({ label }) => cameraIdentity(label).name}
        onChoose={(deviceId) => void stethoscope.input.choose(deviceId)}
        onClose={onClose}
      >
        <SoundFacts stethoscope={stethoscope} />
      </InputBar>
      {input.fault === null ? null : <FaultBanner fault={input.fault} action={reopen} />}
      <div className="sound-body">
        <Waveform stethoscope={stethoscope} live={input.phase === 'live'} />
        <LevelBars sound={stethoscope.sound} />
      </div>
      <footer className="sound-footer">
        <MonitorSwitch stethoscope={stethoscope} live={input.phase === 'live'} />
        <KeepButton stethoscope={stethoscope} live={input.phase === 'live'} />
      </footer>
    </section>
  );
}

function SoundFacts({ stethoscope }: { readonly stethoscope: Stethoscope }) {
  const { t } = useTranslation();
  const sound = useObservable(stethoscope.sound);
  if (sound === null) {
    return null;
  }
  return (
    <span className="small soft number">
      {t('stethoscope.rate', { value: sound.rateHz })}
      {sound.channels > 1 ? t('stethoscope.firstChannel') : null}
      {sound.missing > 0 ? (
        <strong className="sound-missing">
          {t('stethoscope.missing', { value: sound.missing })}
        </strong>
      ) : null}
    </span>
  );
}

type PartProps = { readonly stethoscope: Stethoscope; readonly live: boolean };

function MonitorSwitch({ stethoscope, live }: PartProps) {
  const { t } = useTranslation();
  const { on, band } = useObservable(stethoscope.monitor);
  return (
    <div className="sound-monitor">
      <button
        type="button"
        className={`button ${on ? 'primary' : ''}`}
        role="switch"
        aria-checked={on}
        disabled={!live}
        onClick={() => {
          stethoscope.setMonitor({ on: !on });
        }}
      >
        {on ? t('stethoscope.monitorOn') : t('stethoscope.monitorOff')}
      </button>
      <Segmented
        legend={t('stethoscope.band')}
        choices={BANDS.map((value) => ({
          value,
          text: t(`stethoscope.bands.${value}`),
          title: t('stethoscope.range', AUDIO_BANDS[value]),
        }))}
        value={band}
        onChange={(value) => {
          stethoscope.setMonitor({ band: value });
        }}
      />
      <p className="small soft">
        {t('stethoscope.range', AUDIO_BANDS[band])} {t('stethoscope.bandNote')}
      </p>
    </div>
  );
}

function KeepButton({ stethoscope, live }: PartProps) {
  const { t } = useTranslation();
  const kept = useObservable(stethoscope.kept);
  return (
    <div className="sound-keep">
      <button
        type="button"
        className="button"
        disabled={!live || kept.state === 'saving'}
        onClick={() => void stethoscope.keep()}
      >
        {t('stethoscope.keep', { value: KEPT_S })}
      </button>
      <p className={`small ${kept.state === 'failed' ? 'sound-missing' : 'soft'}`} role="status">
        {kept.state === 'failed'
          ? faultText(t, kept.fault)
          : kept.state === 'kept'
            ? t('stethoscope.kept', { value: kept.seconds })
            : t('stethoscope.recorded')}
      </p>
    </div>
  );
}

function create(model: CartModel): Stethoscope {
  return createStethoscope({
    devices: navigator.mediaDevices,
    stream: model.stream,
    save: model.saveCapture,
    openTap: openSoundTap,
    openMonitor,
    nowIso: () => new Date().toISOString(),
  });
}
