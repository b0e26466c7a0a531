//! The words this room adds to the event log.

/// A profile was written down. Payload: `after`.
pub const PROFILE_CREATED: &str = "icp.profile_created";
/// The working copy of a profile changed. Payload: `before`, `after`.
pub const PROFILE_CHANGED: &str = "icp.profile_changed";
/// A profile was deleted. Payload: `name`.
pub const PROFILE_DELETED: &str = "icp.profile_deleted";
/// A profile was published. Payload: `before` and `after` (`profile_id`, `name`, `version`, `criteria`;
/// `before` is null for the first), `note`.
pub const PUBLISHED: &str = "icp.published";
/// A company went from one known grade to another. Payload: `before` and `after` (`grade`, `score`),
/// `profile_id`, `version`.
pub const GRADE_CHANGED: &str = "icp.grade_changed";
/// Research on a deal was saved. Payload: `before` and `after` (`items`, `grade_waived`).
pub const RESEARCH_SAVED: &str = "research.saved";
/// A company's research was decided on. Payload: `verdict` (`done`, `later`, `unfit`, `open`), `reason`, `wake_at`.
pub const RESEARCH_DECIDED: &str = "research.decided";
/// A territory was drawn. Payload: `after`.
pub const TERRITORY_CREATED: &str = "territory.created";
/// A territory was redefined; nothing changes hands by it. Payload: `before`, `after`.
pub const TERRITORY_CHANGED: &str = "territory.changed";
/// A territory was given up. Payload: `name`.
pub const TERRITORY_DELETED: &str = "territory.deleted";
/// The territories were put into force. Payload: `run_id`, `planned`, `choices`.
pub const TERRITORIES_APPLIED: &str = "territory.applied";
/// A form was set up. Payload: `after`.
pub const FORM_CREATED: &str = "lead_form.created";
/// A form was changed. Payload: `before`, `after`.
pub const FORM_CHANGED: &str = "lead_form.changed";
/// A form was deleted. Payload: `before`.
pub const FORM_DELETED: &str = "lead_form.deleted";
/// A source of values was set up. Payload: `after`.
pub const ENRICHMENT_PROVIDER_CREATED: &str = "enrichment_provider.created";
/// A source of values was changed. Payload: `before`, `after`; never its secrets.
pub const ENRICHMENT_PROVIDER_CHANGED: &str = "enrichment_provider.changed";
/// A source of values was taken away. Payload: `name`.
pub const ENRICHMENT_PROVIDER_DELETED: &str = "enrichment_provider.deleted";
/// A source filled fields of a record in; the change that follows names this as its cause. Payload: `provider_id`,
/// `provider`, `fields`, `source_url`.
pub const ENRICHMENT_FILLED: &str = "enrichment.filled";
/// Somebody refused what a source proposed. Payload: `fields`, `values`.
pub const ENRICHMENT_REJECTED: &str = "enrichment.rejected";
/// A question on the ideal customer was answered, or its answer taken back. Payload: `question`, `before`, `after`.
pub const QUESTION_ANSWERED: &str = "icp.question_answered";
