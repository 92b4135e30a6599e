-- The institutions' side: what came in, what was decided, what was offered, what was signed, and whether it still holds.
-- Columns that say "sealed" are AES-256-GCM under the data key of the person, the institution or the role; "blind" are
-- keyed look-up values; "hash" is SHA-256 of a random token. Ids that leave are random; row ids never leave.

-- Signing keys of institutions: next, active, retained, revoked.
CREATE TABLE institution_key (
    id           TEXT   NOT NULL PRIMARY KEY,
    institution  TEXT   NOT NULL,
    kid          TEXT   NOT NULL,
    state        TEXT   NOT NULL,
    private      BLOB   NOT NULL, -- sealed (institution): PKCS#8
    jwk          TEXT   NOT NULL, -- public
    x5c          TEXT   NOT NULL, -- JSON array, leaf first, never the anchor
    created_at   INTEGER NOT NULL,
    activated_at INTEGER,
    ended_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX institution_key_kid ON institution_key (institution, kid);
CREATE UNIQUE INDEX institution_key_active ON institution_key (institution) WHERE state = 'active';

-- A person as one institution knows them, by the eduID it sees and by its own person id.
CREATE TABLE person (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    eduid       BLOB,           -- blind
    source      BLOB,           -- blind: the person's id at the source
    created_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX person_eduid ON person (institution, eduid) WHERE eduid IS NOT NULL;
CREATE UNIQUE INDEX person_source ON person (institution, source) WHERE source IS NOT NULL;

-- What came in and waits to be decided. The payload lives only while it is worked on.
CREATE TABLE intake (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    source      BLOB   NOT NULL, -- blind: kind of source and its id of the thing
    digest      BLOB   NOT NULL, -- SHA-256 of the normalised thing
    payload     BLOB   NOT NULL, -- sealed (institution)
    received_at INTEGER NOT NULL,
    delete_after INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX intake_source ON intake (institution, source);
CREATE INDEX intake_order ON intake (received_at);

-- One reading of a source.
CREATE TABLE intake_run (
    id          TEXT   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    outcome     TEXT   NOT NULL, -- ok, or failed: code
    read_count  INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    quarantined INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    ended_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX intake_run_latest ON intake_run (institution, started_at);

-- One attestation about one person from one source; revisions count up.
CREATE TABLE award (
    id           TEXT   NOT NULL PRIMARY KEY,
    institution  TEXT   NOT NULL,
    source       BLOB   NOT NULL, -- blind: kind of source and the reference there
    origin       TEXT   NOT NULL, -- ooapi or api
    kind         TEXT   NOT NULL, -- microcredential or enrolment
    person       TEXT   NOT NULL REFERENCES person (id),
    state        TEXT   NOT NULL, -- idle, parked, open, issued, suspended, revoked
    by_rule      INTEGER NOT NULL, -- 1 when the last suspension or revocation was the rules'
    missing      TEXT   NOT NULL, -- JSON array of codes
    reason       TEXT,            -- code of the last withdrawal
    revision     INTEGER NOT NULL,
    digest       BLOB   NOT NULL, -- of the normalised source or body
    content_digest BLOB,          -- of the content decided last
    content      BLOB,            -- sealed (person)
    deliver      INTEGER NOT NULL,
    result_at    INTEGER,
    decided_at   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX award_source ON award (institution, source);
CREATE INDEX award_person ON award (person, state);
CREATE INDEX award_desk ON award (institution, decided_at);

-- An award held out to one learner.
CREATE TABLE offer (
    id             TEXT   NOT NULL PRIMARY KEY,
    institution    TEXT   NOT NULL,
    award          TEXT   NOT NULL REFERENCES award (id),
    revision       INTEGER NOT NULL,
    person         TEXT   NOT NULL REFERENCES person (id),
    configurations TEXT   NOT NULL, -- JSON array
    grant_type     TEXT   NOT NULL,
    state          TEXT   NOT NULL, -- made, claimed, issued, withdrawn
    tx_code        BLOB,            -- blind, per offer; with one any wallet may redeem, without one only the person's connected wallet
    tx_tries       INTEGER NOT NULL,
    holder         BLOB,            -- hash of the proof key's thumbprint, once bound
    made_at        INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    issued_at      INTEGER,
    notified_at    INTEGER
) STRICT;
CREATE UNIQUE INDEX offer_open ON offer (award) WHERE state IN ('made', 'claimed');
CREATE UNIQUE INDEX offer_issued ON offer (award, revision) WHERE state = 'issued';
CREATE INDEX offer_person ON offer (person, state);

-- Pre-authorized codes.
CREATE TABLE offer_code (
    hash       BLOB   NOT NULL PRIMARY KEY,
    offer      TEXT   NOT NULL REFERENCES offer (id),
    state      TEXT   NOT NULL, -- live, used, void
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX offer_code_offer ON offer_code (offer);

-- Access tokens: for one offer, or for making one connection.
CREATE TABLE access_token (
    hash        BLOB   NOT NULL PRIMARY KEY,
    institution TEXT   NOT NULL,
    offer       TEXT   REFERENCES offer (id),
    code        BLOB,            -- hash of the code it came from
    person      TEXT   REFERENCES person (id),
    client      TEXT,            -- the client's identifier, for a connection
    state       TEXT   NOT NULL, -- live, revoked
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX access_token_code ON access_token (code);
CREATE INDEX access_token_offer ON access_token (offer);

-- An authorization at the institution: pushed, signed in, answered, redeemed.
CREATE TABLE authorization_request (
    id          TEXT   NOT NULL PRIMARY KEY, -- public: in the address of its page
    institution TEXT   NOT NULL,
    client      TEXT   NOT NULL,
    request     BLOB   NOT NULL,             -- sealed (role): redirect_uri, state, challenge, scope, offer
    request_uri BLOB   NOT NULL UNIQUE,      -- hash
    state       TEXT   NOT NULL,             -- pushed, begun, asked, allowed, refused, redeemed
    person      TEXT   REFERENCES person (id),
    code        BLOB   UNIQUE,               -- hash
    expires_at  INTEGER NOT NULL
) STRICT;

-- A learner's wallet to which this institution delivers.
CREATE TABLE connection (
    institution       TEXT   NOT NULL,
    id                TEXT   NOT NULL, -- 128 random bits by the wallet
    person            TEXT   NOT NULL REFERENCES person (id),
    client            TEXT   NOT NULL,
    delivery_endpoint TEXT   NOT NULL,
    delivery_key      BLOB,            -- sealed (person); gone when it ended
    delivery_key_hash BLOB   NOT NULL,
    state             TEXT   NOT NULL, -- active, ended
    made_at           INTEGER NOT NULL,
    ended_at          INTEGER,
    PRIMARY KEY (institution, id)
) STRICT;
CREATE INDEX connection_person ON connection (person, state);

-- Status lists: one institution and one kind each; several open at a time.
CREATE TABLE status_list (
    id          TEXT   NOT NULL PRIMARY KEY, -- public: in its address
    institution TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    taken       INTEGER NOT NULL, -- the counter behind the keyed permutation
    version     INTEGER NOT NULL, -- counts published changes
    state       TEXT   NOT NULL, -- open, full
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX status_list_open ON status_list (institution, kind, state);

-- Every credential that was ever prepared, with its place in a status list.
CREATE TABLE issued_credential (
    id            TEXT   NOT NULL PRIMARY KEY, -- UUIDv4
    institution   TEXT   NOT NULL,
    award         TEXT   NOT NULL REFERENCES award (id),
    revision      INTEGER NOT NULL,
    offer         TEXT   NOT NULL REFERENCES offer (id),
    person        TEXT   NOT NULL REFERENCES person (id),
    configuration TEXT   NOT NULL,
    state         TEXT   NOT NULL, -- reserved, prepared, issued, void
    list          TEXT   NOT NULL REFERENCES status_list (id),
    idx           INTEGER NOT NULL,
    status        TEXT   NOT NULL, -- valid, suspended, revoked
    signing_key   TEXT,            -- row id of the key
    prepared      BLOB,            -- sealed (person); gone once issued
    payload_hash  BLOB,            -- SHA-256 of what was prepared to be signed
    body          BLOB,            -- sealed (person): for a repeated answer, gone after the notification or a day
    body_hash     BLOB,            -- SHA-256 of what was handed over
    reserved_at   INTEGER NOT NULL,
    issued_at     INTEGER,
    expires_at    INTEGER
) STRICT;
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
    reason     BLOB,            -- sealed (person): words for the learner and the desk
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX status_change_credential ON status_change (credential, at);

-- Notifications of wallets about one offer.
CREATE TABLE offer_notification (
    offer TEXT   NOT NULL REFERENCES offer (id),
    event TEXT   NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (offer, event)
) STRICT;

-- Answers to the machine API that are given again for the same Idempotency-Key.
CREATE TABLE idempotency (
    institution TEXT   NOT NULL,
    key_hash    BLOB   NOT NULL,
    body_digest BLOB   NOT NULL,
    status      INTEGER,          -- NULL while in flight
    answer      BLOB,            -- sealed (institution)
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (institution, key_hash)
) STRICT;
