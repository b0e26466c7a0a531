// Filling forms by their labels, as a reader of the screen would.
import { until } from './wait.mjs';

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The control with this label; the star of required ones does not count. */
export function field(scope, label) {
  const page = scope.page?.() ?? scope;
  return scope
    .getByLabel(new RegExp(`^${escaped(label)}\\s*\\*?$`))
    .and(page.locator('input:not([type=radio]):not([type=checkbox]), textarea'))
    .first();
}

export async function fill(scope, values) {
  for (const [label, value] of Object.entries(values)) await field(scope, label).fill(value);
}

/** Chooses from a list that opens on a click. */
export async function choose(page, scope, label, option) {
  const input = field(scope, label);
  await input.click();
  await page.getByRole('option', { name: option, exact: true }).filter({ visible: true }).click();
}

/** Waits until a list shows this option as the chosen one. */
export async function expectChosen(scope, label, option) {
  const input = field(scope, label);
  await input.waitFor();
  await until(`${label} to be ${option}`, async () => (await input.inputValue()) === option);
}

/** Chooses by typing, where only the best matches are offered, each with what tells it from others of its name. */
export async function find(page, scope, label, words) {
  const input = field(scope, label);
  await input.click();
  await input.fill(words);
  const named = { has: page.getByText(words, { exact: true }), visible: true };
  await page.getByRole('option').filter(named).first().click();
}

/** Several of a list, which stays open in between; leaves the field at the end. */
export async function chooseAll(page, scope, label, options) {
  const input = field(scope, label);
  // Where nothing can be typed the frame around it takes the click; not from below a notice at the foot of the page.
  await input.evaluate((node) => node.scrollIntoView({ block: 'center' }));
  await input.click({ force: true });
  for (const option of options) {
    await page.getByRole('option', { name: option, exact: true }).filter({ visible: true }).click();
  }
  await input.press('Tab');
}

/** Clicks `name` and waits until the server has taken what follows from it. */
export async function send(page, scope, name, { method, path }) {
  const answered = page.waitForResponse(
    (response) => response.request().method() === method && path.test(new URL(response.url()).pathname),
  );
  await scope.getByRole('button', { name, exact: true }).click();
  const response = await answered;
  if (!response.ok()) throw new Error(`${method} ${response.url()} answered ${response.status()}: ${await response.text()}`);
  return response.status() === 204 ? null : response.json();
}

/** The named part of a page, once it is there. */
export function section(scope, title) {
  const page = scope.page?.() ?? scope;
  const all = scope.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  // Sections stand inside one another: the last that holds the heading is the innermost.
  return all.last();
}
