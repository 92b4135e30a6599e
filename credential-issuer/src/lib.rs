//! The role that issues: from OOAPI results to signed credentials.
