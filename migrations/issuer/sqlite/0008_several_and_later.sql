-- Several copies at once, credentials that are fetched later, keys to which wallets encrypt, and what wallets tell of each form.
DROP INDEX issued_credential_once;
CREATE UNIQUE INDEX issued_credential_once ON issued_credential (offer, configuration, copy) WHERE state IN ('prepared', 'issued');

ALTER TABLE offer ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0; -- 1: its credentials are fetched later, once the award is decided

-- A wallet that asked for a form of a deferred offer and comes back for it.
CREATE TABLE deferred_transaction (
    id            TEXT    NOT NULL PRIMARY KEY,
    hash          BLOB    NOT NULL UNIQUE,                -- of the transaction id
    offer         TEXT    NOT NULL REFERENCES offer (id),
    configuration TEXT    NOT NULL,
    person        TEXT    NOT NULL REFERENCES person (id),
    holders       BLOB    NOT NULL,                       -- hash of the proof keys' thumbprints
    keys          BLOB,                                   -- sealed (person): the proof keys, JSON; gone when it ended
    state         TEXT    NOT NULL,                       -- waiting, fetched, denied
    made_at       INTEGER NOT NULL,
    ready_at      INTEGER NOT NULL,                       -- nothing is handed over before
    ended_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX deferred_transaction_once ON deferred_transaction (offer, configuration);
CREATE INDEX deferred_transaction_ended ON deferred_transaction (ended_at) WHERE ended_at IS NOT NULL;

-- Keys to which wallets encrypt their requests: one is announced, the one before still opens for a day.
CREATE TABLE encryption_key (
    institution TEXT    NOT NULL,
    kid         TEXT    NOT NULL,
    state       TEXT    NOT NULL, -- active, retained
    private     BLOB    NOT NULL, -- sealed (institution): PKCS#8
    jwk         TEXT    NOT NULL, -- public
    created_at  INTEGER NOT NULL,
    ended_at    INTEGER,
    PRIMARY KEY (institution, kid)
) STRICT;
CREATE UNIQUE INDEX encryption_key_active ON encryption_key (institution) WHERE state = 'active';

-- What wallets told of each form, in order.
CREATE TABLE form_notification (
    offer         TEXT    NOT NULL REFERENCES offer (id),
    configuration TEXT    NOT NULL,
    event         TEXT    NOT NULL,
    place         INTEGER NOT NULL, -- counts the events of the form
    at            INTEGER NOT NULL,
    PRIMARY KEY (offer, configuration, event)
) STRICT;
INSERT INTO form_notification (offer, configuration, event, place, at)
    SELECT n.offer, c.configuration, n.event, 0, n.at FROM offer_notification n JOIN issued_credential c ON c.offer = n.offer
    WHERE c.notified_at IS NOT NULL AND c.copy = 0;
DROP TABLE offer_notification;
