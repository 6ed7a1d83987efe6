import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../contracts/faults.ts';
import type { StoreState } from '../../../contracts/outbox.ts';
import { faultText } from '../../i18n/index.ts';
import { Modal } from '../../ui/Modal.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { passphraseProblem } from './passphrase.ts';
import type { StoreModel } from './storeModel.ts';

type PassphraseDialogProps = {
  readonly model: StoreModel;
  /** unlock: the one there is. set: a new one, twice. */
  readonly purpose: 'unlock' | 'set';
  readonly onClose: () => void;
};

export function PassphraseDialog({ model, purpose, onClose }: PassphraseDialogProps) {
  const { t } = useTranslation();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    const wrong = purpose === 'set' ? passphraseProblem(first, second) : null;
    if (wrong !== null) {
      setProblem(t(`store.passphrase.${wrong}`));
      return;
    }
    setBusy(true);
    const told = await (purpose === 'set' ? model.setPassphrase(first) : model.unlock(first));
    setBusy(false);
    const fault = told.ok ? stillLocked(told.value) : told.fault;
    setProblem(fault === null ? null : faultText(t, fault));
    if (fault === null) {
      onClose();
    }
  }
  return (
    <Modal title={t(`store.passphrase.${purpose}`)} onClose={onClose}>
      <p>{t(`store.passphrase.${purpose}Why`)}</p>
      <form
        className="modal-form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label={t('store.passphrase.label')}
          type="password"
          focused
          value={first}
          maxLength={200}
          problem={problem}
          onChange={setFirst}
        />
        {purpose === 'set' ? (
          <TextField
            label={t('store.passphrase.again')}
            type="password"
            value={second}
            maxLength={200}
            onChange={setSecond}
          />
        ) : null}
        <div className="modal-actions">
          <button type="button" className="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button primary" disabled={busy || first === ''}>
            {busy ? t('store.passphrase.busy') : t(`store.passphrase.${purpose}Do`)}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** Main answers with the state that it is in now. */
function stillLocked(store: StoreState): Fault | null {
  if (store.state === 'open') {
    return null;
  }
  return store.fault ?? { code: 'KEYSTORE_PASSPHRASE_WRONG' };
}
