//! The words of the event log that records and rooms share.
//!
//! A room that reacts to an event reads its kind and payload from here, never from the room that
//! wrote it.

/// A company was written down. Payload: `after`.
pub const COMPANY_CREATED: &str = "company.created";
/// Fields of a company changed. Payload: `before`, `after`.
pub const COMPANY_CHANGED: &str = "company.changed";
/// A company was deleted.
pub const COMPANY_DELETED: &str = "company.deleted";
/// A deleted company came back.
pub const COMPANY_RESTORED: &str = "company.restored";
/// A person was written down. Payload: `after`.
pub const PERSON_CREATED: &str = "person.created";
/// Fields of a person changed. Payload: `before`, `after`.
pub const PERSON_CHANGED: &str = "person.changed";
/// A person was deleted.
pub const PERSON_DELETED: &str = "person.deleted";
/// A deleted person came back.
pub const PERSON_RESTORED: &str = "person.restored";
/// Two companies became one. Payload: `merge_id`, `kept_id`, `merged_id`, `merged_name`, `before`, `after`, `moved`.
pub const COMPANY_MERGED: &str = "company.merged";
/// Two people became one. Payload as of [`COMPANY_MERGED`].
pub const PERSON_MERGED: &str = "person.merged";
/// A merge of companies was taken back. It is on no timeline, as if the merge had never been. Payload:
/// `merge_id`, `kept_id`, `merged_id`.
pub const COMPANY_MERGE_UNDONE: &str = "company.merge_undone";
/// A merge of people was taken back. As [`COMPANY_MERGE_UNDONE`].
pub const PERSON_MERGE_UNDONE: &str = "person.merge_undone";

/// Both records of an event that tells of a merge or of its undoing.
#[must_use]
pub fn merged_records(event: &store::Event) -> Vec<uuid::Uuid> {
    let id = |key: &str| event.payload[key].as_str().and_then(|id| id.parse().ok());
    ["kept_id", "merged_id"].into_iter().filter_map(id).collect()
}

/// A deal was opened. Payload: `after`.
pub const DEAL_CREATED: &str = "deal.created";
/// Fields of a deal changed. Payload: `before`, `after`.
pub const DEAL_CHANGED: &str = "deal.changed";
/// A deal was deleted.
pub const DEAL_DELETED: &str = "deal.deleted";
/// A deleted deal came back.
pub const DEAL_RESTORED: &str = "deal.restored";
/// A deal changed stage or status. Payload: `move`, `from_stage`, `from_status`, `to_stage`,
/// `to_status`, `seconds_in_stage`, `forced`, `reason`, `transition_id`.
pub const DEAL_MOVED: &str = "deal.moved";
/// A move was taken back. Payload: `transition_id`, and the stage and status it is in again.
pub const DEAL_MOVE_UNDONE: &str = "deal.move_undone";
/// Somebody joined, changed in or left the buying committee. Payload: `before`, `after`.
pub const COMMITTEE_CHANGED: &str = "deal.committee_changed";
/// A task was made. Payload: `title`, `kind`, `due_on`.
pub const TASK_CREATED: &str = "task.created";
/// A task changed. Payload: `before`, `after`.
pub const TASK_CHANGED: &str = "task.changed";
/// A task was done. Payload: `title`, `kind`.
pub const TASK_DONE: &str = "task.done";
/// A done task was opened again.
pub const TASK_REOPENED: &str = "task.reopened";
/// A task was cancelled or skipped.
pub const TASK_CANCELLED: &str = "task.cancelled";
/// A note was taken. Payload: `body`.
pub const NOTE_ADDED: &str = "note.added";
/// A call was logged. Payload: `direction`, `outcome`, `disposition`, `two_way`, `duration_seconds`, `body`.
pub const CALL_LOGGED: &str = "call.logged";
/// A meeting was logged. Payload: `outcome`, `title`, `body`.
pub const MEETING_LOGGED: &str = "meeting.logged";
/// A note, call or meeting was corrected; it replaces what was logged. Payload: `kind`, `before`, `after`.
pub const ACTIVITY_CHANGED: &str = "activity.changed";
/// A note, call or meeting was deleted: as if it had never been. Payload: `kind`.
pub const ACTIVITY_DELETED: &str = "activity.deleted";
/// Many records were changed by one action. Payload: `kind`, `action`, `count`. Its parts name it as their cause.
pub const BULK_DONE: &str = "records.bulk_done";
/// A change was taken back. Payload: `event_id`, `kind`.
pub const CHANGE_UNDONE: &str = "change.undone";
/// An import was started. Payload: `file`, `kind`, `dry_run`.
pub const IMPORT_STARTED: &str = "import.started";
/// An import ended. Payload: `kind`, `file`, `created`, `updated`, `skipped`, `refused`.
pub const IMPORT_ENDED: &str = "import.ended";
/// A human or automatic answer came in. Payload: `class`, `intent`, `positive`, `message_id`,
/// `answers_message_id`, `sequence_id`, `excerpt`.
pub const REPLY_RECEIVED: &str = "reply.received";
/// Somebody corrected what a reply was taken for, or took that back (`undone`). Payload: `message_id`, `intent`,
/// `positive`, `undone`, `before`.
pub const REPLY_CORRECTED: &str = "reply.corrected";
/// An outreach mail was accepted by the first mail server. Payload: `message_id`, `sequence_id`, `step`, `subject`.
pub const MAIL_SENT: &str = "mail.sent";
/// A mail came back. Payload: `message_id`, `bounce_kind`, `hard`.
pub const MAIL_BOUNCED: &str = "mail.bounced";
/// A piece of post was printed, posted, delivered or came back. Payload: `kind`, `before`, `after` (states), `sequence_id`.
pub const PIECE_MOVED: &str = "piece.moved";
/// Somebody got in touch through a form, or another system passed them on. Payload: `message`, `source`, `form`
/// (its name), `form_id`, `consent` (whether they agreed), `new_person`, `new_company`, `updated_fields`.
pub const LEAD_ARRIVED: &str = "lead.arrived";
/// A consent was put on record, or confirmed. Payload: `kind`, `how`, `given_at`, `confirmed`.
pub const CONSENT_GIVEN: &str = "consent.given";
/// A consent was taken back. Payload: `kind`, `reason`.
pub const CONSENT_WITHDRAWN: &str = "consent.withdrawn";
/// Somebody must not be written to any more. Payload: `scope` (`address`, `person`, `domain`), `text`, `reason`.
pub const CONTACT_SUPPRESSED: &str = "contact.suppressed";
/// They may be written to again. Payload as of [`CONTACT_SUPPRESSED`].
pub const CONTACT_SUPPRESSION_LIFTED: &str = "contact.suppression_lifted";
/// What was said in a call or a meeting was put on record. Payload: `activity_id`, `kind`, `name`, `cues`, `consent_how`,
/// `consent_by`.
pub const TRANSCRIPT_ADDED: &str = "transcript.added";
/// It was said who speaks in a transcript. Payload: `name`, `before`, `after`.
pub const TRANSCRIPT_MAPPED: &str = "transcript.mapped";
/// A transcript was deleted: as if it had never been. Payload: `name`.
pub const TRANSCRIPT_DELETED: &str = "transcript.deleted";
