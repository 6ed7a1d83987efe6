import type { TFunction } from 'i18next';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useObservable } from '../../app/useObservable.ts';
import { Segmented } from '../../ui/Segmented.tsx';
import type { CameraControl } from './controls.ts';
import type { ExamCamera } from './examCamera.ts';

/** What this camera lets be adjusted. */
export function CameraControls({ camera }: { readonly camera: ExamCamera }) {
  const { t } = useTranslation();
  const controls = useObservable(camera.controls);
  return (
    <section className="exam-controls" aria-labelledby="exam-controls-title">
      <h3 id="exam-controls-title">{t('examCamera.controls')}</h3>
      {controls.length === 0 ? <p className="small soft">{t('examCamera.noControls')}</p> : null}
      {controls.map((control) => (
        <Control key={control.name} control={control} onChange={camera.setControl} />
      ))}
    </section>
  );
}

type ControlProps = {
  readonly control: CameraControl;
  readonly onChange: ExamCamera['setControl'];
};

function Control({ control, onChange }: ControlProps) {
  const { t } = useTranslation();
  const { name } = control;
  const legend = t(`examCamera.control.${name}`);
  if (control.kind === 'range') {
    return <Range control={control} legend={legend} onChange={onChange} />;
  }
  if (control.kind === 'mode') {
    return (
      <Segmented
        legend={legend}
        choices={control.options.map((value) => ({ value, text: t(`examCamera.mode.${value}`) }))}
        value={control.value}
        onChange={(value) => {
          onChange(name, value);
        }}
      />
    );
  }
  return (
    <button
      type="button"
      className="button wide"
      onClick={() => {
        onChange(name, !control.value);
      }}
    >
      {control.value ? t('examCamera.lightOff') : t('examCamera.lightOn')}
    </button>
  );
}

type RangeProps = Omit<ControlProps, 'control'> & {
  readonly control: Extract<CameraControl, { kind: 'range' }>;
  readonly legend: string;
};

function Range({ control, legend, onChange }: RangeProps) {
  const { t } = useTranslation();
  const id = useId();
  const { name, min, max, step, value, enabled } = control;
  const words = valueWords(t, control);
  return (
    <div className="exam-range">
      <label htmlFor={id} className="exam-range-name">
        {legend}
      </label>
      <output htmlFor={id} className="number">
        {enabled ? words : t('examCamera.automatic', { value: words })}
      </output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        disabled={!enabled}
        aria-valuetext={words}
        onChange={(event) => {
          onChange(name, Number(event.target.value));
        }}
      />
    </div>
  );
}

/** Units as in Image Capture, 3: exposure time in 100 µs, colour temperature in kelvin. */
function valueWords(t: TFunction, { name, value }: RangeProps['control']): string {
  if (name === 'exposureTime') {
    return t('examCamera.milliseconds', { value: value / 10 });
  }
  return name === 'colorTemperature'
    ? t('examCamera.kelvin', { value })
    : t('common.number', { value });
}
