import { useTranslation } from 'react-i18next';
import type { Locale } from '../../../contracts/settings.ts';
import { Segmented } from '../../ui/Segmented.tsx';

type LanguageSwitchProps = {
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
};

export function LanguageSwitch({ locale, onLocale }: LanguageSwitchProps) {
  const { t } = useTranslation();
  return (
    <Segmented
      legend={t('language.title')}
      legendShown={false}
      choices={[
        { value: 'fr', text: t('language.frShort'), title: t('language.fr'), language: 'fr' },
        { value: 'en', text: t('language.enShort'), title: t('language.en'), language: 'en' },
      ]}
      value={locale}
      onChange={onLocale}
    />
  );
}
