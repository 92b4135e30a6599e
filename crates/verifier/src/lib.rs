//! The role that asks: requests, answers, verdicts.
