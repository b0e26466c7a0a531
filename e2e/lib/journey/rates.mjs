// The five rates after the one deal of the whole-product test, as the API and the Insight page tell them.
//
// What was done: three dials, of which one reached the person; one mail to one person, delivered and answered
// positively; that answer opened the conversation, one meeting was held after it, the deal was qualified and won.
import assert from 'node:assert/strict';

const base = { positive_reply: 'people', conversion: 'pursuits', sales_acceptance: 'pursuits', close: 'opportunities' };

/** Every rate but the first has a horizon of days, so all its trials of today are maturing. */
export const cohort = {
  dial_to_connect: { of: 'dials', k: 1, n: 3, maturing: { n: 0, succeeded: 0 }, beside: [] },
  ...Object.fromEntries(
    Object.entries(base).map(([rate, of]) => [
      rate,
      {
        of,
        k: 0,
        n: 0,
        maturing: { n: 1, succeeded: 1 },
        beside: rate === 'positive_reply' ? [['mails_sent', 0, 0], ['mails_delivered', 0, 0]] : [],
      },
    ]),
  ),
};

export const period = {
  dial_to_connect: { of: 'dials', k: 1, n: 3, maturing: { n: 0, succeeded: 0 }, beside: [] },
  ...Object.fromEntries(
    Object.entries(base).map(([rate, of]) => [
      rate,
      {
        of,
        k: 1,
        n: 1,
        maturing: { n: 0, succeeded: 0 },
        beside: rate === 'positive_reply' ? [['mails_sent', 1, 1], ['mails_delivered', 1, 1]] : [],
      },
    ]),
  ),
};

export async function ratesOf(api, view) {
  const { rates } = await api.get(`/insight/rates?view=${view}`);
  return Object.fromEntries(
    rates.map(({ rate, main, maturing, beside }) => [
      rate,
      { of: main.of, k: main.k, n: main.n, maturing, beside: beside.map((one) => [one.of, one.k, one.n]) },
    ]),
  );
}

const lines = {
  cohort: [
    ['1 Dial to connect', '1 of 3', 'Too few for a rate'],
    ['2 Positive reply', '–', 'No cases yet · 1 still maturing'],
    ['3 Conversion', '–', 'No cases yet · 1 still maturing'],
    ['4 Sales acceptance', '–', 'No cases yet · 1 still maturing'],
    ['5 Close', '–', 'No cases yet · 1 still maturing'],
  ],
  period: [
    ['1 Dial to connect', '1 of 3', 'Too few for a rate'],
    ['2 Positive reply', '1 of 1', 'Too few for a rate', 'Of mails sent: 1 of 1', 'Of mails delivered: 1 of 1'],
    ['3 Conversion', '1 of 1', 'Too few for a rate'],
    ['4 Sales acceptance', '1 of 1', 'Too few for a rate'],
    ['5 Close', '1 of 1', 'Too few for a rate'],
  ],
};

/** The Insight page says the same, rate by rate. */
export async function seeRates(page, view) {
  await page.goto(`/insight?view=${view}`);
  const list = page.getByRole('list', { name: 'Five rates' });
  for (const [name, ...texts] of lines[view]) {
    const line = list.getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
    for (const text of texts) await line.getByText(text, { exact: true }).first().waitFor();
  }
  assert.equal(await list.getByRole('listitem').count(), 5);
}
