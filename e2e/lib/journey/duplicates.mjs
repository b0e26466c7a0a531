// The page where duplicates are decided, as somebody with a keyboard uses it.
import assert from 'node:assert/strict';
import { until } from '../wait.mjs';

/** The names of the pair in hand, once it is there to be decided. */
export async function pairInHand(page, names) {
  const title = page.getByRole('region', { name: 'The pair in hand' }).getByRole('heading', { level: 2 });
  await title.filter({ hasText: names }).waitFor();
  await page.getByRole('button', { name: 'Swap which stays' }).waitFor();
}

/** Names in the queue, from top to bottom. */
export async function queue(page) {
  const rows = page.getByRole('region', { name: 'Pairs of records' }).getByRole('button', { name: /%/ });
  return (await rows.allInnerTexts()).map((text) => text.split('\n')[0]);
}

/** Presses a key and waits until the server has taken what follows from it. */
export async function press(page, key, path) {
  const answered = page.waitForResponse(
    (response) => response.request().method() === 'POST' && path.test(new URL(response.url()).pathname),
  );
  await page.keyboard.press(key);
  const response = await answered;
  assert.ok(response.ok(), `${key}: ${response.status()} ${await response.text()}`);
}

/** Which of the two records stays. */
export function staying(page) {
  return page.evaluate(() => {
    const badge = [...document.querySelectorAll('[data-stays]')][0];
    return badge?.querySelector('a')?.firstChild?.textContent?.trim();
  });
}

/** Goes with Tab to the choice of a field and takes the other value, as one does without a mouse. */
export async function chooseOther(page, field) {
  const group = page.getByRole('radiogroup', { name: field });
  const chosen = group.getByRole('radio', { checked: true });
  await until(`the focus to reach ${field}`, async () => {
    await page.keyboard.press('Tab');
    return chosen.evaluate((radio) => radio === document.activeElement);
  });
  await page.keyboard.press('ArrowRight');
  await until(`${field} to be the other one`, async () =>
    group.getByRole('radio').nth(1).isChecked(),
  );
}

/** Both records are there, each for itself. */
export async function bothThere(api, path, ids) {
  for (const id of ids) {
    const record = await api.get(`${path}/${id}`);
    assert.equal(record.deleted_at, null, record.name);
    assert.equal(record.merged_into, null, record.name);
  }
}

/** Takes a merge back from the history of the record that stays, which is open. */
export async function undoFromHistory(page, gone) {
  const entry = page.getByText(`Merged with ${gone}`);
  await entry.waitFor();
  const line = page.locator('div').filter({ has: entry }).filter({ has: page.getByRole('button', { name: 'Undo' }) }).last();
  await line.getByRole('button', { name: 'Undo' }).click();
  await entry.waitFor({ state: 'detached' });
}
