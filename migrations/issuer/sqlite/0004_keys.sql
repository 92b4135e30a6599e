-- One key of each algorithm is active: P-256 for what carries certificates, Ed25519 for what is found by the institution's DID.
ALTER TABLE institution_key ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'ES256';
ALTER TABLE institution_key ADD COLUMN due_at INTEGER;     -- from when on a next key signs
ALTER TABLE institution_key ADD COLUMN revoked_at INTEGER;
DROP INDEX institution_key_active;
CREATE UNIQUE INDEX institution_key_active ON institution_key (institution, algorithm) WHERE state = 'active';
CREATE UNIQUE INDEX institution_key_next ON institution_key (institution, algorithm) WHERE state = 'next';
CREATE INDEX issued_credential_key ON issued_credential (signing_key, id);
