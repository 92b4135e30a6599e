-- What a source says itself and what is not followed: something newer was pushed, or it is older. Reading it again is no news.
ALTER TABLE intake ADD COLUMN at_source BYTEA; -- SHA-256 of the normalised thing without what was pushed
ALTER TABLE award ADD COLUMN at_source BYTEA; -- the same; NULL when the source says what was decided
