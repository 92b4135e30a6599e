-- The feed, what is told where, and the browsers that a learner signed in with. All of it goes with its learner.

CREATE TABLE feed (
    id        TEXT   NOT NULL PRIMARY KEY,
    learner   TEXT   NOT NULL REFERENCES learner (id) ON DELETE CASCADE,
    event_key BYTEA   NOT NULL,             -- blind: what happened, so that it is told once
    card      TEXT,                      -- the card that it is about
    about     BYTEA   NOT NULL,             -- sealed
    at        BIGINT NOT NULL,
    read_at   BIGINT
);
CREATE UNIQUE INDEX feed_event ON feed (learner, event_key);
CREATE INDEX feed_learner ON feed (learner, at);
CREATE INDEX feed_unread ON feed (learner) WHERE read_at IS NULL;
CREATE INDEX feed_old ON feed (at);

-- What a learner does not want to be told; a sign-in from a new device is always told.
CREATE TABLE notice_off (
    learner TEXT NOT NULL REFERENCES learner (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('new', 'withdrawn', 'asked', 'released')),
    channel TEXT NOT NULL CHECK (channel IN ('feed', 'mail')),
    PRIMARY KEY (learner, kind, channel)
);

-- Where mail goes, as eduID said at the last sign-in, and in which language.
CREATE TABLE notice_address (
    learner TEXT NOT NULL PRIMARY KEY REFERENCES learner (id) ON DELETE CASCADE,
    address BYTEA,                        -- sealed
    lang    TEXT NOT NULL
);

-- A browser that signed in before. Nothing of it is kept but that it was this one.
CREATE TABLE device (
    id        TEXT   NOT NULL PRIMARY KEY,
    learner   TEXT   NOT NULL REFERENCES learner (id) ON DELETE CASCADE,
    token_key BYTEA   NOT NULL,             -- blind: (learner, cookie)
    first_at  BIGINT NOT NULL,
    seen_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX device_token ON device (learner, token_key);
CREATE INDEX device_seen ON device (seen_at);
