-- What an authorization permits has a row of its own: which offers may be collected, or that a wallet connects; by which client,
-- with which keys. Access and refresh tokens come and go under it. Tokens of before are not taken over: they live five minutes.
CREATE TABLE access_grant (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    person      TEXT   NOT NULL REFERENCES person (id),
    purpose     TEXT   NOT NULL, -- collect or delivery
    client      TEXT,            -- the client's identifier; none for a wallet that did not say who it is
    proven      BIGINT NOT NULL, -- 1 when that client authenticated, and does so at every refreshing
    named       BIGINT NOT NULL, -- 1 when the token answer named credential identifiers
    code        BYTEA  NOT NULL, -- hash of the code that it came of
    dpop        BYTEA,           -- hash of the thumbprint of the DPoP key
    instance    BYTEA,           -- hash of the thumbprint of the wallet instance's key
    state       TEXT   NOT NULL, -- live, revoked
    ends_at     BIGINT NOT NULL -- when the last of its tokens ends
);
CREATE INDEX access_grant_code ON access_grant (institution, code);
CREATE INDEX access_grant_ends ON access_grant (ends_at);

-- The offers that may be collected under a grant.
CREATE TABLE grant_offer (
    access_grant TEXT NOT NULL REFERENCES access_grant (id),
    offer        TEXT NOT NULL REFERENCES offer (id),
    PRIMARY KEY (access_grant, offer)
);
CREATE INDEX grant_offer_offer ON grant_offer (offer);

DROP TABLE access_token;
CREATE TABLE access_token (
    hash         BYTEA  NOT NULL PRIMARY KEY,
    institution  TEXT   NOT NULL,
    access_grant TEXT   NOT NULL REFERENCES access_grant (id),
    expires_at   BIGINT NOT NULL
);
CREATE INDEX access_token_grant ON access_token (access_grant);
CREATE INDEX access_token_expires ON access_token (expires_at);

-- Refresh tokens of a grant, each good once; the answer to a used one is repeated until its successor is used.
CREATE TABLE refresh_token (
    hash         BYTEA  NOT NULL PRIMARY KEY,
    institution  TEXT   NOT NULL,
    access_grant TEXT   NOT NULL REFERENCES access_grant (id),
    state        TEXT   NOT NULL, -- live, used
    expires_at   BIGINT NOT NULL
);
CREATE INDEX refresh_token_grant ON refresh_token (access_grant);
CREATE INDEX refresh_token_expires ON refresh_token (expires_at);
