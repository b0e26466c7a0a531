/** Which texts tell of an event of the log. Pure: `say` looks a text up and gives `otherwise` where there is none. */
import { stageKeys } from '@/api/model';

export type Payload = Record<string, unknown>;
export type Say = (key: string, otherwise: string) => string;

export function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

export function object(value: unknown): Payload {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Payload) : {};
}

/** The event's own kind, after which a text is named, and what it became, where that has a text of its own. */
export function keysOf(kind: string, data: Payload): string[] {
  const key = kind.replace(/\./g, '_');
  const variant = variantOf(kind, data);
  return variant ? [`${key}_${variant}`, key] : [key];
}

function variantOf(kind: string, data: Payload): string {
  switch (kind) {
    case 'deal.moved':
      return data.to_status !== 'open' && data.to_stage === data.from_stage ? 'ended' : '';
    case 'company.merged':
    case 'person.merged':
      return data.automatic === true ? 'automatic' : '';
    case 'deal.committee_changed':
      if (data.after === null) return 'left';
      return data.before === null ? 'joined' : '';
    case 'enrolment.moved':
      return text(data.after);
    case 'enrolment.step_left_out':
      return text(data.reason) === 'do_not_contact' ? '' : 'network';
    case 'piece.moved':
      return text(data.after);
    case 'objection.moved':
      return text(data.step);
    case 'reply.received':
      return text(data.class);
    case 'reply.corrected':
      return data.undone === true ? 'undone' : '';
    case 'conversation.assigned':
      return object(data.after).assigned_to ? '' : 'nobody';
    case 'research.decided':
      return text(data.verdict);
    case 'offer.feedback':
      return data.kind === 'question' || data.kind === 'comment' ? data.kind : '';
    case 'activity.changed':
      return data.meeting ? `meeting_${text(data.meeting)}` : '';
    case 'consent.given':
      return data.confirmed === true ? 'confirmed' : '';
    case 'lead.arrived':
      return data.new_person === true ? 'new' : '';
    default:
      return '';
  }
}

/** Why a sequence stopped or somebody gets no more mail: a word of the server, or what somebody wrote. */
export function stopReason(say: Say, reason: unknown): string {
  const word = text(reason).replace(/^suppressed_/, '');
  return word && say(`timeline.stop.${word}`, word);
}

/** What the text of a kind has place for. */
export function valuesOf(kind: string, data: Payload, say: Say) {
  const before = object(data.before);
  const after = object(data.after);
  const place = (value: unknown, grade: unknown) => {
    const word = text(value);
    if ((stageKeys as readonly string[]).includes(word)) return say(`stage.${word}.name`, word);
    return word ? say(`offer.awareness.level.${word}`, word) : text(grade);
  };
  return {
    title: text(data.title) || text(after.title),
    subject: text(data.subject) || text(after.subject),
    summary: text(data.summary) || text(after.summary),
    from: place(data.from_stage ?? data.from, before.grade),
    to: place(data.to_stage ?? data.to, after.grade),
    outcome: say(`records.outcome.${text(data.outcome)}`, ''),
    status: say(`stage.status.${text(data.to_status)}`, ''),
    merged: text(data.merged_name) || '…',
    what: whatOf(kind, data, say),
  };
}

function whatOf(kind: string, data: Payload, say: Say): string {
  const word = (group: string, value: unknown) => say(`${group}.${text(value)}`, text(value));
  switch (kind) {
    case 'offer.ended':
      return word('offer.state', data.state);
    case 'offer.signed':
      return text(data.name);
    case 'offer.feedback':
      return text(data.words);
    case 'offer.discounted':
      return typeof data.discount_bp === 'number' ? `${data.discount_bp / 100}%` : '';
    case 'offer.reviewed':
      return word('offer.review.state', data.decision);
    case 'objection.raised':
      return word('offer.objection.kind', data.stated_kind);
    case 'objection.understood':
      return word('offer.objection.kind', data.real_kind);
    case 'finding.added':
    case 'finding.removed':
      return word('qualification.finding', data.kind);
    case 'bant.rated':
    case 'bant.withdrawn': {
      const factor = word('qualification.bant.factor', data.factor);
      const rating = say(`qualification.bant.rating.${text(data.factor)}_${String(data.rating)}`, '');
      return [factor, rating].filter(Boolean).join(', ');
    }
    case 'committee.role_proved':
      return word('qualification.role', data.role);
    case 'signal.seen':
      return say(`timeline.signal.${text(data.kind)}`, text(data.kind));
    case 'enrolment.step_left_out':
      return say(`records.choice.preferred_channel.${text(data.channel)}`, text(data.channel));
    case 'mail.clicked':
      return text(data.url);
    case 'piece.created':
    case 'piece.changed':
      return word('outreach.piece.kinds', object(data.after).kind);
    case 'piece.moved':
    case 'piece.deleted':
      return word('outreach.piece.kinds', data.kind);
    case 'snippet.created':
    case 'snippet.changed':
      return text(object(data.after).name);
    case 'snippet.deleted':
    case 'transcript.added':
    case 'transcript.mapped':
    case 'transcript.deleted':
      return text(data.name);
    case 'contact.suppressed':
      return stopReason(say, data.reason);
    case 'consent.given':
      return text(data.how);
    case 'reply.corrected':
      return [object(data.before).intent, data.intent].map((one) => word('kit.intent.name', one)).join(' → ');
    case 'enrichment.filled':
      return text(data.provider);
    case 'conversation.assigned':
      return text(data.assigned_name);
    default:
      return '';
  }
}

/** What was said or written, beneath the title. */
export function bodyOf(kind: string, data: Payload, say: Say): string {
  const said = object(data.said);
  const after = object(data.after);
  switch (kind) {
    case 'deal.moved':
      return lines([
        say(`records.choice.lost_reason.${text(data.reason)}`, text(data.reason)),
        say(`cycle.cause.${text(data.cause)}`, text(data.cause)),
        data.note,
        ...Object.entries(object(data.reasons)).map(
          ([key, reason]) => `${say(`stage.criterion.${key}`, key)}: ${text(reason)}`,
        ),
      ]);
    case 'deal.committee_changed': {
      const roles = Array.isArray(after.roles) ? after.roles.map(String) : [];
      return lines([roles.map((role) => say(`qualification.role.${role}`, role)).join(', '), after.evidence]);
    }
    case 'enrolment.moved':
      return '';
    case 'objection.moved':
      return lines([said.question, said.answer, said.text, said.words, said.reason]);
    case 'closing.attempted':
      return lines([data.words, data.answer_words, data.override_reason]);
    case 'closing.page_step_done':
    case 'closing.fact_stated':
    case 'closing.fact_withdrawn':
      return text(data.what);
    case 'closing.reminded':
      return lines(Array.isArray(data.steps) ? data.steps : []);
    case 'closing.summary_sent':
      return lines(Array.isArray(data.recipients) ? data.recipients : []);
    case 'closing.nudged':
      return lines([data.subject, data.override_reason]);
    case 'closing.loss_noted':
      return text(data.lesson);
    case 'consent.withdrawn':
      return stopReason(say, data.reason);
    case 'consent.untold':
      return say(`outreach.basis.untold_why.${text(data.why)}`, text(data.why));
    default: {
      const words = [
        data.text,
        data.body,
        data.message,
        data.excerpt,
        data.words,
        data.quote,
        data.stated,
        data.evidence,
      ];
      const more = [data.note, data.why_them, data.override_reason, data.reason];
      return [...words, ...more].map(text).find(Boolean) ?? '';
    }
  }
}

function lines(parts: unknown[]): string {
  return parts.map(text).filter(Boolean).join('\n');
}
