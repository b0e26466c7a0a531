//! What the planner hands to senders of its node: the same as what is written down, and never believed over it.

use kernel::MessageId;
use outreach::engine::claim::{Claimed, claim, outboxes};
use outreach::engine::{Handed, plan};
use outreach::message;
use records::on_both_databases;
use records::testing::House;
use serde_json::json;

use crate::support::{answer_to, arrive, doors, enrol, mails, pass, person, sandbox, sequence, text};

/// One person whose first mail was planned and handed over.
async fn planned(house: &House) -> (String, String, Handed) {
    let (mailbox, handed) = (sandbox(house).await, Handed::default());
    let sequence = sequence(house, &mailbox).await;
    let ada = person(house, "Ada", "ada@customer.test").await;
    let id = enrol(house, &sequence, &ada).await;
    assert_eq!(plan::plan_for(&house.app, &handed).await.expect("planned"), 1);
    (mailbox, id, handed)
}

async fn claim_all(house: &House, handed: &Handed) -> Vec<Claimed> {
    let mut all = Vec::new();
    for outbox in outboxes(&house.app).await.expect("the database") {
        all.extend(claim(&house.app, handed, outbox, 10).await.expect("the database").mails);
    }
    all
}

on_both_databases!(what_is_handed_over_is_what_was_written_down, the_same, doors);
async fn the_same(house: House) {
    let (_, _, handed) = planned(&house).await;
    let claimed = claim_all(&house, &handed).await;
    let [mail] = &claimed[..] else { panic!("{claimed:?}") };
    let of = |id: MessageId| message::find(&house.app.db, house.owner.workspace, id);
    let row = of(mail.message.id).await.expect("the database").expect("a mail");
    let mut ours = mail.message.clone();
    ours.updated_at = row.updated_at;
    assert_eq!(ours, row);
}

on_both_databases!(a_mail_handed_over_does_not_leave_once_its_enrolment_is_over, over, doors);
async fn over(house: House) {
    let (mailbox, id, handed) = planned(&house).await;
    let ours = mails(&house, &id, "out").await.remove(0);
    assert!(arrive(&house, &mailbox, 1, &answer_to(&house, &ours, "We met last week, call me.")).await);
    assert!(claim_all(&house, &handed).await.is_empty());
    assert_eq!(mails(&house, &id, "out").await[0]["state"], "cancelled");
}

on_both_databases!(what_changed_after_it_was_handed_over_is_read_anew, changed, doors);
async fn changed(house: House) {
    let (_, id, handed) = planned(&house).await;
    let ours = mails(&house, &id, "out").await.remove(0);
    house.patch(&format!("/messages/{}", text(&ours["id"])), json!({ "subject": "Another subject" })).await;
    assert!(claim_all(&house, &handed).await.is_empty(), "its row is not as it was");
    let claimed = claim_all(&house, &handed).await;
    assert_eq!(claimed.first().expect("a mail").message.subject, "Another subject");
}

on_both_databases!(what_was_handed_over_long_ago_is_read_anew, old, doors);
async fn old(house: House) {
    let (_, _, handed) = planned(&house).await;
    pass(&house, 61);
    assert_eq!(claim_all(&house, &handed).await.len(), 1);
}
