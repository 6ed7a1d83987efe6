import './settings.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Segmented } from '../../ui/Segmented.tsx';
import { UNCALIBRATED_PIXELS_PER_MM } from '../ecg/geometry.ts';
import {
  CARD_MM,
  NARROWEST_PIXELS,
  pixelsPerMillimetre,
  RULER_MM,
  WIDEST_PIXELS,
} from './calibration.ts';

type ScreenCalibrationProps = {
  readonly pixelsPerMm: number | null;
  /** null: forget the measurement. */
  readonly onDone: (pixelsPerMm: number | null) => void;
  readonly onClose: () => void;
};

/** Measures the screen against something whose size everybody has: a bank card or a ruler. */
export function ScreenCalibration({ pixelsPerMm, onDone, onClose }: ScreenCalibrationProps) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  const [object, setObject] = useState<'card' | 'ruler'>('card');
  const millimetres = object === 'card' ? CARD_MM : RULER_MM;
  const [scale, setScale] = useState(pixelsPerMm ?? UNCALIBRATED_PIXELS_PER_MM);
  const pixels = scale * millimetres;
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => {
    if (bar.current !== null) {
      bar.current.style.width = `${pixels}px`;
    }
  }, [pixels]);
  return (
    <dialog
      ref={dialog}
      className="calibration"
      aria-labelledby="calibration-title"
      onClose={onClose}
    >
      <h1 id="calibration-title">{t('calibration.title')}</h1>
      <p>{t('calibration.why')}</p>
      <Segmented
        legend={t('calibration.object')}
        choices={[
          { value: 'card', text: t('calibration.card') },
          { value: 'ruler', text: t('calibration.ruler') },
        ]}
        value={object}
        onChange={setObject}
      />
      <p className="soft">
        {object === 'card' ? t('calibration.cardHow') : t('calibration.rulerHow')}
      </p>
      <div className="calibration-stage">
        <div className={`calibration-bar ${object}`} ref={bar} />
      </div>
      <label className="calibration-slider">
        <span>{t('calibration.width')}</span>
        <input
          type="range"
          min={NARROWEST_PIXELS}
          max={WIDEST_PIXELS}
          step={0.5}
          value={pixels}
          onChange={(event) => {
            setScale(pixelsPerMillimetre(Number(event.target.value), millimetres));
          }}
        />
        <output className="number">{t('calibration.result', { value: scale })}</output>
      </label>
      <div className="calibration-actions">
        <button type="button" className="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            onDone(null);
          }}
        >
          {t('calibration.forget')}
        </button>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            onDone(scale);
          }}
        >
          {t('calibration.keep')}
        </button>
      </div>
    </dialog>
  );
}
