// What outreach does for several people at once, and what can be taken back: a consent, a letter; and a sequence that
// is kept as a text file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { seriousFaults } from './lib/axe.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import { fill, section, send } from './lib/forms.mjs';
import { cleanUp } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const names = ['Ada One', 'Ben Two', 'Cleo Three'];
const at = {};

before(async () => {
  at.server = await Server.start();
  at.api = new Api(at.server.url);
  await at.api.setUp({ country: 'KR' });
  const company = await at.api.post('/companies', { name: 'Hanbit Clinics', country: 'KR', address: 'Teheran-ro 1', city: 'Seoul' });
  at.people = [];
  for (const name of names) {
    const [given_name, family_name] = name.split(' ');
    const more = name === 'Cleo Three' ? { do_not_contact: ['postal'] } : {};
    at.people.push(await at.api.post('/people', { given_name, family_name, company_id: company.id, ...more }));
  }
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url, cookie: at.api.cookie });
});

after(cleanUp);

/** Ticks all people of the list and opens a dialog for them. */
async function forAll(page, action) {
  await page.goto('/people');
  for (const name of names) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await page.getByRole('toolbar').getByRole('button', { name: action }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('For 3 people').waitFor();
  return dialog;
}

async function undo(page, done) {
  const told = page.getByRole('alert').filter({ hasText: done });
  await told.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone').waitFor();
}

const consentsOf = async ({ id }) => (await at.api.get(`/people/${id}/mail-basis`)).consents;
const piecesOf = async ({ id }) => (await at.api.get(`/pieces?where=person_id.eq.${id}`)).items;

test('a consent is put on record for all that are ticked, and taken back with the reason', { timeout: 60_000 }, () =>
  withEvidence('many consents', at, async () => {
    const { page, people } = at;
    const dialog = await forAll(page, 'Record consent');
    await fill(dialog, { How: 'A fair', 'In what words': 'Yes, write to me.' });
    assert.deepEqual(await seriousFaults(page), []);
    const answer = await send(page, dialog, 'Save', { method: 'POST', path: /\/consents$/ });
    assert.deepEqual(answer, { put: 3, unknown: [] });
    await dialog.waitFor({ state: 'detached' });
    await undo(page, 'Put on record for 3 people');
    for (const person of people) {
      const [consent, ...others] = await consentsOf(person);
      assert.deepEqual([consent.wording, consent.withdrawn_why, others], ['Yes, write to me.', 'Put on record by mistake', []]);
    }
  }),
);

test('a letter is prepared for all but who wants no post, printed from the record, and taken back', { timeout: 60_000 }, () =>
  withEvidence('many letters', at, async () => {
    const { page, people } = at;
    const [ada, ben, cleo] = people;
    const dialog = await forAll(page, 'Prepare post');
    const prepare = dialog.getByRole('button', { name: 'Prepare post' });
    await fill(dialog, { 'Text on it': 'Dear {{ person.name }}' });
    await prepare.click();
    await dialog.getByText(/filled in by sequences only/).waitFor();
    await fill(dialog, { 'Text on it': 'How do you plan today?' });
    await prepare.click();
    await dialog.getByText('Nothing prepared for 1 person').waitFor();
    await dialog.getByText('Cleo Three: They asked not to get post.').waitFor();
    assert.deepEqual(await seriousFaults(page), []);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    assert.deepEqual([(await piecesOf(ada)).length, (await piecesOf(cleo)).length], [1, 0]);
    await undo(page, '2 pieces prepared');
    assert.deepEqual(await piecesOf(ada), []);

    await at.api.post('/pieces', { person_id: ben.id, form: {}, body: 'How do you plan today?' });
    await page.goto(`/people/${ben.id}`);
    const post = section(page, 'Post');
    const file = page.waitForEvent('download');
    await post.getByRole('button', { name: 'Print' }).click();
    assert.equal(readFileSync(await (await file).path()).subarray(0, 5).toString(), '%PDF-');
    await post.getByRole('button', { name: 'Mark as' }).click();
    await page.getByRole('menuitem', { name: 'Printed' }).click();
    await until('it to be printed', async () => (await piecesOf(ben))[0].state === 'printed');
  }),
);

test('a sequence file is read back as it was saved; one that cannot be read shows the line', { timeout: 60_000 }, () =>
  withEvidence('many sequence file', at, async () => {
    const { page } = at;
    const { id } = await at.api.post('/sequences', { name: 'First talk', steps: [{ subject: 'A question', body: 'How?' }] });
    await page.goto(`/sequences/${id}`);
    const saved = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Save as text file' }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    await page.goto('/rooms/outreach?tab=sequences');
    await page.getByRole('button', { name: 'New sequence' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: /From a text file/ }).waitFor();
    const choose = (text) => page.locator('input[type=file]').setInputFiles({ name: 'talk.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) });
    await choose(text.replace('steps:', 'stepps:'));
    await dialog.getByText('“talk.yaml” was not read').waitFor();
    await dialog.getByText(/Line \d+, column 1: “stepps” is not known here/).waitFor();
    await dialog.locator('mark', { hasText: 'stepps' }).waitFor();
    assert.deepEqual(await seriousFaults(page), []);
    await choose(text);
    await page.waitForURL((url) => /\/sequences\//.test(url.pathname));
    const again = await at.api.get(`/sequences/${page.url().split('/').at(-1)}`);
    assert.notEqual(again.id, id);
    assert.deepEqual([again.name, again.state, again.steps[0].body], ['First talk', 'draft', 'How?']);
  }),
);
