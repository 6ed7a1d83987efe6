import i18next, { type i18n, type TFunction } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Fault } from '../../contracts/faults.ts';
import type { Locale } from '../../contracts/settings.ts';
import en from './en.json' with { type: 'json' };
import fr from './fr.json' with { type: 'json' };

/** Prepares the texts; both languages are in the bundle, so nothing is loaded later. */
export async function startTexts(locale: Locale): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: { fr: { translation: fr }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = locale;
  return i18next;
}

export function setLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  void i18next.changeLanguage(locale);
}

/** @returns the sentence for people; its key holds a code, never a person's data. */
export function faultText(t: TFunction, fault: Fault): string {
  return t(`fault.${fault.code}`, { ...fault.params });
}
