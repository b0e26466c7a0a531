import type { TFunction } from 'i18next';
import i18next from 'i18next';

/** The text of a key that is only known at run time (error codes, event kinds), or `fallback` when there is none. */
export function textOr(
  t: TFunction,
  key: string,
  fallback: string,
  values?: Record<string, unknown>,
): string {
  if (!i18next.exists(key)) return fallback;
  return (t as unknown as (key: string, values?: Record<string, unknown>) => string)(key, values);
}
