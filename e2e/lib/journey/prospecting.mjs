// Stage 1 on the screen: a list mapped by hand, questions about the ideal customer, and territories.
import { Api } from '../api.mjs';
import { readCsv } from '../csv.mjs';
import { choose, chooseAll, expectChosen, field, fill, send } from '../forms.mjs';
import { until } from '../wait.mjs';

const sheet = (name, lines) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) });

/** Companies under headers nobody knows: two are spelt alike, and one has words where a number belongs. */
export const companies = sheet('market.csv', [
  'Firm,Kind of work,Heads,Town,Country,Shift system,Our remark',
  'Hanbit Clinics,medical,220,Seoul,KR,by hand,met at the fair',
  'Hanbit Clinic,medical,230,Seoul,KR,sheet,',
  'Mirae Hospital,medical,480,Busan,KR,software,',
  'Small Shop,retail,12,Busan,KR,,',
  'Corden Laboratories,medical,300,Utrecht,NL,by hand,call in May',
  'Nordlicht Logistik,logistics,140,Hamburg,DE,,',
  'Vague Works,medical,plenty,Seoul,KR,,',
]);

export const people = sheet('contacts.csv', [
  'Full name,Job title,Work email,Company',
  'Minji Kim,CEO,minji@hanbit.test,Hanbit Clinics',
  'Claire Moreau,Head of operations,claire@corden.test,Corden Laboratories',
]);

/** Says by hand what a column becomes. */
export async function mapColumn(page, header, target) {
  await choose(page, page, `What ${header} becomes`, target);
  await expectChosen(page, `What ${header} becomes`, target);
}

/** The refused rows as the screen hands them out. */
export async function refusedRows(page) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download refused rows with reasons' }).click(),
  ]);
  return readCsv(await download.path());
}

/** Answers a question with a word or a span, and waits until it is kept. */
export async function answer(page, ask, words) {
  const kept = page.waitForResponse(
    (response) => response.request().method() === 'PUT' && /\/questionnaire\/[a-z_]+$/.test(response.url()),
  );
  await field(page, ask).fill(words);
  await field(page, ask).press('Enter');
  const response = await kept;
  if (!response.ok()) throw new Error(`${ask} answered ${response.status()}: ${await response.text()}`);
}

/** Whoever is invited joins the workspace under this name; gives the account. */
export async function join(api, name, email) {
  const { link } = await api.post('/invitations', { email, role: 'rep' });
  const guest = new Api(api.url);
  const accept = { name, password: 'a long enough password' };
  return (await guest.post(`/invitations/by-token/${link.split('/').at(-1)}/accept`, accept)).user;
}

/** Draws a territory of these countries, dealt out in turn among the members, and leaves it open. */
export async function drawTerritory(page, { name, purpose, countries, members }) {
  await page.getByRole('link', { name: 'New territory' }).click();
  await fill(page, { Name: name, Purpose: purpose });
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Country', exact: true }).click();
  await chooseAll(page, page, 'New value', countries);
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await choose(page, page, 'How companies are dealt out', 'In turn');
  for (const member of members) await choose(page, page, 'Add a member', member);
}

/** Wants companies that are owned by a member of their territory to be dealt out too. */
export async function dealAnew(page) {
  await page.getByRole('checkbox', { name: 'Deal all companies out anew' }).check();
}

/** Saves the territory that is open, and puts all of them into force, dealt out anew. */
export async function putIntoForce(page, api) {
  await send(page, page, 'Save', { method: 'POST', path: /\/territories$/ });
  await page.getByRole('link', { name: 'Territories', exact: true }).click();
  await dealAnew(page);
  const { job } = await send(page, page, 'Put into force', { method: 'POST', path: /\/territories\/apply$/ });
  await until('the territories to be in force', async () => (await api.get(`/jobs/${job.id}`)).state === 'done');
}
