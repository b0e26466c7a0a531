// From the first-run page to a graded list of companies.
import assert from 'node:assert/strict';
import { readCsv } from '../csv.mjs';
import { choose, field, fill, section, send } from '../forms.mjs';
import { fixture } from '../place.mjs';
import { until } from '../wait.mjs';

export const owner = { name: 'Alex Stone', email: 'alex@stone.test', password: 'correct horse battery' };

/** The lists, with what a reader of their own finds in them. */
export const lists = [
  { file: 'accounts.csv', name: 'account', options: {}, sample: 'Betasoloin' },
  {
    file: 'krx.cp949-semicolon.csv',
    name: 'Name',
    options: { encoding: 'euc-kr', delimiter: ';' },
    sample: '삼성바이오로직스',
  },
  { file: 'yc.csv', name: 'name', options: {}, sample: 'CircuitHub' },
];

/** What the browser notes when the app first asks who is there: before the owner is made nobody is. */
export const nobodyYet = /console: .* 401 .*\/api\/v1\/me$/;

export async function createOwner(page) {
  await page.goto('/');
  await page.waitForURL('**/welcome');
  await fill(page, {
    'Your name': owner.name,
    'E-mail': owner.email,
    Password: owner.password,
    'Workspace name': 'Stone & Co',
  });
  await page.getByRole('radio', { name: /^Start empty/ }).click();
  await page.getByRole('button', { name: 'Create workspace' }).click();
  await page.waitForURL('**/today');
}

/** Gives a file to the import page and waits until its own page shows this cell of it. */
export async function upload(page, file, sample) {
  await page.locator('input[type=file]').setInputFiles(file);
  await page.waitForURL(/\/imports\/[0-9a-f-]{36}$/);
  await page.getByRole('cell', { name: sample, exact: true }).first().waitFor();
}

/** Starts the import that is open; gives the five counts it shows at its end, by their words. */
export async function startImport(page) {
  await choose(page, page, 'Lawful basis', 'Published by them');
  await page.getByRole('button', { name: 'Start import' }).click();
  await page.getByText('Rows read', { exact: true }).waitFor();
  const counts = {};
  for (const word of ['Rows read', 'Created', 'Updated', 'Skipped', 'Refused']) {
    const box = page.getByText(word, { exact: true }).locator('..');
    counts[word] = Number((await box.innerText()).split('\n')[0].replace(/,/g, ''));
  }
  return counts;
}

/** Imports one list from the browser and checks that no row and no letter is lost. */
export async function importList(page, api, list) {
  const rows = readCsv(fixture(list.file), list.options);
  await page.goto('/imports');
  await upload(page, fixture(list.file), list.sample);
  const counts = await startImport(page);
  assert.equal(counts['Rows read'], rows.length, `${list.file}: rows read`);
  assert.equal(
    counts.Created + counts.Updated + counts.Skipped + counts.Refused,
    rows.length,
    `${list.file}: each row is counted once`,
  );
  assert.equal(counts.Refused, 0, `${list.file}: refused`);
  const names = await allNames(api);
  for (const row of rows) assert.ok(names.has(row[list.name].trim()), `${list.file}: ${row[list.name]} is there`);
  return counts;
}

async function allNames(api) {
  const names = new Set();
  let cursor = '';
  do {
    const page = await api.get(`/companies?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    for (const company of page.items) names.add(company.name);
    cursor = page.next_cursor;
  } while (cursor);
  return names;
}

/** Finds a company in the list as a reader does, and opens it. */
export async function openCompany(page, name) {
  await page.goto('/companies');
  await page.getByRole('searchbox', { name: 'Search Companies' }).fill(name);
  await page.getByRole('link', { name, exact: true }).first().click();
  await page.getByRole('article', { name }).waitFor();
}

/** A profile of two criteria, one for each half: industry (value to us) and size (value to them). */
export async function publishProfile(page, api) {
  await page.goto('/rooms/prospecting');
  await page.getByRole('tab', { name: 'Ideal customer' }).click();
  await page.getByRole('button', { name: 'New profile' }).click();
  await page.waitForURL(/\/icp\//);
  await field(page, 'Name').fill('Clinics and laboratories');
  await addCriterion(page, 'Industry');
  const industry = page.getByRole('group', { name: 'Industry', exact: true });
  await field(industry, 'Fits').fill('medical');
  await field(industry, 'Fits').press('Enter');
  await addCriterion(page, 'Employees');
  const size = page.getByRole('group', { name: 'Employees', exact: true });
  await choose(page, size, 'How it is compared', 'Within');
  await field(size, 'From').fill('100');
  await field(size, 'To').fill('1000');
  await size.getByText('Value to them', { exact: true }).click();
  await publish(page, api);
}

/** Publishes the profile that is open, and waits until every company has its grade. */
export async function publish(page, api) {
  await send(page, page, 'Publish and re-score', { method: 'POST', path: /\/publish$/ });
  await until('every company to be graded', async () => {
    const [all, graded] = await Promise.all([
      api.get('/companies/count'),
      api.get('/companies/count?where=icp_grade.filled'),
    ]);
    return all.count > 0 && all.count === graded.count;
  });
}

async function addCriterion(page, name) {
  await page.getByRole('button', { name: 'Add criterion' }).click();
  await page.getByRole('menuitem', { name, exact: true }).click();
}

/** The grade and the reasons stand on the company's page. */
export async function seeGrade(page, name, grade) {
  await openCompany(page, name);
  const fit = section(page, 'Fit');
  await fit.getByText(grade, { exact: true }).waitFor();
  await fit.getByText(/^Industry:? medical/).waitFor();
}
