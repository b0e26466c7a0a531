import app from './app.json';
import calls from './calls.json';
import closing from './closing.json';
import cycle from './cycle.json';
import discovery from './discovery.json';
import enrichment from './enrichment.json';
import entry from './entry.json';
import error from './error.json';
import imports from './imports.json';
import inbox from './inbox.json';
import insight from './insight.json';
import kit from './kit.json';
import nurturing from './nurturing.json';
import objections from './objections.json';
import offer from './offer.json';
import offerpage from './offerpage.json';
import outreach from './outreach.json';
import prospecting from './prospecting.json';
import qualification from './qualification.json';
import records from './records.json';
import settings from './settings.json';
import stage from './stage.json';
import talk from './talk.json';
import timeline from './timeline.json';
import today from './today.json';

export const messages = {
  app,
  calls,
  closing,
  cycle,
  discovery,
  enrichment,
  entry,
  error,
  imports,
  inbox,
  insight,
  kit,
  nurturing,
  objections,
  offer,
  offerpage,
  outreach,
  prospecting,
  qualification,
  records,
  settings,
  stage,
  talk,
  timeline,
  today,
};
