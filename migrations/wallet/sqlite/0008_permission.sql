-- What a receiver of the register may get again without being asked each time: what, for what and until when. Withdrawn or over, the
-- row is gone. It goes with its learner.

CREATE TABLE permission (
    id           TEXT   NOT NULL PRIMARY KEY, -- random: it stands in an address
    learner      TEXT   NOT NULL REFERENCES learner (id) ON DELETE CASCADE,
    receiver_key BLOB   NOT NULL,             -- blind: (learner, client)
    about        BLOB   NOT NULL,             -- sealed: to whom, which claims, for what
    at           BIGINT NOT NULL,
    ends_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX permission_receiver ON permission (learner, receiver_key);
CREATE INDEX permission_end ON permission (ends_at);
