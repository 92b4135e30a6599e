//! The role that keeps: a learner's credentials, consents and shares.
