/** Lists the browser already knows, named in the reader's language. */

interface Choice {
  value: string;
  label: string;
}

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const notCountries = new Set([
  'AC',
  'CP',
  'CQ',
  'DG',
  'EA',
  'EU',
  'EZ',
  'IC',
  'QO',
  'TA',
  'UN',
  'XA',
  'XB',
  'ZZ',
  'UK',
]);

export function countryName(locale: string, code: string | null | undefined): string {
  if (!code || !/^[A-Za-z]{2}$/.test(code)) return code ?? '';
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code.toUpperCase()) ?? code;
}

export function countries(locale: string): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none' });
  const found: Choice[] = [];
  for (const first of letters) {
    for (const second of letters) {
      const code = first + second;
      const label = notCountries.has(code) ? undefined : names.of(code);
      if (label && !retired.has(code)) found.push({ value: code, label });
    }
  }
  return found.sort((a, b) => a.label.localeCompare(b.label, locale));
}

/** Codes of states that no longer exist; browsers still name them, mostly after their successor. */
const retired = new Set([
  'AN',
  'BU',
  'CS',
  'CT',
  'DD',
  'DY',
  'FQ',
  'FX',
  'HV',
  'JT',
  'MI',
  'NH',
  'NQ',
  'NT',
  'PC',
  'PU',
  'PZ',
  'RH',
  'SU',
  'TP',
  'VD',
  'WK',
  'YD',
  'YU',
  'ZR',
]);

export function timeZones(): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes('UTC') ? zones : ['UTC', ...zones];
}

export function currencies(locale: string): Choice[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({
    value: code,
    label: `${code} · ${names.of(code) ?? code}`,
  }));
}

/** What the browser tells about where the reader sits. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const firstCurrency: Record<string, string> = {
  KR: 'KRW',
  US: 'USD',
  JP: 'JPY',
  GB: 'GBP',
  CN: 'CNY',
  IN: 'INR',
  CH: 'CHF',
};

export function ownCountry(): string {
  const region = new Intl.Locale(navigator.language).maximize().region;
  if (ownZone() === 'Asia/Seoul') return 'KR';
  return region ?? 'US';
}

export function currencyOf(country: string): string {
  return (
    firstCurrency[country] ??
    (['DE', 'FR', 'ES', 'IT', 'NL', 'AT', 'BE', 'FI', 'IE', 'PT'].includes(country) ? 'EUR' : 'USD')
  );
}
