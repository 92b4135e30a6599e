//! All SQL, for both databases, and the sealing of what lies in them.
