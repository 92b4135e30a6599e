-- The moment at which its source last showed what was decided: a proof of enrolment says how things were then (`as_of`).
ALTER TABLE award ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE award SET seen_at = decided_at;
