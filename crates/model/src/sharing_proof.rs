//! What a proof of sharing says: an entry of the activity list, to be signed by the wallet and checked by anybody.
//!
//! Names and labels, never values, and nothing about who shared.

use serde::{Deserialize, Serialize};

use crate::activity::{Activity, ActivityKind};
use crate::consent::Delivery;
use crate::{LocalText, Timestamp};

/// The JWS type of a proof of sharing.
pub const TYPE: &str = "sharing-proof+jwt";

/// The claims of a proof of sharing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharingProof {
    /// The wallet: its keys are in its client metadata.
    pub iss: String,
    /// When the proof was made, in seconds.
    pub iat: i64,
    /// What happened, as a word of the activity list: `shared`, `refused`, `share_failed`, `deletion_asked`, `reported`.
    pub event: String,
    /// When it happened, RFC 3339.
    pub at: String,
    /// The other party's name.
    pub receiver: LocalText,
    /// The other party's client identifier.
    pub receiver_id: String,
    /// Why, in that party's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<LocalText>,
    /// On which ground, in that party's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<LocalText>,
    /// Titles of the credentials.
    #[serde(default)]
    pub credentials: Vec<LocalText>,
    /// Labels of what was asked.
    #[serde(default)]
    pub requested: Vec<LocalText>,
    /// Labels of what went.
    #[serde(default)]
    pub shared: Vec<LocalText>,
    /// The date until which the other party promised to keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<String>,
    /// The number of the request.
    pub request: String,
    /// SHA-256 of the `vp_token` that was sent, as canonical JSON (RFC 8785); base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// How far it got, when something was sent: `delivered`, `rejected`, `uncertain`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
}

impl SharingProof {
    /// The proof of an entry; none of one in which nobody asked anything.
    pub fn of(entry: &Activity, wallet: &str, delivery: Option<Delivery>, now: Timestamp) -> Option<Self> {
        let kinds =
            [ActivityKind::Shared, ActivityKind::Refused, ActivityKind::ShareFailed, ActivityKind::DeletionAsked, ActivityKind::Reported];
        let about = &entry.about;
        if !kinds.contains(&entry.kind) {
            return None;
        }
        Some(Self {
            iss: wallet.to_owned(),
            iat: now.seconds(),
            event: entry.kind.as_str().to_owned(),
            at: entry.at.rfc3339(),
            receiver: about.party.clone()?,
            receiver_id: about.party_id.clone()?,
            purpose: about.purpose.clone(),
            ground: about.ground.clone(),
            credentials: about.titles.clone(),
            requested: about.requested.clone(),
            shared: about.labels.clone(),
            kept_until: about.kept_until.map(|millis| Timestamp::from_millis(millis).date()),
            request: about.request.clone()?,
            digest: about.digest.clone(),
            delivery: delivery.filter(|_| !about.labels.is_empty()).map(|delivery| delivery.as_str().to_owned()),
        })
    }

    /// What happened; none when the word is not one of ours.
    pub fn kind(&self) -> Option<ActivityKind> {
        ActivityKind::parse(&self.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{ActivityAbout, ActivityId};

    #[test]
    fn only_what_somebody_asked_can_be_proven() {
        let about = ActivityAbout {
            party: Some(LocalText::same("Werkgever")),
            party_id: Some("x509_hash:a".to_owned()),
            request: Some("r".to_owned()),
            labels: vec![LocalText::new("Naam", "Name")],
            kept_until: Some(86_400_000),
            ..ActivityAbout::default()
        };
        let entry = |kind| Activity { id: ActivityId::new("a"), at: Timestamp::from_seconds(0), kind, about: about.clone() };
        let (now, wallet) = (Timestamp::from_seconds(5), "https://wallet.example");
        let proof = SharingProof::of(&entry(ActivityKind::Shared), wallet, Some(Delivery::Uncertain), now).unwrap();
        assert_eq!((proof.event.as_str(), proof.kind(), proof.iat), ("shared", Some(ActivityKind::Shared), 5));
        assert_eq!((proof.kept_until.as_deref(), proof.delivery.as_deref()), (Some("1970-01-02"), Some("uncertain")));
        assert_eq!(SharingProof::of(&entry(ActivityKind::Received), wallet, None, now), None);
        let nobody = Activity { about: ActivityAbout { party_id: None, ..about.clone() }, ..entry(ActivityKind::Shared) };
        assert_eq!(SharingProof::of(&nobody, wallet, None, now), None);
    }
}
