import { useTranslation } from 'react-i18next';
import { Segmented } from '../../ui/Segmented.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { DraftFieldsProps } from './DestinationForm.tsx';
import { CREDENTIAL_CHOICES } from './destinationDraft.ts';

type CredentialFieldsProps = DraftFieldsProps & {
  /** The store holds some for this destination. */
  readonly hasKept: boolean;
};

/** What is typed here goes to the encrypted store and is never shown again. */
export function CredentialFields({ draft, wrong, hasKept, onDraft }: CredentialFieldsProps) {
  const { t } = useTranslation();
  const secret = (name: 'user' | 'password' | 'token', type: 'text' | 'password') => ({
    label: t(`destination.field.${name}`),
    type,
    value: draft[name],
    hint: type === 'password' ? t('destination.secretNote') : '',
    problem: name !== 'password' && wrong.includes(name) ? t(`destination.wrong.${name}`) : null,
    onChange: (value: string) => {
      onDraft({ ...draft, [name]: value });
    },
  });
  return (
    <>
      <div className="form-segments">
        <Segmented
          legend={t('destination.field.credentials')}
          choices={CREDENTIAL_CHOICES.filter((one) => hasKept || one !== 'kept').map((value) => ({
            value,
            text: t(`destination.credentials.${value}`),
          }))}
          value={draft.credentials}
          onChange={(credentials) => {
            onDraft({ ...draft, credentials });
          }}
        />
      </div>
      {draft.credentials === 'basic' ? (
        <div className="form-row">
          <TextField {...secret('user', 'text')} />
          <TextField {...secret('password', 'password')} />
        </div>
      ) : null}
      {draft.credentials === 'bearer' ? <TextField {...secret('token', 'password')} /> : null}
    </>
  );
}
