import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../app/useNow.ts';
import { useObservable } from '../../app/useObservable.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useProblemFocus } from '../../ui/useProblemFocus.ts';
import type { ActModel } from './actModel.ts';
import { ageAt, birthDateText, parseBirthDate } from './birthDate.ts';
import {
  CONSENTS,
  type OpeningDraft,
  type OpeningField,
  openingProblems,
  SEXES,
} from './openingDraft.ts';

/** Who is examined, why, and that they agree. What is typed stays when the dialog is put away. */
export function OpenActDialog({ acts }: { readonly acts: ActModel }) {
  const { t } = useTranslation();
  const { busy, fault } = useObservable(acts);
  const draft = useObservable(acts.opening);
  const now = useNow();
  const [tries, setTries] = useState(0);
  const form = useProblemFocus(tries);
  const problems = tries > 0 ? openingProblems(draft, now) : [];
  const close = (): void => {
    acts.show('none');
  };
  return (
    <Modal title={t('act.begin')} className="act-dialog" onClose={close}>
      {fault === null ? null : <FaultBanner fault={fault} />}
      <form
        ref={form}
        className="modal-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTries(tries + 1);
          void acts.open();
        }}
      >
        <div className="modal-body">
          <p className="act-provisional">{t('act.provisionalWhy')}</p>
          <IdentityFields draft={draft} problems={problems} onDraft={acts.opening.set} />
          <ExaminationFields draft={draft} problems={problems} onDraft={acts.opening.set} />
        </div>
        <div className="modal-actions">
          <button type="button" className="button" onClick={close}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy}>
            {t('act.start')}
          </button>
        </div>
      </form>
    </Modal>
  );
}

type FieldsProps = {
  readonly draft: OpeningDraft;
  readonly problems: readonly OpeningField[];
  readonly onDraft: (draft: OpeningDraft) => void;
};

function IdentityFields({ draft, problems, onDraft }: FieldsProps) {
  const { t, i18n } = useTranslation();
  const today = useNow();
  const born = parseBirthDate(draft.birthDate, today);
  const field = (name: 'birthName' | 'usedName' | 'givenName' | 'birthDate') => ({
    label: t(`act.field.${name}`),
    value: draft[name],
    problem: name !== 'usedName' && problems.includes(name) ? t(`act.wrong.${name}`) : null,
    onChange: (value: string) => {
      onDraft({ ...draft, [name]: value });
    },
  });
  return (
    <>
      <div className="form-row">
        <TextField {...field('birthName')} maxLength={100} focused />
        <TextField {...field('usedName')} maxLength={100} hint={t('act.hint.usedName')} />
        <TextField {...field('givenName')} maxLength={100} />
      </div>
      <div className="form-row">
        <TextField
          {...field('birthDate')}
          maxLength={12}
          placeholder={t('act.birthDatePattern')}
          hint={
            born === null
              ? t('act.birthDateHint')
              : t('act.born', {
                  date: birthDateText(born, i18n.language),
                  count: ageAt(born, today),
                })
          }
        />
        <Choice
          legend={t('act.field.sex')}
          choices={SEXES.map((value) => ({ value, text: t(`act.sex.${value}`) }))}
          value={draft.sex}
          problem={problems.includes('sex') ? t('act.wrong.sex') : null}
          onChange={(sex) => {
            onDraft({ ...draft, sex });
          }}
        />
      </div>
    </>
  );
}

function ExaminationFields({ draft, problems, onDraft }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Choice
        legend={t('act.field.consent')}
        choices={CONSENTS.map((value) => ({ value, text: t(`act.consent.${value}`) }))}
        value={draft.consent}
        problem={problems.includes('consent') ? t('act.wrong.consent') : null}
        onChange={(consent) => {
          onDraft({ ...draft, consent });
        }}
      />
      <div className="form-row">
        <TextField
          label={t('act.field.reason')}
          value={draft.reason}
          maxLength={500}
          onChange={(reason) => {
            onDraft({ ...draft, reason });
          }}
        />
        <TextField
          label={t('act.field.operator')}
          value={draft.operatorName}
          maxLength={100}
          onChange={(operatorName) => {
            onDraft({ ...draft, operatorName });
          }}
        />
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.fictional}
          onChange={({ target: { checked } }) => {
            onDraft({ ...draft, fictional: checked });
          }}
        />
        {t('act.field.fictional')}
      </label>
    </>
  );
}

type ChoiceProps<T extends string> = {
  readonly legend: string;
  readonly choices: readonly { readonly value: T; readonly text: string }[];
  readonly value: T | null;
  readonly problem: string | null;
  readonly onChange: (value: T) => void;
};

/** One of a few, none of which is taken for granted. */
function Choice<T extends string>({ problem, value, onChange, ...rest }: ChoiceProps<T>) {
  return (
    <div className="form-field form-segments" data-problem={problem ?? undefined}>
      <Segmented<T | ''>
        {...rest}
        value={value ?? ''}
        onChange={(next) => {
          if (next !== '') {
            onChange(next);
          }
        }}
      />
      {problem === null ? null : (
        <p className="small form-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
