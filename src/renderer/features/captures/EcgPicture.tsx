import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { drawEcg } from './drawEcg.ts';
import { readEcgObject } from './ecgObject.ts';
import type { CaptureFile } from './thumbnails.ts';

type EcgPictureProps = { readonly file: CaptureFile; readonly label: string };

/** An ECG that was kept, whole: the very object that leaves the cart, drawn as on paper. */
export function EcgPicture({ file, label }: EcgPictureProps) {
  const { t } = useTranslation();
  const frame = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ecg = useMemo(() => readEcgObject(file.bytes), [file]);
  useEffect(() => {
    const [paper, element] = [canvas.current, frame.current];
    if (paper === null || element === null || ecg === null) {
      return undefined;
    }
    const texts = { derived: t('ecg.derivedMark'), leadOff: t('ecg.leadOffMark') };
    const draw = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      drawEcg(paper, ecg, { width, height }, { pixelRatio: window.devicePixelRatio, texts });
    };
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [ecg, t]);
  if (ecg === null) {
    return (
      <p className="capture-wait" role="alert">
        {t('capture.unplayable')}
      </p>
    );
  }
  const leads = ecg.leads.map(({ name }) => name).join(', ');
  return (
    <>
      <section
        ref={frame}
        className="ecg-picture"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must be able to scroll it
        tabIndex={0}
      >
        <canvas ref={canvas} role="img" aria-label={t('capture.ecgLeads', { leads })} />
      </section>
      <p className="small soft number">
        {ecg.calibrated ? t('capture.ecgScale') : t('ecg.amplitudeUncalibrated')}
        {' · '}
        {t('ecg.rate', { rate: ecg.rateHz })}
      </p>
    </>
  );
}
