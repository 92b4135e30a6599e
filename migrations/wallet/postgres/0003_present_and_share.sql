-- Requests of verifiers with the learner's answers, and share links.

-- An authorization request that came as a form from elsewhere, until the browser comes back for it.
CREATE TABLE posted_request (
    handle_hash BYTEA   NOT NULL PRIMARY KEY,
    body        BYTEA   NOT NULL,             -- sealed (role)
    row_id      TEXT   NOT NULL UNIQUE,
    expires_at  BIGINT NOT NULL
);

-- One request to one learner, and its one answer.
CREATE TABLE consent (
    id           TEXT   NOT NULL PRIMARY KEY, -- random: it stands in an address
    learner      TEXT   NOT NULL REFERENCES learner (id),
    request_key  BYTEA   NOT NULL,             -- blind: (client, nonce)
    asker_key    BYTEA  NOT NULL,             -- blind: (learner, client)
    source_key   BYTEA   NOT NULL,             -- blind: where the request was fetched, or its nonce again
    state        TEXT   NOT NULL,             -- asked, granted, refused
    request      BYTEA,                        -- sealed; gone when answered
    about        BYTEA,                        -- sealed: party and labels of the answer
    delivery     TEXT   NOT NULL,             -- uncertain, delivered, rejected
    continue_to  BYTEA,                        -- sealed: where the verifier wants the learner back
    received_at  BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    answered_at  BIGINT
);
CREATE UNIQUE INDEX consent_request ON consent (learner, request_key);
CREATE INDEX consent_key ON consent (request_key, state);
CREATE INDEX consent_source ON consent (source_key, state);
CREATE INDEX consent_client ON consent (asker_key, state);
CREATE INDEX consent_stale ON consent (state, expires_at);

-- A link that shows a credential to whoever has it. What it shows is sealed under a key derived from the token, and
-- erased when the link ends.
CREATE TABLE share (
    id           TEXT   NOT NULL PRIMARY KEY, -- random: the nonce of the presentation
    learner      TEXT   NOT NULL REFERENCES learner (id),
    credential   TEXT   NOT NULL,
    token_hash   BYTEA   UNIQUE,               -- gone when it ended
    token        BYTEA,                        -- sealed under the learner's key; gone when it ended
    presentation BYTEA,                        -- sealed under the token's key; gone when it ended
    about        BYTEA   NOT NULL,             -- sealed: label, card, claim labels
    state        TEXT   NOT NULL,             -- live, ended, stopped, locked
    pin_hash     TEXT,                        -- Argon2id
    pin_tries    BIGINT NOT NULL,
    made_at      BIGINT NOT NULL,
    ends_at      BIGINT,
    ended_at     BIGINT,
    opened       BIGINT NOT NULL,
    opened_at    BIGINT
);
CREATE INDEX share_learner ON share (learner, made_at);
CREATE INDEX share_credential ON share (credential, state);
CREATE INDEX share_end ON share (state, ends_at);
