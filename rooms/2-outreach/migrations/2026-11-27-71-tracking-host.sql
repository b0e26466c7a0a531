-- Hosts over which the links of automatic mails lead. One that is no longer used stays: nothing but links answers there.
CREATE TABLE tracking_host (
  host TEXT PRIMARY KEY,
  workspace_id {uuid} NOT NULL REFERENCES workspace (id),
  secure {bool} NOT NULL,
  used {bool} NOT NULL,
  checked_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tracking_host_used ON tracking_host (workspace_id) WHERE used;
