-- The learner's side: who they are here, which institutions may deliver, what came in, what is kept.
-- Columns that say "sealed" are AES-256-GCM under the data key of the learner; "blind" are keyed look-up values.

CREATE TABLE learner (
    id         TEXT   NOT NULL PRIMARY KEY,
    account    BYTEA  NOT NULL UNIQUE, -- blind: (issuer, eduid)
    subject    BYTEA  NOT NULL,        -- blind: (issuer, sub), the second key; may change
    name       BYTEA,                   -- sealed
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

-- The wallet's own keys as an OAuth client (private_key_jwt), sealed under the role's key.
CREATE TABLE client_key (
    id         TEXT   NOT NULL PRIMARY KEY, -- the kid
    state      TEXT   NOT NULL,             -- active, retained
    private    BYTEA  NOT NULL,             -- sealed (role)
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX client_key_active ON client_key (state) WHERE state = 'active';

-- One learner, one institution that may deliver.
CREATE TABLE connection (
    id                TEXT   NOT NULL PRIMARY KEY, -- 128 random bits, known to the issuer
    learner           TEXT   NOT NULL REFERENCES learner (id),
    institution       TEXT   NOT NULL,
    state             TEXT   NOT NULL,             -- registering, connected, ending, ended
    delivery_key_hash BYTEA  UNIQUE,
    delivery_key      BYTEA,                        -- sealed; gone when the institution knows that it ended
    created_at        BIGINT NOT NULL,
    ends_at           BIGINT NOT NULL,
    ended_at          BIGINT
);
CREATE UNIQUE INDEX connection_live ON connection (learner, institution) WHERE state IN ('registering', 'connected');

-- An offer on its way in. Redeeming is two short transactions with calls between; this row makes it exactly once.
CREATE TABLE receipt (
    id          TEXT   NOT NULL PRIMARY KEY,
    learner     TEXT   NOT NULL REFERENCES learner (id),
    connection  TEXT,                        -- set when it was delivered
    source      BYTEA  NOT NULL,             -- blind: where the offer came from
    issuer      TEXT   NOT NULL,             -- Credential Issuer Identifier
    state       TEXT   NOT NULL,             -- offered, redeeming, kept, refused, failed
    offer       BYTEA  NOT NULL,             -- sealed: the offer and what was shown of it
    progress    BYTEA,                        -- sealed: token and notification id while it is under way
    failure     TEXT,                        -- code of the last failure
    card        TEXT,                        -- the card that came of it
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX receipt_source ON receipt (learner, source);
CREATE INDEX receipt_open ON receipt (state, expires_at);

-- One key per credential, made before it is asked for and destroyed with it.
CREATE TABLE holder_key (
    id            TEXT   NOT NULL PRIMARY KEY,
    learner       TEXT   NOT NULL REFERENCES learner (id),
    receipt       TEXT   NOT NULL REFERENCES receipt (id),
    configuration TEXT   NOT NULL,
    private       BYTEA  NOT NULL,           -- sealed
    created_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX holder_key_receipt ON holder_key (receipt, configuration);

CREATE TABLE credential (
    id              TEXT   NOT NULL PRIMARY KEY,
    learner         TEXT   NOT NULL REFERENCES learner (id),
    card            TEXT   NOT NULL,         -- one achievement in several formats is one card
    receipt         TEXT   NOT NULL,
    holder_key      TEXT   NOT NULL UNIQUE REFERENCES holder_key (id),
    configuration   TEXT   NOT NULL,
    format          TEXT   NOT NULL,
    vct             TEXT   NOT NULL,
    issuer          TEXT   NOT NULL,
    body            BYTEA  NOT NULL,         -- sealed: as issued
    summary         BYTEA  NOT NULL,         -- sealed: what a card shows
    valid_from      BIGINT,
    valid_until     BIGINT,
    status_uri      TEXT,
    status_index    BYTEA,                    -- sealed
    standing        TEXT   NOT NULL,         -- valid, suspended, revoked, unknown
    standing_at     BIGINT,                  -- when a list last said so
    watched_at      BIGINT NOT NULL,         -- when a list was last asked for
    superseded_by   TEXT,
    received_at     BIGINT NOT NULL,
    opened_at       BIGINT
);
CREATE UNIQUE INDEX credential_receipt ON credential (receipt, configuration);
CREATE INDEX credential_learner ON credential (learner, card);
CREATE INDEX credential_watch ON credential (watched_at);

-- What happened, for the learner: labels and counts, never values.
CREATE TABLE activity (
    id      TEXT   NOT NULL PRIMARY KEY,
    learner TEXT   NOT NULL REFERENCES learner (id),
    at      BIGINT NOT NULL,
    kind    TEXT   NOT NULL,
    about   BYTEA  NOT NULL                  -- sealed
);
CREATE INDEX activity_learner ON activity (learner, at);
