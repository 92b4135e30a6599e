-- More copies of what was collected, with new keys, under a token that was refreshed (decision 0023): each asking is a round, with
-- a notification of its own.
ALTER TABLE issued_credential ADD COLUMN round BIGINT NOT NULL DEFAULT 0; -- counts the askings for one form of one offer
ALTER TABLE access_token ADD COLUMN refreshed BIGINT NOT NULL DEFAULT 0;  -- 1: it came of a refresh token

ALTER TABLE form_notification ADD COLUMN round BIGINT NOT NULL DEFAULT 0;
ALTER TABLE form_notification DROP CONSTRAINT form_notification_pkey;
ALTER TABLE form_notification ADD PRIMARY KEY (offer, configuration, round, event);
