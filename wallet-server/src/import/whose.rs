//! Whom a badge from elsewhere is about, as far as that can be told here (decision 0019).

use model::held::Summary;
use model::id::LearnerId;
use serde_json::Value;
use storage::{StorageError, WalletTx};
use vc::key::{Jwk, SigningKey};
use web::import::Names;

use crate::hold::form::Form;
use crate::receive::name_differs;

/// Whom a badge is about.
#[derive(PartialEq, Eq)]
pub(crate) enum Whose {
    /// It is bound to a key of this learner's, or says what only this learner is called.
    Mine,
    /// What it says cannot be compared with anything that is known here.
    Unsaid(Vec<Names>),
    /// It is bound to a key that this wallet does not keep for this learner.
    AnotherKey,
    /// It names somebody else.
    AnotherName,
}

impl Whose {
    /// Whom a badge is about, for a learner. `known_as` is how the platform that brought it knows the learner.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub(crate) async fn of(
        tx: &mut WalletTx,
        learner: &LearnerId,
        (form, summary): (&Form, &Summary),
        known_as: Option<&str>,
    ) -> Result<Self, StorageError> {
        let own_name = tx.learner_name(learner).await?;
        let named = names(form);
        let says = |named: &Names| match named {
            Names::Name(name) => Some(name.clone()),
            _ => None,
        };
        let mut called = named.iter().filter_map(says).chain(summary.holder.clone());
        if own_name.is_some_and(|own| called.any(|name| nothing_shared(&name, &own))) {
            return Ok(Self::AnotherName);
        }
        if let Some(key) = form.holder() {
            let own = tx.keys_of(learner).await?;
            let own = own.iter().filter_map(|pkcs8| SigningKey::from_pkcs8(pkcs8).ok()?.public_jwk().ok());
            return Ok(if { own }.any(|own: Jwk| own.same_key(&key)) { Self::Mine } else { Self::AnotherKey });
        }
        let by_platform = |named: &Names| matches!((named, known_as), (Names::Other(id), Some(known)) if id == known);
        Ok(if named.iter().any(by_platform) { Self::Mine } else { Self::Unsaid(named) })
    }
}

/// Whether two names have no word in common: then they are of two people. A maiden name or an initial is no reason to say so.
fn nothing_shared(one: &str, other: &str) -> bool {
    let words = |name: &str| name.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let other = words(other);
    name_differs(one, &other.join(" ")) && !words(one).iter().any(|word| other.contains(word))
}

/// What a badge calls the person: the subject's `id` and `identifier`s.
fn names(form: &Form) -> Vec<Names> {
    let mut found = Vec::new();
    for subject in items(form.document().get("credentialSubject")) {
        found.extend(subject.get("id").and_then(Value::as_str).map(|id| match id.strip_prefix("mailto:") {
            Some(mail) => Names::Mail(mail.to_owned()),
            None => Names::Other(id.to_owned()),
        }));
        for identifier in items(subject.get("identifier")) {
            let text = |name: &str| identifier.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let hashed = identifier.get("hashed").and_then(Value::as_bool).unwrap_or_default();
            found.push(match (hashed, text("identityType").as_str()) {
                (true, _) => Names::Hidden,
                (false, "email" | "emailAddress") => Names::Mail(text("identityHash")),
                (false, "name") => Names::Name(text("identityHash")),
                (false, _) => Names::Other(text("identityHash")),
            });
        }
    }
    found
}

fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_badge_calls_somebody() {
        let badge = json!({"credentialSubject": {"id": "mailto:samira@school.example", "identifier": [
            {"identityType": "emailAddress", "hashed": true, "identityHash": "sha256$00"},
            {"identityType": "name", "hashed": false, "identityHash": "Samira de Vries"},
            {"identityType": "sourcedId", "hashed": false, "identityHash": "s-1"}]}});
        let form = Form::read("ldp_vc", &badge.to_string()).unwrap();
        let expected = [
            Names::Mail("samira@school.example".to_owned()),
            Names::Hidden,
            Names::Name("Samira de Vries".to_owned()),
            Names::Other("s-1".to_owned()),
        ];
        assert_eq!(names(&form), expected);
    }

    #[test]
    fn two_people_share_no_word_of_their_names() {
        assert!(nothing_shared("Barry Jansen", "Samira de Vries"));
        for same in ["Samira Jansen", "S. de Vries", "samira de vries"] {
            assert!(!nothing_shared(same, "Samira de Vries"), "{same}");
        }
    }
}
