/** Months as people abbreviate them in English. */
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function checked(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists && year >= 1800 && year <= 2200 ? date.toISOString().slice(0, 10) : null;
}

/**
 * Reads a day as it may be typed: `2026-01-30`, `2026. 1. 30.`, `2026년 1월 30일`, `2026/1/30`, `Jan 30, 2026`,
 * `30 January 2026`. `3/4/2026` is no day: half the world would read another one. Answers `YYYY-MM-DD` or null.
 */
export function readDay(text: string): string | null {
  const plain = text.trim().toLowerCase();
  const numbers = plain.match(/^(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?$/);
  if (numbers) return checked(Number(numbers[1]), Number(numbers[2]), Number(numbers[3]));
  const named = plain.match(/^(?:([a-z]{3,9})\.?\s+(\d{1,2})|(\d{1,2})\.?\s+([a-z]{3,9})\.?),?\s+(\d{4})$/);
  if (!named) return null;
  const month = months.indexOf((named[1] ?? named[4] ?? '').slice(0, 3)) + 1;
  return month > 0 ? checked(Number(named[5]), month, Number(named[2] ?? named[3])) : null;
}
