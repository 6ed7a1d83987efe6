import './examCamera.css';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CartModel } from '../../app/cartModel.ts';
import { Icon } from '../../ui/icons.tsx';
import { StethoscopePanel } from '../stethoscope/StethoscopePanel.tsx';
import { ExamCameraPanel } from './ExamCameraPanel.tsx';

type Instrument = 'camera' | 'stethoscope';
const INSTRUMENTS: readonly Instrument[] = ['camera', 'stethoscope'];

/** The two instruments that the window itself reads; the one in use takes the place of the ECG. */
export function ExamDock({ model }: { readonly model: CartModel }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Instrument | null>(null);
  const buttons = useRef<Partial<Record<Instrument, HTMLButtonElement | null>>>({});
  const before = useRef<Instrument | null>(null);
  useEffect(() => {
    const closed = before.current;
    before.current = open;
    if (open === null && closed !== null) {
      buttons.current[closed]?.focus();
    }
  }, [open]);
  const close = (): void => {
    setOpen(null);
  };
  return (
    <>
      <section className="card exam-dock" aria-labelledby="exam-dock-title">
        <h2 id="exam-dock-title">{t('exam.title')}</h2>
        {INSTRUMENTS.map((instrument) => (
          <button
            key={instrument}
            ref={(element) => {
              buttons.current[instrument] = element;
            }}
            type="button"
            className={`button wide ${open === instrument ? 'primary' : ''}`}
            aria-expanded={open === instrument}
            data-instrument={instrument}
            onClick={() => {
              setOpen(open === instrument ? null : instrument);
            }}
          >
            <Icon name={instrument} />
            {t(`exam.${instrument}`)}
          </button>
        ))}
      </section>
      {open === 'camera' ? <ExamCameraPanel model={model} onClose={close} /> : null}
      {open === 'stethoscope' ? <StethoscopePanel model={model} onClose={close} /> : null}
    </>
  );
}
