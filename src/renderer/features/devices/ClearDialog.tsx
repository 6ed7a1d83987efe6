import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

/** Deleting on the device cannot be taken back: it is asked apart from reading. */
export function ClearDialog(props: { readonly onClear: () => void; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="clear-title" onClose={props.onClose}>
      <h2 id="clear-title">{t('clear.title')}</h2>
      <p className="dialog-words">{t('clear.what')}</p>
      <div className="action-row">
        <button type="button" className="button" onClick={props.onClose}>
          {t('common.cancel')}
        </button>
        <button type="button" className="button danger" onClick={props.onClear}>
          {t('clear.confirm')}
        </button>
      </div>
    </dialog>
  );
}
