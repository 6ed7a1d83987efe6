import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../contracts/faults.ts';
import type { Locale } from '../../../contracts/settings.ts';
import { faultText } from '../../i18n/index.ts';
import { Brand } from '../../ui/Brand.tsx';
import { LanguageSwitch } from '../settings/LanguageSwitch.tsx';

type JoinScreenProps = {
  readonly fault: Fault;
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
  readonly onRetry: () => void;
};

/** In the place of the consultation, when the link does not open it: why, and what to do. */
export function JoinScreen({ fault, locale, onLocale, onRetry }: JoinScreenProps) {
  const { t } = useTranslation();
  return (
    <main className="join">
      <div className="card join-card">
        <Brand place={t('physician.place')} />
        <h2>{t('join.title')}</h2>
        <p role="alert">{faultText(t, fault)}</p>
        <p className="soft">{t('join.what')}</p>
        <button type="button" className="button primary" onClick={onRetry}>
          {t('join.retry')}
        </button>
        <LanguageSwitch locale={locale} onLocale={onLocale} />
      </div>
    </main>
  );
}
