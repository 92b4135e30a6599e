-- What the examination board decided at the desk about a result that its source does not call final.
ALTER TABLE award ADD COLUMN board TEXT;        -- final, refused
ALTER TABLE award ADD COLUMN board_number TEXT; -- the board's number for its decision
ALTER TABLE award ADD COLUMN board_on TEXT;     -- its date, full-date
ALTER TABLE award ADD COLUMN board_digest BLOB; -- of what it was decided about: another result waits anew
