import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InputPhase, InputState } from '../../media/inputSession.ts';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';

const TONES: Record<InputPhase, Tone> = {
  closed: 'idle',
  opening: 'warn',
  live: 'good',
  lost: 'bad',
  failed: 'bad',
};

type InputBarProps = {
  readonly titleId: string;
  readonly title: string;
  readonly legend: string;
  readonly state: InputState;
  readonly nameOf: (input: { readonly deviceId: string; readonly label: string }) => string;
  readonly onChoose: (deviceId: string) => void;
  readonly onClose: () => void;
  /** More facts of the device that is open. */
  readonly children?: ReactNode;
};

/** Head of an instrument's panel: which device, what it does, and the way out. */
export function InputBar(props: InputBarProps) {
  const { t } = useTranslation();
  const { titleId, title, legend, state, nameOf } = props;
  return (
    <header className="exam-bar">
      <h2 id={titleId}>{title}</h2>
      <select
        className="exam-choice"
        aria-label={legend}
        value={state.chosen?.deviceId ?? ''}
        disabled={state.inputs.length === 0}
        onChange={(event) => {
          props.onChoose(event.target.value);
        }}
      >
        {state.chosen === null ? <option value="">{t('exam.noDevice')}</option> : null}
        {state.inputs.map((input) => (
          <option key={input.deviceId} value={input.deviceId}>
            {nameOf(input)}
          </option>
        ))}
      </select>
      <StateBadge tone={TONES[state.phase]} text={t(`exam.phase.${state.phase}`)} />
      {props.children}
      <span className="spring" />
      <button type="button" className="button" onClick={props.onClose}>
        {t('exam.close')}
      </button>
    </header>
  );
}
