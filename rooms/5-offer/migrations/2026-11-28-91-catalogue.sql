-- What we sell.
CREATE TABLE product (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  code TEXT NOT NULL,
  content {json} NOT NULL,
  cost_minor BIGINT,
  cost_currency TEXT,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT,
  UNIQUE (workspace_id, code)
);

-- Prices: a draft that is worked on, and published versions that never change.
CREATE TABLE price_book (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  draft {json} NOT NULL,
  revision BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  archived_at BIGINT
);
CREATE INDEX price_book_by_workspace ON price_book (workspace_id, created_at);
CREATE TABLE price_book_version (
  id {uuid} PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  price_book_id {uuid} NOT NULL REFERENCES price_book (id),
  version BIGINT NOT NULL,
  content {json} NOT NULL,
  published_by {uuid},
  published_at BIGINT NOT NULL,
  UNIQUE (price_book_id, version)
);
