-- What changed in a status list since a server last read it, and when: the lists of all servers then say the same of the same time.
ALTER TABLE status_list ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE issued_credential ADD COLUMN status_version BIGINT NOT NULL DEFAULT 0; -- the list's version at its last change
UPDATE issued_credential SET status_version = 1 WHERE status <> 'valid';
CREATE INDEX issued_credential_changed ON issued_credential (list, status_version) WHERE status_version > 0;
