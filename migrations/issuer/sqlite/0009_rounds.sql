-- More copies of what was collected, with new keys, under a token that was refreshed (decision 0023): each asking is a round, with
-- a notification of its own.
ALTER TABLE issued_credential ADD COLUMN round INTEGER NOT NULL DEFAULT 0; -- counts the askings for one form of one offer
ALTER TABLE access_token ADD COLUMN refreshed INTEGER NOT NULL DEFAULT 0;  -- 1: it came of a refresh token

CREATE TABLE form_notification_by_round (
    offer         TEXT    NOT NULL REFERENCES offer (id),
    configuration TEXT    NOT NULL,
    event         TEXT    NOT NULL,
    place         INTEGER NOT NULL, -- counts the events of the round
    at            INTEGER NOT NULL,
    round         INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (offer, configuration, round, event)
) STRICT;
INSERT INTO form_notification_by_round (offer, configuration, event, place, at) SELECT offer, configuration, event, place, at FROM form_notification;
DROP TABLE form_notification;
ALTER TABLE form_notification_by_round RENAME TO form_notification;
