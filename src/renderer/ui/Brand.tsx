import { useTranslation } from 'react-i18next';
import { Icon } from './icons.tsx';

/** Whose window this is, and that it is no certified medical device. */
export function Brand({ place }: { readonly place: string }) {
  const { t } = useTranslation();
  return (
    <div className="brand">
      <span className="brand-mark">
        <Icon name="pulse" />
      </span>
      <div>
        <h1>
          {t('app.name')} <span className="brand-place">{place}</span>
        </h1>
        <p className="brand-notice">{t('app.notice')}</p>
      </div>
    </div>
  );
}
