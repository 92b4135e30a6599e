//! A learner's connection with an institution: who may deliver into a wallet, and until when (`interfaces.md` section 5).

use crate::id::{LearnerId, Slug};
use crate::{Timestamp, id};

id! {
    /// A connection: 128 random bits in base62, made by the wallet and known to the institution.
    ConnectionId
}

/// How long a connection lasts when nobody ends it, in days. Long enough for a bachelor's degree with some delay.
pub const CONNECTION_DAYS: i64 = 5 * 365;

/// What is true of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionState {
    /// The institution has been asked to keep it; it may deliver already, because a delivery proves that it does.
    Registering,
    /// The institution keeps it.
    Connected,
    /// The learner ended it; the institution has not been told yet.
    Ending,
    /// Over: the delivery key is gone.
    Ended,
}

impl ConnectionState {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registering => "registering",
            Self::Connected => "connected",
            Self::Ending => "ending",
            Self::Ended => "ended",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Registering, Self::Connected, Self::Ending, Self::Ended].into_iter().find(|state| state.as_str() == text)
    }

    /// Whether a delivery with this connection's key is taken in.
    pub const fn may_deliver(self) -> bool {
        matches!(self, Self::Registering | Self::Connected)
    }
}

/// One learner, one institution that may deliver.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Known to the institution.
    pub id: ConnectionId,
    /// Whose wallet.
    pub learner: LearnerId,
    /// Which institution.
    pub institution: Slug,
    /// Where it stands.
    pub state: ConnectionState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

impl Connection {
    /// Whether the institution may deliver at `now`.
    pub fn may_deliver(&self, now: Timestamp) -> bool {
        self.state.may_deliver() && now < self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_delivers_until_it_ends() {
        let start = Timestamp::from_seconds(0);
        let connection = Connection {
            id: ConnectionId::new("c"),
            learner: LearnerId::new("l"),
            institution: Slug::new("hogeschool-voorbeeld"),
            state: ConnectionState::Registering,
            created_at: start,
            ends_at: start.plus_days(CONNECTION_DAYS),
        };
        assert!(connection.may_deliver(start.plus_days(1)));
        assert!(!connection.may_deliver(start.plus_days(CONNECTION_DAYS)));
        assert!(!Connection { state: ConnectionState::Ending, ..connection }.may_deliver(start));
    }

    #[test]
    fn states_keep_their_words() {
        for state in [ConnectionState::Registering, ConnectionState::Connected, ConnectionState::Ending, ConnectionState::Ended] {
            assert_eq!(ConnectionState::parse(state.as_str()), Some(state));
        }
        assert_eq!(ConnectionState::parse("open"), None);
    }
}
