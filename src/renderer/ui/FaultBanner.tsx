import { useTranslation } from 'react-i18next';
import type { Fault } from '../../contracts/faults.ts';
import { faultText } from '../i18n/index.ts';

type FaultBannerProps = {
  readonly fault: Fault;
  readonly tone?: 'bad' | 'warn';
  readonly onDismiss?: () => void;
  readonly action?: { readonly text: string; readonly run: () => void };
};

export function FaultBanner({ fault, tone = 'bad', onDismiss, action }: FaultBannerProps) {
  const { t } = useTranslation();
  return (
    <div className={`banner ${tone}`} role="alert">
      <p>{faultText(t, fault)}</p>
      {action === undefined ? null : (
        <button type="button" className="button" onClick={action.run}>
          {action.text}
        </button>
      )}
      {onDismiss === undefined ? null : (
        <button type="button" className="button" onClick={onDismiss}>
          {t('common.dismiss')}
        </button>
      )}
    </div>
  );
}
