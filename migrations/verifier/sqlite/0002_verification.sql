-- Questions to holders, the links by which they travel, and the answers.

CREATE TABLE verification (
    id TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'opened', 'received', 'refused', 'failed', 'expired', 'withdrawn', 'purged')),
    question BLOB NOT NULL,
    encryption_key BLOB,
    short_code BLOB NOT NULL,
    asker_key BLOB,
    verdict TEXT,
    report BLOB,
    claims BLOB,
    answer_hash BLOB,
    failure TEXT,
    response_code BLOB,
    response_code_until INTEGER,
    response_browser BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    opened_at INTEGER,
    ended_at INTEGER,
    purge_at INTEGER
) STRICT;
CREATE UNIQUE INDEX verification_short_code ON verification (short_code);
CREATE UNIQUE INDEX verification_asker_key ON verification (asker_key);
CREATE INDEX verification_open ON verification (expires_at) WHERE state IN ('waiting', 'opened');
CREATE INDEX verification_purge ON verification (purge_at) WHERE state <> 'purged';

CREATE TABLE verification_link (
    link_hash BLOB NOT NULL PRIMARY KEY,
    state_hash BLOB NOT NULL UNIQUE,
    verification TEXT NOT NULL REFERENCES verification (id),
    kind TEXT NOT NULL CHECK (kind IN ('same_device', 'cross_device', 'page')),
    browser BLOB,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX verification_link_of ON verification_link (verification);
