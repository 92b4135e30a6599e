-- What every role has: wrapped data keys, sessions, sign-ins under way, work for later, one-time values, leases, the audit trail.

CREATE TABLE data_key (
    scope TEXT NOT NULL,
    owner TEXT NOT NULL,
    version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (scope, owner)
) STRICT;

CREATE TABLE session (
    id_hash BLOB NOT NULL PRIMARY KEY,
    row_id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    csrf BLOB NOT NULL,
    data BLOB NOT NULL,
    authenticated_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_subject ON session (subject);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE login_attempt (
    state_hash BLOB NOT NULL PRIMARY KEY,
    row_id TEXT NOT NULL UNIQUE,
    browser_hash BLOB NOT NULL,
    data BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX login_attempt_expires ON login_attempt (expires_at);

CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    ordering_key TEXT NOT NULL,
    dedup_id TEXT NOT NULL UNIQUE,
    owner_scope TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    payload BLOB,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'parked')),
    attempt INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_error TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_open ON outbox (topic, seq) WHERE state IN ('waiting', 'running');
CREATE INDEX outbox_order ON outbox (ordering_key, seq) WHERE state IN ('waiting', 'running');

CREATE TABLE spent (
    kind TEXT NOT NULL,
    hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, hash)
) STRICT;
CREATE INDEX spent_expires ON spent (expires_at);

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    fence INTEGER NOT NULL,
    held_until INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    amount INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_object ON audit (object_kind, object);
