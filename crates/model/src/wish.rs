//! What a learner was asked for and did not have: they are told when it comes.

use serde::{Deserialize, Serialize};

use crate::consent::ConsentId;
use crate::{LocalText, Timestamp};

/// For how long a wish is kept, in days.
pub const WISH_DAYS: i64 = 180;

/// Who asked, and until when they can still be answered. Sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The request.
    pub request: String,
    /// The asker's name.
    pub party: LocalText,
    /// Until when the request can be answered, in milliseconds.
    pub until: i64,
}

impl Wish {
    /// The request, while it can still be answered.
    pub fn open_request(&self, now: Timestamp) -> Option<ConsentId> {
        (now.millis() < self.until).then(|| ConsentId::new(self.request.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_led_to_only_while_it_is_open() {
        let wish = Wish { request: "r".to_owned(), party: LocalText::same("Werkgever"), until: 2000 };
        assert_eq!(wish.open_request(Timestamp::from_millis(1999)), Some(ConsentId::new("r")));
        assert_eq!(wish.open_request(Timestamp::from_millis(2000)), None);
    }
}
