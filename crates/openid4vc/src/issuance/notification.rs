//! What the wallet tells the issuer about a credential during issuing (OpenID4VCI section 11, rows F1 and F2).

use serde::{Deserialize, Serialize};

use crate::oauth::printable;

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// From the credential answer.
    pub notification_id: String,
    /// What happened.
    pub event: NotificationEvent,
    /// Printable ASCII.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_description: Option<String>,
}

/// Case-sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationEvent {
    /// The credential is stored.
    CredentialAccepted,
    /// It could not be used.
    CredentialFailure,
    /// The learner stopped the issuing. Our wallet never sends it, because it would tell about use.
    CredentialDeleted,
}

/// Errors of the notification endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotificationErrorCode {
    /// Row F1.
    #[error("invalid_notification_id")]
    InvalidNotificationId,
    /// Row F2.
    #[error("invalid_notification_request")]
    InvalidNotificationRequest,
}

impl NotificationErrorCode {
    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidNotificationId => "invalid_notification_id",
            Self::InvalidNotificationRequest => "invalid_notification_request",
        }
    }
}

impl Notification {
    /// The JSON body; what may not stand in the description is left out.
    pub fn body(&self) -> String {
        let event_description = self.event_description.as_deref().map(printable);
        serde_json::to_string(&Self { event_description, ..self.clone() }).unwrap_or_default()
    }

    /// Reads a body. Unknown members are ignored, and a description that breaks the rules is dropped.
    ///
    /// # Errors
    /// `invalid_notification_request`; an empty id is `invalid_notification_id`, as every other that was never given out.
    pub fn parse(body: &[u8]) -> Result<Self, NotificationErrorCode> {
        let value = vc::strict_json::parse(body).map_err(|_| NotificationErrorCode::InvalidNotificationRequest)?;
        let mut told: Self = serde_json::from_value(value).map_err(|_| NotificationErrorCode::InvalidNotificationRequest)?;
        told.event_description = told.event_description.filter(|words| printable(words) == *words);
        if told.notification_id.is_empty() { Err(NotificationErrorCode::InvalidNotificationId) } else { Ok(told) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vci_11_1_a_description_is_printable_ascii() {
        let told = Notification {
            notification_id: "n".into(),
            event: NotificationEvent::CredentialFailure,
            event_description: Some("out of \"storage\" \u{2026}".into()),
        };
        let read = Notification::parse(told.body().as_bytes()).unwrap();
        assert_eq!(read.event_description.as_deref(), Some("out of storage "));
        let raw = serde_json::to_vec(&told).unwrap();
        assert_eq!(Notification::parse(&raw).unwrap().event_description, None);
    }

    #[test]
    fn vci_11_1_there_are_three_events() {
        for (name, event) in [
            ("credential_accepted", NotificationEvent::CredentialAccepted),
            ("credential_failure", NotificationEvent::CredentialFailure),
            ("credential_deleted", NotificationEvent::CredentialDeleted),
        ] {
            let body = format!(r#"{{"notification_id":"n","event":"{name}"}}"#);
            let told = Notification::parse(body.as_bytes()).unwrap();
            assert_eq!((told.event, told.body()), (event, body));
        }
        assert_eq!(
            Notification::parse(br#"{"notification_id":"n","notification_id":"m","event":"credential_accepted"}"#).err(),
            Some(NotificationErrorCode::InvalidNotificationRequest)
        );
    }

    #[test]
    fn row_f2() {
        for body in [
            &br#"{"notification_id":"n","event":"Credential_Accepted"}"#[..],
            br#"{"notification_id":"n"}"#,
            br#"{"event":"credential_accepted"}"#,
            br#"{"notification_id":5,"event":"credential_accepted"}"#,
            b"[]",
        ] {
            assert_eq!(Notification::parse(body), Err(NotificationErrorCode::InvalidNotificationRequest));
        }
        let nameless = Notification::parse(br#"{"notification_id":"","event":"credential_accepted"}"#);
        assert_eq!(nameless, Err(NotificationErrorCode::InvalidNotificationId));
        let event = Notification::parse(br#"{"notification_id":"n","event":"credential_accepted","x":1}"#).unwrap().event;
        assert_eq!(event, NotificationEvent::CredentialAccepted);
    }
}
