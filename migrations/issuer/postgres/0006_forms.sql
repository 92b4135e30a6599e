-- One award in several forms: each credential is bound to its own holder key and told of by its own notification; of one
-- revision, form and copy there is one. Achievements are kept as badges name them: public, the same for everybody.
ALTER TABLE issued_credential ADD COLUMN copy BIGINT NOT NULL DEFAULT 0; -- counts copies of one form in one offer
ALTER TABLE issued_credential ADD COLUMN holder BYTEA;        -- hash of the proof key's thumbprint
ALTER TABLE issued_credential ADD COLUMN notified_at BIGINT;
UPDATE issued_credential SET holder = (SELECT offer.holder FROM offer WHERE offer.id = issued_credential.offer),
    notified_at = (SELECT offer.notified_at FROM offer WHERE offer.id = issued_credential.offer);
CREATE UNIQUE INDEX issued_credential_form ON issued_credential (award, revision, configuration, copy) WHERE state IN ('prepared', 'issued');

CREATE TABLE achievement (
    institution TEXT   NOT NULL,
    id          TEXT   NOT NULL, -- public: of what it says, in its address
    template    TEXT,            -- the issuing template, for its page
    document    BYTEA  NOT NULL, -- sealed JSON, as in badges: public, but who earned what is read from few titles
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (institution, id)
);
