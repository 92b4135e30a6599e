-- What a learner was asked for and did not have, and wants to be told of when it comes. It goes with its learner.

CREATE TABLE wish (
    id       TEXT   NOT NULL PRIMARY KEY,
    learner  TEXT   NOT NULL REFERENCES learner (id) ON DELETE CASCADE,
    kind_key BYTEA   NOT NULL,             -- blind: (learner, type of credential)
    about    BYTEA   NOT NULL,             -- sealed: who asked and until when
    at       BIGINT NOT NULL,
    ends_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX wish_kind ON wish (learner, kind_key);
CREATE INDEX wish_end ON wish (ends_at);
