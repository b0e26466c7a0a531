import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const locales = ['en', 'ko'] as const;
export type Locale = (typeof locales)[number];

const stored = 'sevenfold.locale';

function isLocale(value: string | null | undefined): value is Locale {
  return value === 'en' || value === 'ko';
}

/** What this browser was last told, else its own language. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(stored);
  if (isLocale(chosen)) return chosen;
  return navigator.language.startsWith('ko') ? 'ko' : 'en';
}

async function texts(locale: Locale) {
  const loaded = locale === 'ko' ? await import('./ko') : await import('./en');
  return loaded.messages;
}

export async function setLocale(value: string): Promise<void> {
  const locale: Locale = value.startsWith('ko') ? 'ko' : 'en';
  if (!i18next.hasResourceBundle(locale, 'translation')) {
    i18next.addResourceBundle(locale, 'translation', await texts(locale));
  }
  localStorage.setItem(stored, locale);
  document.documentElement.lang = locale;
  await i18next.changeLanguage(locale);
}

export function currentLocale(): Locale {
  return i18next.language === 'ko' ? 'ko' : 'en';
}

export async function startI18n(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: preferredLocale(),
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await setLocale(preferredLocale());
}
