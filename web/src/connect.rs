//! Connecting a school: which ones there are, what connecting means, and the step to the school's own site.

use crate::party::Party;
use crate::{Moment, Text};

/// `GET /wallet/institutions`.
#[derive(Clone, Debug)]
pub struct Institutions {
    /// Those of the register that deliver to this wallet, connected ones first.
    pub rows: Vec<InstitutionRow>,
}

/// One institution of the list.
#[derive(Clone, Debug)]
pub struct InstitutionRow {
    /// `/wallet/institutions/{slug}/connect`
    pub href: String,
    /// Who.
    pub party: Party,
    /// Whether it is connected.
    pub state: Link,
}

/// Where a connection stands.
#[derive(Clone, Debug)]
pub enum Link {
    /// There is none.
    None,
    /// The institution was asked to keep it.
    Registering,
    /// The institution may deliver.
    Connected {
        /// Since when.
        since: Moment,
        /// Until when.
        until: Moment,
        /// How many credentials came over it.
        delivered: usize,
    },
    /// The learner ended it; the institution is being told.
    Ending,
}

/// `GET /wallet/institutions/{slug}/connect`.
#[derive(Clone, Debug)]
pub struct Connect {
    /// Who, and how proven.
    pub party: Party,
    /// Kinds of things that will come.
    pub kinds: Vec<Text>,
    /// Until when the connection would last.
    pub until: Moment,
    /// Where it stands.
    pub state: Link,
    /// Whether it was made a moment ago.
    pub just_made: bool,
    /// Set when the last try did not work: the learner stopped it, or the institution did not answer.
    pub failed: Option<ConnectFailure>,
    /// Where the form that starts it posts to.
    pub action: String,
    /// Where the form that ends it posts to.
    pub disconnect: String,
}

/// Why connecting did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectFailure {
    /// The learner refused at the institution.
    Refused,
    /// The institution does not know this person.
    Unknown,
    /// The institution did not answer.
    Unreachable,
}

/// The answer to a form whose next step is on another site: 200 with a link, never a redirect.
#[derive(Clone, Debug)]
pub struct Continue {
    /// The next step's address.
    pub href: String,
    /// Whose site that is.
    pub site: Text,
    /// Its host, shown so that it can be compared.
    pub host: String,
    /// What happens there.
    pub what: NextStep,
}

/// What a step elsewhere is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Logging in at an institution, to connect it.
    Connect,
    /// Logging in at an institution, to collect an offer.
    Collect,
    /// Logging in with eduID.
    LogIn,
}
