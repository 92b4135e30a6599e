-- Questions to holders, the links by which they travel, and the answers.

CREATE TABLE verification (
    id TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'opened', 'received', 'refused', 'failed', 'expired', 'withdrawn', 'purged')),
    question BYTEA NOT NULL,
    encryption_key BYTEA,
    short_code BYTEA NOT NULL,
    asker_key BYTEA,
    verdict TEXT,
    report BYTEA,
    claims BYTEA,
    answer_hash BYTEA,
    failure TEXT,
    response_code BYTEA,
    response_code_until BIGINT,
    response_browser BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT,
    ended_at BIGINT,
    purge_at BIGINT
);
CREATE UNIQUE INDEX verification_short_code ON verification (short_code);
CREATE UNIQUE INDEX verification_asker_key ON verification (asker_key);
CREATE INDEX verification_open ON verification (expires_at) WHERE state IN ('waiting', 'opened');
CREATE INDEX verification_purge ON verification (purge_at) WHERE state <> 'purged';

CREATE TABLE verification_link (
    link_hash BYTEA NOT NULL PRIMARY KEY,
    state_hash BYTEA NOT NULL UNIQUE,
    verification TEXT NOT NULL REFERENCES verification (id),
    kind TEXT NOT NULL CHECK (kind IN ('same_device', 'cross_device', 'page')),
    browser BYTEA,
    created_at BIGINT NOT NULL
);
CREATE INDEX verification_link_of ON verification_link (verification);
