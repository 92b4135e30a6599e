-- Badges from elsewhere: files that are looked at before they are kept, and platforms that push and read (Open Badges API).

-- What comes from a file or a platform is bound to no key of ours. SQLite cannot drop a NOT NULL, so the table is made again.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE credential_before AS SELECT * FROM credential;
DROP TABLE credential;
CREATE TABLE credential (
    id              TEXT   NOT NULL PRIMARY KEY,
    learner         TEXT   NOT NULL REFERENCES learner (id),
    card            TEXT   NOT NULL,         -- one achievement in several formats is one card
    receipt         TEXT   NOT NULL,         -- how it came: an offer, or the blind index of what a badge is known by
    holder_key      TEXT   UNIQUE REFERENCES holder_key (id), -- none for a badge from elsewhere
    configuration   TEXT   NOT NULL,
    format          TEXT   NOT NULL,
    vct             TEXT   NOT NULL,
    issuer          TEXT   NOT NULL,
    body            BLOB   NOT NULL,         -- sealed: as issued
    summary         BLOB   NOT NULL,         -- sealed: what a card shows
    valid_from      BIGINT,
    valid_until     BIGINT,
    status_uri      TEXT,
    status_index    BLOB,                    -- sealed
    standing        TEXT   NOT NULL,         -- valid, suspended, revoked, unknown
    standing_at     BIGINT,                  -- when a list last said so
    watched_at      BIGINT NOT NULL,         -- when a list was last asked for
    superseded_by   TEXT,
    received_at     BIGINT NOT NULL,
    opened_at       BIGINT,
    used_for        BLOB                     -- blind: the asker that saw the first copy
);
INSERT INTO credential (id, learner, card, receipt, holder_key, configuration, format, vct, issuer, body, summary, valid_from, valid_until,
                        status_uri, status_index, standing, standing_at, watched_at, superseded_by, received_at, opened_at, used_for)
    SELECT id, learner, card, receipt, holder_key, configuration, format, vct, issuer, body, summary, valid_from, valid_until,
           status_uri, status_index, standing, standing_at, watched_at, superseded_by, received_at, opened_at, used_for
    FROM credential_before;
DROP TABLE credential_before;
CREATE UNIQUE INDEX credential_receipt ON credential (receipt, configuration);
CREATE INDEX credential_learner ON credential (learner, card);
CREATE INDEX credential_watch ON credential (watched_at);

-- A badge from a file, checked, until the learner keeps it or not. Nothing else reads it.
CREATE TABLE import (
    id         TEXT   NOT NULL PRIMARY KEY, -- random: it stands in an address
    learner    TEXT   NOT NULL REFERENCES learner (id),
    state      TEXT   NOT NULL,             -- waiting, kept, refused
    content    BLOB,                        -- sealed: the badge, what it shows, what its check said; gone when answered
    card       TEXT,                        -- the card that came of it
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX import_stale ON import (expires_at);

-- A badge platform that registered (RFC 7591). Anybody may; being here says nothing about it.
CREATE TABLE badge_platform (
    id          TEXT   NOT NULL PRIMARY KEY, -- the client_id
    secret_hash BLOB   NOT NULL,
    metadata    TEXT   NOT NULL,             -- as registered, without contacts
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL              -- when it goes if no learner ever connected it
);
CREATE INDEX badge_platform_stale ON badge_platform (expires_at);

-- What one learner allowed one platform.
CREATE TABLE badge_grant (
    id           TEXT   NOT NULL PRIMARY KEY,
    learner      TEXT   NOT NULL REFERENCES learner (id),
    platform     TEXT   NOT NULL REFERENCES badge_platform (id),
    state        TEXT   NOT NULL,            -- live, ended
    scope        TEXT   NOT NULL,
    code_hash    BLOB   NOT NULL UNIQUE,
    code_used_at BIGINT,
    challenge    TEXT   NOT NULL,            -- PKCE, S256
    redirect_uri TEXT   NOT NULL,
    profile_id   TEXT   NOT NULL,            -- how this platform knows the learner, and no other does
    profile      BLOB,                       -- sealed: what the platform wrote down of the learner
    granted_at   BIGINT NOT NULL,
    code_until   BIGINT NOT NULL,
    used_at      BIGINT,
    ended_at     BIGINT
);
CREATE INDEX badge_grant_learner ON badge_grant (learner, state);
CREATE INDEX badge_grant_platform ON badge_grant (platform);

CREATE TABLE badge_token (
    hash       BLOB   NOT NULL PRIMARY KEY,
    badge_grant TEXT  NOT NULL REFERENCES badge_grant (id),
    kind       TEXT   NOT NULL,              -- access, refresh
    scope      TEXT   NOT NULL,
    replaces   BLOB,                         -- the refresh token that goes when this one is used
    spent_at   BIGINT,                       -- set when its successor was used
    expires_at BIGINT NOT NULL
);
CREATE INDEX badge_token_grant ON badge_token (badge_grant);
CREATE INDEX badge_token_stale ON badge_token (expires_at);
