/** What a reply may want, in the order in which one is chosen as the primary, and the key that says so. */
export const intents = [
  'unsubscribe',
  'hostile',
  'referral',
  'wrong_person',
  'not_now',
  'not_interested',
  'objection',
  'meeting',
  'interested',
  'question',
  'other',
] as const;

export type Intent = (typeof intents)[number];

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '-'] as const;

export function keyOf(intent: Intent): string {
  return keys[intents.indexOf(intent)] ?? '';
}

/** The intent a key stands for. */
export function intentOf(key: string): Intent | undefined {
  const place = (keys as readonly string[]).indexOf(key);
  return place < 0 ? undefined : intents[place];
}

/** How sure the reading of an intent was, if it was read at all. */
export function confidenceOf(read: unknown, intent: string): number | null {
  if (!Array.isArray(read)) return null;
  const found = read.find((one) => (one as { intent?: unknown } | null)?.intent === intent);
  const confidence = (found as { confidence?: unknown } | undefined)?.confidence;
  return typeof confidence === 'number' ? confidence : null;
}
