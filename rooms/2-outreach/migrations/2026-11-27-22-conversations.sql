-- What one person and one mailbox of ours write to each other, and where that stands in the shared inbox. It stands on
-- the newest mail of theirs that counts (`message_id`), and `listed_at` is its place in the list: when that came, or when it woke.
CREATE TABLE conversation (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  mailbox_id {uuid} NOT NULL REFERENCES mailbox (id),
  person_id {uuid} NOT NULL,
  company_id {uuid},
  deal_id {uuid},
  message_id {uuid} NOT NULL REFERENCES message (id),
  class TEXT NOT NULL,
  intent TEXT,
  state TEXT NOT NULL,
  assigned_to {uuid},
  snoozed_until BIGINT,
  last_in_at BIGINT NOT NULL,
  answered_at BIGINT,
  listed_at BIGINT NOT NULL,
  was {json},
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX conversation_list ON conversation (workspace_id, state, COALESCE(listed_at, -1), id);
CREATE INDEX conversation_of_member ON conversation (workspace_id, assigned_to, state, COALESCE(listed_at, -1), id);
CREATE INDEX conversation_of_nobody ON conversation (workspace_id, state, COALESCE(listed_at, -1), id) WHERE assigned_to IS NULL;
CREATE INDEX conversation_of_mailbox ON conversation (workspace_id, mailbox_id, state, COALESCE(listed_at, -1), id);
CREATE INDEX conversation_of_class ON conversation (workspace_id, class, state, COALESCE(listed_at, -1), id);
CREATE INDEX conversation_of_intent ON conversation (workspace_id, intent, state, COALESCE(listed_at, -1), id);
CREATE INDEX conversation_of_person ON conversation (person_id, mailbox_id);
CREATE INDEX conversation_of_company ON conversation (company_id) WHERE company_id IS NOT NULL;
CREATE INDEX conversation_on_message ON conversation (message_id);
CREATE INDEX conversation_to_wake ON conversation (snoozed_until) WHERE state = 'snoozed';

-- The signature of whoever answers from a colleague's mailbox.
ALTER TABLE message ADD COLUMN signature TEXT;

-- What was answered by hand since is done; the rest waits.
INSERT INTO conversation (id, workspace_id, mailbox_id, person_id, company_id, deal_id, message_id, class, intent, state,
  assigned_to, last_in_at, answered_at, listed_at, revision, created_at, updated_at)
SELECT m.id, m.workspace_id, m.mailbox_id, m.person_id, m.company_id, m.deal_id, m.id, 'human', m.intent,
  CASE WHEN m.intent = 'unsubscribe' OR EXISTS (SELECT 1 FROM message o WHERE o.person_id = m.person_id AND o.direction = 'out'
    AND o.origin = 'hand' AND o.created_at >= m.created_at) THEN 'done' ELSE 'open' END,
  b.owner_id, m.created_at,
  (SELECT MAX(o.created_at) FROM message o WHERE o.person_id = m.person_id AND o.direction = 'out' AND o.origin = 'hand'
    AND o.created_at >= m.created_at),
  m.created_at, 1, m.created_at, m.created_at
FROM message m JOIN mailbox b ON b.id = m.mailbox_id
WHERE m.direction = 'in' AND m.state = 'received' AND m.class = 'human' AND m.person_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM message n WHERE n.person_id = m.person_id AND n.mailbox_id = m.mailbox_id AND n.direction = 'in'
    AND n.class = 'human' AND (n.created_at, n.id) > (m.created_at, m.id));
