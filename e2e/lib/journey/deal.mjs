// A deal from research to won, on its own page.
import { choose, chooseAll, expectChosen, field, fill, find, section, send } from '../forms.mjs';

const soon = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

export const person = { family: 'Moreau', given: 'Claire', email: 'claire@betasoloin.test', title: 'Head of operations' };
export const dealName = 'Betasoloin scheduling';

/** On an open company: a person with an address, then a deal with a value and the reason why them. */
export async function addPersonAndDeal(page) {
  await page.getByRole('button', { name: 'New person', exact: true }).last().click();
  const first = page.getByRole('dialog');
  await fill(first, {
    'Family name': person.family,
    'Given name': person.given,
    Title: person.title,
    'E-mail': person.email,
  });
  await send(page, first, 'Create', { method: 'POST', path: /\/people$/ });
  await page.getByRole('link', { name: /Claire Moreau/ }).first().waitFor();
  await page.getByRole('button', { name: 'New deal', exact: true }).last().click();
  const second = page.getByRole('dialog');
  await fill(second, { Name: dealName, Value: '12000', 'Why them, why now': 'You opened two laboratories this year.' });
  const deal = await send(page, second, 'Create', { method: 'POST', path: /\/deals$/ });
  await page.goto(`/deals/${deal.id}`);
  await page.getByRole('heading', { level: 1, name: dealName }).waitFor();
  return deal.id;
}

/** Puts the person into the buying committee. */
export async function addToCommittee(page) {
  const committee = section(page, 'Buying committee');
  await committee.getByRole('button', { name: 'Add a person' }).click();
  await find(page, committee, 'Add a person', 'Claire Moreau');
  await committee.getByRole('link', { name: 'Claire Moreau' }).waitFor();
}

export async function giveRole(page, role) {
  const saved = page.waitForResponse((r) => r.request().method() === 'PUT' && /\/people\//.test(r.url()) && r.ok());
  await chooseAll(page, section(page, 'Buying committee'), 'Roles of Claire Moreau', [role]);
  await saved;
}

/** Writes how we know of the role; it is kept when the field is left. */
export async function proveRole(page) {
  const committee = section(page, 'Buying committee');
  await committee.getByText(/^Say how we know/).waitFor();
  const saved = page.waitForResponse((r) => r.request().method() === 'PUT' && /\/people\//.test(r.url()) && r.ok());
  const evidence = field(committee, 'How we know the roles of Claire Moreau');
  await evidence.fill('Said in the meeting that she signs');
  await evidence.press('Tab');
  await saved;
  await committee.getByText(/^Say how we know/).waitFor({ state: 'detached' });
}

/** Opens one of the deal's rooms, or its timeline. */
export async function open(page, room) {
  const middle = page.locator('section[aria-label="Timeline"]');
  await middle.getByRole('button', { name: room, exact: true }).click();
  return middle;
}

/** Follows the next step once the gate is open, and waits for the stage after it. */
export async function advance(page, button, stage) {
  const next = page.locator('section[aria-label="Next step"]');
  await next.getByRole('button', { name: button, exact: true }).click();
  await page.getByRole('img', { name: new RegExp(`^Stage \\d of 7: ${stage}$`) }).first().waitFor();
}

export async function research(page) {
  const room = await open(page, 'Research');
  const notes = { 'What they do': 'Run laboratories', 'Trigger or news': 'Two openings', 'Likely challenge': 'Planning by hand' };
  for (const [label, text] of Object.entries(notes)) {
    await field(room, label).fill(text);
    await room.getByLabel('Source: link or where you read it').last().fill('https://betasoloin.test/news');
  }
  await send(page, room, 'Save', { method: 'PUT', path: /\/research$/ });
}

/** Writes into the composer of the page at hand. */
export async function log(page, kind, text, { outcome, minutes } = {}) {
  const middle = page.locator('section[aria-label="Timeline"]');
  await middle.getByRole('radiogroup').getByText(kind, { exact: true }).click();
  await field(middle, kind).fill(text);
  if (outcome) await choose(page, middle, 'Outcome', outcome);
  if (minutes) await field(middle, 'Minutes').fill(String(minutes));
  await send(page, middle, 'Save', { method: 'POST', path: /\/activities$/ });
}

export async function qualify(page) {
  const room = await open(page, 'Qualification');
  const discovery = section(room, 'Discovery');
  for (const [kind, summary, words] of [
    ['Challenge', 'Shifts are planned by hand', 'It takes us two days a week'],
    ['Goal', 'Plan a week in an hour', 'An hour would be a dream'],
    ['Current solution', 'A shared sheet', 'We all write into one sheet'],
  ]) {
    await choose(page, discovery, 'Kind of finding', kind);
    await fill(discovery, { 'In a sentence': summary, 'In their own words': words });
    await send(page, discovery, 'Add', { method: 'POST', path: /\/findings$/ });
    await discovery.getByText(summary, { exact: true }).waitFor();
  }
  const bant = section(room, 'Need, budget, authority, timing');
  for (const [factor, rating] of [
    [0, 'Pressing'],
    [1, 'Planned or approved'],
    [2, 'Decision maker engaged'],
    [3, 'Within 3 months'],
  ]) {
    await bant.getByRole('button', { name: 'Rate', exact: true }).nth(factor).click();
    const form = bant.locator('form');
    await form.getByText(rating, { exact: true }).click();
    await field(form, 'In their own words').fill('We said so in the call');
    await send(page, form, 'Save', { method: 'POST', path: /\/bant\// });
    await form.waitFor({ state: 'detached' });
  }
  await bant.getByText('Qualified', { exact: true }).waitFor();
}

export async function nurture(page) {
  const room = await open(page, 'Awareness');
  const touches = section(room, 'Value given');
  for (const [kind, title] of [
    ['Help', 'A template for shift plans'],
    ['Proof', 'How a laboratory like theirs does it'],
  ]) {
    await choose(page, touches, 'Kind of value', kind);
    await field(touches, 'What they got from us').fill(title);
    await send(page, touches, 'Add', { method: 'POST', path: /\/value-touches$/ });
  }
  const level = section(room, 'How aware they are');
  await level.getByRole('radio', { name: /^Product aware/ }).click();
  await field(level, 'In their own words').fill('They asked about the trial');
  await send(page, level, 'Save', { method: 'POST', path: /\/awareness$/ });
}

/** Builds an offer of one line tied to what was found, sends it, and notes what they answered. */
export async function offer(page) {
  const deal = page.url();
  const offers = section(await open(page, 'Offer'), 'Offers');
  await send(page, offers, 'Make an offer', { method: 'POST', path: /\/offers$/ });
  const packages = section(page, 'Packages');
  await packages.getByRole('button', { name: 'Empty line' }).click();
  await field(packages, 'What it is').fill('Scheduling for four laboratories');
  await field(packages, 'Price for one').fill('12000');
  const needs = 'Needs that Scheduling for four laboratories answers';
  await chooseAll(page, packages, needs, ['Shifts are planned by hand', 'Plan a week in an hour']);
  await page.getByRole('checkbox', { name: 'No long-term ambition is known' }).click();
  await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
  const sending = section(page, 'Approval and sending');
  await chooseAll(page, sending, 'Sent to', ['Claire Moreau']);
  await send(page, sending, 'Mark as sent', { method: 'POST', path: /\/send$/ });
  await choose(page, sending, 'They answered', 'By mail');
  await field(sending, 'In their own words').fill('It is what we need, though not cheap');
  await send(page, sending, 'Add', { method: 'POST', path: /\/feedback$/ });
  await page.goto(deal);
}

export async function raiseObjection(page) {
  const room = await open(page, 'Objections');
  const objections = section(room, 'Objections');
  await field(objections, 'What they said, word for word').fill('It costs more than the sheet');
  await send(page, objections, 'Add', { method: 'POST', path: /\/objections$/ });
  return objections;
}

export async function settleObjection(page) {
  await open(page, 'Objections');
  const objections = section(page.locator('section[aria-label="Timeline"]'), 'Objections');
  const step = { method: 'POST', path: /\/steps$/ };
  await send(page, objections, 'Said so', step);
  await fill(objections, { 'Your question': 'What does the sheet cost a week?', 'Their answer': 'Two days' });
  await send(page, objections, 'Asked and heard', step);
  await field(objections, 'Your answer').fill('Then it pays within a month');
  await send(page, objections, 'Answered', step);
  // The committee has one person, so who said it is chosen already.
  await expectChosen(objections.locator('form').last(), 'Who said it', 'Claire Moreau');
  await field(objections, 'Is it settled? Their words').fill('Yes, that settles it');
  await send(page, objections, 'Settled', step);
}

export async function close(page) {
  const room = await open(page, 'Closing plan');
  await field(room, 'Written yes').fill('We go ahead');
  await send(page, section(room, 'Their yes'), 'Save', { method: 'POST', path: /\/acceptance$/ });
  await room.getByText('We go ahead').waitFor();
  await fill(room, {
    'Start date': soon(30),
    'Legal name for the invoice': 'Betasoloin Inc.',
    'Billing contact': 'billing@betasoloin.test',
  });
  for (const [side, what, who, label] of [
    ['Ours', 'Send the contract', 'Alex Stone', 'Who of us'],
    ['Theirs', 'Name the project lead', 'Claire Moreau', 'Who of them'],
  ]) {
    const steps = section(room, 'Next steps on both sides');
    await steps.getByRole('button', { name: side, exact: true }).click();
    await steps.getByLabel('What', { exact: true }).last().fill(what);
    await field(steps, label).fill(who);
    await steps.getByLabel('Due', { exact: true }).last().fill(soon(10));
  }
  await send(page, room.locator('form').last(), 'Save', { method: 'PUT', path: /\/closing-plan$/ });
}

export async function win(page) {
  const next = page.locator('section[aria-label="Next step"]');
  await next.getByRole('button', { name: 'Mark won', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await field(dialog, 'Start date').fill(soon(30));
  await send(page, dialog, 'Mark won', { method: 'POST', path: /\/move$/ });
  await page.getByRole('article').getByText('Won', { exact: true }).first().waitFor();
}
