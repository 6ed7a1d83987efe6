import i18next, { type TFunction } from 'i18next';
import type { Locale } from '../../contracts/settings.ts';
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };

/** The real texts, without a page. */
export function textsOf(locale: Locale): TFunction {
  const own = i18next.createInstance();
  void own.init({
    lng: locale,
    fallbackLng: false,
    initAsync: false,
    resources: { fr: { translation: fr }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  return own.t;
}
