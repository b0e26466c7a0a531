// One lead from a list to won, in a browser, with mail over real SMTP and the answer over real IMAP.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Api } from './lib/api.mjs';
import { launch, openPage, withEvidence } from './lib/browser.mjs';
import * as beginning from './lib/journey/beginning.mjs';
import * as deal from './lib/journey/deal.mjs';
import * as outreach from './lib/journey/outreach.mjs';
import * as rates from './lib/journey/rates.mjs';
import { MailHost } from './lib/mail-host.mjs';
import { cleanUp } from './lib/place.mjs';
import { Server } from './lib/server.mjs';
import { until } from './lib/wait.mjs';

const at = {};

before(async () => {
  at.mail = await MailHost.start(outreach.accounts);
  at.server = await Server.start();
  at.browser = await launch();
  at.page = await openPage(at.browser, { url: at.server.url });
  at.api = new Api(at.server.url);
});

after(cleanUp);

test('one lead walks from a list to won, and the five rates are exact', { timeout: 240_000 }, async (t) => {
  const { page, api, mail } = at;
  let broken = false;
  // A step others stand on ends the walk when it fails; a look does not.
  const step = (name, body, { blocks = true } = {}) =>
    t.test(name, { skip: broken && 'a step before it failed' }, async () => {
      try {
        await withEvidence(`whole-product ${name}`, at, body);
      } catch (error) {
        broken ||= blocks;
        throw error;
      }
    });

  await step('the first-run page makes the owner', async () => {
    await beginning.createOwner(page);
    const cookies = await page.context().cookies();
    api.cookie = cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  });

  for (const list of beginning.lists) {
    await step(`${list.file} is imported whole`, () => beginning.importList(page, api, list));
  }
  await step('Korean names are intact on the screen', () => beginning.openCompany(page, '삼성바이오로직스'));
  await step('a profile is published and grades appear', async () => {
    await beginning.publishProfile(page, api);
    await beginning.seeGrade(page, 'Betasoloin', 'A');
  });

  await step('a person and a deal are made', async () => {
    at.deal = await deal.addPersonAndDeal(page);
    await deal.addToCommittee(page);
  });
  await step('research opens the first gate', async () => {
    await deal.research(page);
    await deal.advance(page, 'Advance', 'Outreach');
  });

  await step('a mailbox is tested step by step', () => outreach.connectMailbox(page, mail));
  await step('a sequence of two mails is activated', () => outreach.writeSequence(page));
  await step('the first mail arrives with the right headers', async () => {
    await page.goto(`/deals/${at.deal}`);
    await outreach.enrol(page);
    at.first = await outreach.firstMail(mail);
    await until('the second mail to be planned', () => outreach.secondIsPlanned(api, at.deal).then(() => true));
  });
  await step('the answer stands on the deal and ends the sequence', () =>
    outreach.answer(page, api, mail, at.deal, at.first),
  );
  await step('the answer opens the gate of outreach', () => deal.advance(page, 'Advance', 'Qualification'));

  await step('calls and a meeting are logged', async () => {
    await deal.open(page, 'Timeline');
    await deal.log(page, 'Call', 'Nobody picked up', { outcome: 'No answer' });
    await deal.log(page, 'Call', 'Talked about shift plans', { minutes: 5 });
    await deal.log(page, 'Meeting', 'Agreed on a trial', { outcome: 'Held', minutes: 30 });
  });
  await step('discovery, BANT and the committee qualify the deal', async () => {
    await deal.qualify(page);
    await deal.giveRole(page, 'Decision maker');
    await deal.proveRole(page);
    await deal.advance(page, 'Advance', 'Nurturing');
  });
  await step('value and awareness are noted', async () => {
    await deal.nurture(page);
    await deal.advance(page, 'Advance', 'Offer');
  });
  await step('an offer is sent and answered', () => deal.offer(page));
  await step('an objection is settled in their words', async () => {
    await deal.raiseObjection(page);
    await deal.advance(page, 'Advance', 'Objections');
    await deal.settleObjection(page);
    await deal.advance(page, 'Advance', 'Closing');
  });
  await step('their yes and the plan win the deal', async () => {
    await deal.close(page);
    await deal.win(page);
  });

  await step('a dial to another company is counted too', async () => {
    await beginning.openCompany(page, 'Betatech');
    await deal.log(page, 'Call', '', { outcome: 'Voicemail' });
  });
  await step('all five rates are exact in both views', async () => {
    for (const view of ['cohort', 'period']) {
      await until(`the ${view} rates to be counted`, async () => {
        assert.deepEqual(await rates.ratesOf(api, view), rates[view]);
        return true;
      });
      await rates.seeRates(page, view);
    }
  });
  await step('the timeline says what ended the sequence', () => outreach.seeWhatEndedIt(page, at.deal), {
    blocks: false,
  });
  await step('the second mail was never sent', () => outreach.secondNeverSent(api, mail, at.deal));
  await step('the browser complained of nothing', () => {
    assert.deepEqual(page.complaints.filter((one) => !beginning.nobodyYet.test(one)), []);
  });
});
