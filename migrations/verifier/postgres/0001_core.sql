-- What every role has: wrapped data keys, sessions, sign-ins under way, work for later, one-time values, leases, the audit trail.

CREATE TABLE data_key (
    scope TEXT NOT NULL,
    owner TEXT NOT NULL,
    version BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (scope, owner)
);

CREATE TABLE session (
    id_hash BYTEA NOT NULL PRIMARY KEY,
    row_id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    csrf BYTEA NOT NULL,
    data BYTEA NOT NULL,
    authenticated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_subject ON session (subject);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE login_attempt (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    row_id TEXT NOT NULL UNIQUE,
    browser_hash BYTEA NOT NULL,
    data BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX login_attempt_expires ON login_attempt (expires_at);

CREATE TABLE outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    topic TEXT NOT NULL,
    ordering_key TEXT NOT NULL,
    dedup_id TEXT NOT NULL UNIQUE,
    owner_scope TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    payload BYTEA,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'parked')),
    attempt BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    not_before BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX outbox_open ON outbox (topic, seq) WHERE state IN ('waiting', 'running');
CREATE INDEX outbox_order ON outbox (ordering_key, seq) WHERE state IN ('waiting', 'running');

CREATE TABLE spent (
    kind TEXT NOT NULL,
    hash BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (kind, hash)
);
CREATE INDEX spent_expires ON spent (expires_at);

CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    fence BIGINT NOT NULL,
    held_until BIGINT NOT NULL
);

CREATE TABLE audit (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object TEXT NOT NULL,
    outcome TEXT NOT NULL,
    amount BIGINT NOT NULL
);
CREATE INDEX audit_object ON audit (object_kind, object);
