//! DCQL, the Digital Credentials Query Language (OpenID4VP section 6), complete: reading a query, finding what answers it, choosing,
//! and checking an answer against it.

mod answer;
mod matching;
mod path;
mod query;
mod types;

pub use answer::{Presented, Unsatisfied, check_answer};
pub use matching::{Candidate, CandidateMatch, Disclosure, Match, QueryMatch, SetMatch, match_credentials};
pub use path::{PathError, select};
pub use query::{ClaimsQuery, CredentialQuery, CredentialSet, Format, Meta, Query, QueryError, TrustedAuthority};
pub use types::types;

#[cfg(test)]
mod tests;
