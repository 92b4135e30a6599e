-- Badges from elsewhere: files that are looked at before they are kept, and platforms that push and read (Open Badges API).

-- What comes from a file or a platform is bound to no key of ours.
ALTER TABLE credential ALTER COLUMN holder_key DROP NOT NULL;

-- A badge from a file, checked, until the learner keeps it or not. Nothing else reads it.
CREATE TABLE import (
    id         TEXT   NOT NULL PRIMARY KEY, -- random: it stands in an address
    learner    TEXT   NOT NULL REFERENCES learner (id),
    state      TEXT   NOT NULL,             -- waiting, kept, refused
    content    BYTEA,                        -- sealed: the badge, what it shows, what its check said; gone when answered
    card       TEXT,                        -- the card that came of it
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX import_stale ON import (expires_at);

-- A badge platform that registered (RFC 7591). Anybody may; being here says nothing about it.
CREATE TABLE badge_platform (
    id          TEXT   NOT NULL PRIMARY KEY, -- the client_id
    secret_hash BYTEA  NOT NULL,
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
    code_hash    BYTEA  NOT NULL UNIQUE,
    code_used_at BIGINT,
    challenge    TEXT   NOT NULL,            -- PKCE, S256
    redirect_uri TEXT   NOT NULL,
    profile_id   TEXT   NOT NULL,            -- how this platform knows the learner, and no other does
    profile      BYTEA,                       -- sealed: what the platform wrote down of the learner
    granted_at   BIGINT NOT NULL,
    code_until   BIGINT NOT NULL,
    used_at      BIGINT,
    ended_at     BIGINT
);
CREATE INDEX badge_grant_learner ON badge_grant (learner, state);
CREATE INDEX badge_grant_platform ON badge_grant (platform);

CREATE TABLE badge_token (
    hash       BYTEA  NOT NULL PRIMARY KEY,
    badge_grant TEXT  NOT NULL REFERENCES badge_grant (id),
    kind       TEXT   NOT NULL,              -- access, refresh
    scope      TEXT   NOT NULL,
    replaces   BYTEA,                         -- the refresh token that goes when this one is used
    spent_at   BIGINT,                       -- set when its successor was used
    expires_at BIGINT NOT NULL
);
CREATE INDEX badge_token_grant ON badge_token (badge_grant);
CREATE INDEX badge_token_stale ON badge_token (expires_at);
