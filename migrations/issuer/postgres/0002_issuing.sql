-- The institutions' side: what came in, what was decided, what was offered, what was signed, and whether it still holds.
-- Columns that say "sealed" are AES-256-GCM under the data key of the person, the institution or the role; "blind" are
-- keyed look-up values; "hash" is SHA-256 of a random token. Ids that leave are random; row ids never leave.

-- Signing keys of institutions: next, active, retained, revoked.
CREATE TABLE institution_key (
    id           TEXT   NOT NULL PRIMARY KEY,
    institution  TEXT   NOT NULL,
    kid          TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    private      BYTEA  NOT NULL, -- sealed (institution): PKCS#8
    jwk          TEXT   NOT NULL, -- public
    x5c          TEXT   NOT NULL, -- JSON array, leaf first, never the anchor
    created_at   BIGINT NOT NULL,
    activated_at BIGINT,
    ended_at     BIGINT
);
CREATE UNIQUE INDEX institution_key_kid ON institution_key (institution, kid);
CREATE UNIQUE INDEX institution_key_active ON institution_key (institution) WHERE state = 'active';

-- A person as one institution knows them, by the eduID it sees and by its own person id.
CREATE TABLE person (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    eduid       BYTEA,          -- blind
    source      BYTEA,          -- blind: the person's id at the source
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX person_eduid ON person (institution, eduid) WHERE eduid IS NOT NULL;
CREATE UNIQUE INDEX person_source ON person (institution, source) WHERE source IS NOT NULL;

-- What came in and waits to be decided. The payload lives only while it is worked on.
CREATE TABLE intake (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    source      BYTEA  NOT NULL, -- blind: kind of source and its id of the thing
    digest      BYTEA  NOT NULL, -- SHA-256 of the normalised thing
    payload     BYTEA  NOT NULL, -- sealed (institution)
    received_at BIGINT NOT NULL,
    delete_after BIGINT NOT NULL
);
CREATE UNIQUE INDEX intake_source ON intake (institution, source);
CREATE INDEX intake_order ON intake (received_at);

-- One reading of a source.
CREATE TABLE intake_run (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    outcome     TEXT   NOT NULL, -- ok, or failed: code
    read_count  BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL
);
CREATE INDEX intake_run_latest ON intake_run (institution, started_at);

-- One attestation about one person from one source; revisions count up.
CREATE TABLE award (
    id           TEXT   NOT NULL PRIMARY KEY,
    institution  TEXT   NOT NULL,
    source       BYTEA  NOT NULL, -- blind: kind of source and the reference there
    origin       TEXT   NOT NULL, -- ooapi or api
    kind         TEXT   NOT NULL, -- microcredential or enrolment
    person       TEXT   NOT NULL REFERENCES person (id),
    state        TEXT   NOT NULL, -- idle, parked, open, issued, suspended, revoked
    by_rule      BIGINT NOT NULL, -- 1 when the last suspension or revocation was the rules'
    missing      TEXT   NOT NULL, -- JSON array of codes
    reason       TEXT,            -- code of the last withdrawal
    revision     BIGINT NOT NULL,
    digest       BYTEA  NOT NULL, -- of the normalised source or body
    content_digest BYTEA,         -- of the content decided last
    content      BYTEA,           -- sealed (person)
    deliver      BIGINT NOT NULL,
    result_at    BIGINT,
    decided_at   BIGINT NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX award_source ON award (institution, source);
CREATE INDEX award_person ON award (person, state);
CREATE INDEX award_desk ON award (institution, decided_at);

-- An award held out to one learner.
CREATE TABLE offer (
    id             TEXT   NOT NULL PRIMARY KEY,
    institution    TEXT   NOT NULL,
    award          TEXT   NOT NULL REFERENCES award (id),
    revision       BIGINT NOT NULL,
    person         TEXT   NOT NULL REFERENCES person (id),
    configurations TEXT   NOT NULL, -- JSON array
    grant_type     TEXT   NOT NULL,
    state          TEXT   NOT NULL, -- made, claimed, issued, withdrawn
    tx_code        BYTEA,           -- blind, per offer; with one any wallet may redeem, without one only the person's connected wallet
    tx_tries       BIGINT NOT NULL,
    holder         BYTEA,           -- hash of the proof key's thumbprint, once bound
    made_at        BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    issued_at      BIGINT,
    notified_at    BIGINT
);
CREATE UNIQUE INDEX offer_open ON offer (award) WHERE state IN ('made', 'claimed');
CREATE UNIQUE INDEX offer_issued ON offer (award, revision) WHERE state = 'issued';
CREATE INDEX offer_person ON offer (person, state);

-- Pre-authorized codes.
CREATE TABLE offer_code (
    hash       BYTEA  NOT NULL PRIMARY KEY,
    offer      TEXT   NOT NULL REFERENCES offer (id),
    state      TEXT   NOT NULL, -- live, used, void
    expires_at BIGINT NOT NULL
);
CREATE INDEX offer_code_offer ON offer_code (offer);

-- Access tokens: for one offer, or for making one connection.
CREATE TABLE access_token (
    hash        BYTEA  NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    offer       TEXT   REFERENCES offer (id),
    code        BYTEA,           -- hash of the code it came from
    person      TEXT   REFERENCES person (id),
    client      TEXT,            -- the client's identifier, for a connection
    state       TEXT   NOT NULL, -- live, revoked
    expires_at  BIGINT NOT NULL
);
CREATE INDEX access_token_code ON access_token (code);
CREATE INDEX access_token_offer ON access_token (offer);

-- An authorization at the institution: pushed, signed in, answered, redeemed.
CREATE TABLE authorization_request (
    id          TEXT   NOT NULL PRIMARY KEY, -- public: in the address of its page
    institution TEXT   NOT NULL,
    client      TEXT   NOT NULL,
    request     BYTEA  NOT NULL,             -- sealed (role): redirect_uri, state, challenge, scope, offer
    request_uri BYTEA  NOT NULL UNIQUE,      -- hash
    state       TEXT   NOT NULL,             -- pushed, begun, asked, allowed, refused, redeemed
    person      TEXT   REFERENCES person (id),
    code        BYTEA  UNIQUE,               -- hash
    expires_at  BIGINT NOT NULL
);

-- A learner's wallet to which this institution delivers.
CREATE TABLE connection (
    institution       TEXT   NOT NULL,
    id                TEXT   NOT NULL, -- 128 random bits by the wallet
    person            TEXT   NOT NULL REFERENCES person (id),
    client            TEXT   NOT NULL,
    delivery_endpoint TEXT   NOT NULL,
    delivery_key      BYTEA,           -- sealed (person); gone when it ended
    delivery_key_hash BYTEA  NOT NULL,
    state             TEXT   NOT NULL, -- active, ended
    made_at           BIGINT NOT NULL,
    ended_at          BIGINT,
    PRIMARY KEY (institution, id)
);
CREATE INDEX connection_person ON connection (person, state);

-- Status lists: one institution and one kind each; several open at a time.
CREATE TABLE status_list (
    id          TEXT   NOT NULL PRIMARY KEY, -- public: in its address
    institution TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    taken       BIGINT NOT NULL, -- the counter behind the keyed permutation
    version     BIGINT NOT NULL, -- counts published changes
    state       TEXT   NOT NULL, -- open, full
    created_at  BIGINT NOT NULL
);
CREATE INDEX status_list_open ON status_list (institution, kind, state);

-- Every credential that was ever prepared, with its place in a status list.
CREATE TABLE issued_credential (
    id            TEXT   NOT NULL PRIMARY KEY, -- UUIDv4
    institution   TEXT   NOT NULL,
    award         TEXT   NOT NULL REFERENCES award (id),
    revision      BIGINT NOT NULL,
    offer         TEXT   NOT NULL REFERENCES offer (id),
    person        TEXT   NOT NULL REFERENCES person (id),
    configuration TEXT   NOT NULL,
    state         TEXT   NOT NULL, -- reserved, prepared, issued, void
    list          TEXT   NOT NULL REFERENCES status_list (id),
    idx           BIGINT NOT NULL,
    status        TEXT   NOT NULL, -- valid, suspended, revoked
    signing_key   TEXT,            -- row id of the key
    prepared      BYTEA,           -- sealed (person); gone once issued
    payload_hash  BYTEA,           -- SHA-256 of what was prepared to be signed
    body          BYTEA,           -- sealed (person): for a repeated answer, gone after the notification or a day
    body_hash     BYTEA,           -- SHA-256 of what was handed over
    reserved_at   BIGINT NOT NULL,
    issued_at     BIGINT,
    expires_at    BIGINT
);
CREATE UNIQUE INDEX issued_credential_index ON issued_credential (list, idx);
CREATE UNIQUE INDEX issued_credential_once ON issued_credential (offer, configuration) WHERE state IN ('prepared', 'issued');
CREATE INDEX issued_credential_award ON issued_credential (award);
CREATE INDEX issued_credential_state ON issued_credential (state, reserved_at);
CREATE INDEX issued_credential_desk ON issued_credential (institution, issued_at);

-- The history of a credential's status.
CREATE TABLE status_change (
    id         TEXT   NOT NULL PRIMARY KEY,
    credential TEXT   NOT NULL REFERENCES issued_credential (id),
    status     TEXT   NOT NULL,
    code       TEXT   NOT NULL, -- reason code
    reason     BYTEA,           -- sealed (person): words for the learner and the desk
    at         BIGINT NOT NULL
);
CREATE INDEX status_change_credential ON status_change (credential, at);

-- Notifications of wallets about one offer.
CREATE TABLE offer_notification (
    offer TEXT   NOT NULL REFERENCES offer (id),
    event TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (offer, event)
);

-- Answers to the machine API that are given again for the same Idempotency-Key.
CREATE TABLE idempotency (
    institution TEXT   NOT NULL,
    key_hash    BYTEA  NOT NULL,
    body_digest BYTEA  NOT NULL,
    status      BIGINT,          -- NULL while in flight
    answer      BYTEA,           -- sealed (institution)
    expires_at  BIGINT NOT NULL,
    PRIMARY KEY (institution, key_hash)
);
