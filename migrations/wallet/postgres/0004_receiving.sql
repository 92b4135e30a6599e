-- Receiving from any issuer: what came is looked at before it is kept, may come later, comes in copies, and is renewed.

ALTER TABLE receipt ADD COLUMN acknowledged_at BIGINT; -- the learner goes on with an issuer outside the register
ALTER TABLE receipt ADD COLUMN accepted_at BIGINT;     -- what comes is kept
ALTER TABLE receipt ADD COLUMN deferred_at BIGINT;     -- since when the issuer is preparing it

-- A copy has its own key, so a configuration may have several.
ALTER TABLE holder_key ADD COLUMN copy BIGINT NOT NULL DEFAULT 0;
DROP INDEX holder_key_receipt;
CREATE UNIQUE INDEX holder_key_copy ON holder_key (receipt, configuration, copy);

-- What an issuer gave, checked, until the learner accepts or refuses it. Nothing else reads it.
CREATE TABLE arrived (
    id            TEXT   NOT NULL PRIMARY KEY,
    learner       TEXT   NOT NULL REFERENCES learner (id),
    receipt       TEXT   NOT NULL REFERENCES receipt (id),
    holder_key    TEXT   NOT NULL REFERENCES holder_key (id),
    configuration TEXT   NOT NULL,
    content       BYTEA   NOT NULL,           -- sealed: the credential, what it shows, where its status stands
    arrived_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX arrived_key ON arrived (holder_key);
CREATE INDEX arrived_receipt ON arrived (receipt);

-- Further copies of a credential, each with a key of its own: one asker sees one copy.
CREATE TABLE credential_copy (
    id          TEXT   NOT NULL PRIMARY KEY,
    learner     TEXT   NOT NULL REFERENCES learner (id),
    credential  TEXT   NOT NULL REFERENCES credential (id),
    holder_key  TEXT   NOT NULL REFERENCES holder_key (id),
    body        BYTEA   NOT NULL,             -- sealed: as issued
    used_for    BYTEA,                        -- blind: the asker that saw it
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX credential_copy_key ON credential_copy (holder_key);
CREATE INDEX credential_copy_of ON credential_copy (credential);
ALTER TABLE credential ADD COLUMN used_for BYTEA; -- blind: the asker that saw the first copy

-- The key by which an issuer knows the access tokens of one learner (RFC 9449).
CREATE TABLE dpop_key (
    id         TEXT   NOT NULL PRIMARY KEY,
    learner    TEXT   NOT NULL REFERENCES learner (id),
    issuer_key BYTEA   NOT NULL,              -- blind: (learner, authorization server)
    private    BYTEA   NOT NULL,              -- sealed
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX dpop_key_issuer ON dpop_key (issuer_key);

-- How further copies of what an offer brought are asked for.
CREATE TABLE renewal (
    receipt  TEXT   NOT NULL PRIMARY KEY REFERENCES receipt (id),
    learner  TEXT   NOT NULL REFERENCES learner (id),
    access   BYTEA   NOT NULL,                -- sealed: tokens
    due_at   BIGINT NOT NULL,
    round    BIGINT NOT NULL               -- counts the askings: their keys differ
);
CREATE INDEX renewal_due ON renewal (due_at);
