//! The scopes of the Open Badges API (section 7.1): what a platform may do for a learner.

/// What the four scopes begin with.
const PREFIX: &str = "https://purl.imsglobal.org/spec/ob/v3p0/scope/";

/// One scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Read badges.
    Read,
    /// Add badges, or replace them by newer ones.
    Upsert,
    /// Read what the learner is called.
    ReadProfile,
    /// Write something down of the learner, for this platform.
    UpdateProfile,
    /// Go on while the learner is away.
    Offline,
}

impl Scope {
    /// All of them, in the order of pages.
    pub(crate) const ALL: [Self; 5] = [Self::Read, Self::Upsert, Self::ReadProfile, Self::UpdateProfile, Self::Offline];

    /// The word in messages.
    pub(crate) fn as_str(self) -> String {
        let name = match self {
            Self::Read => "credential.readonly",
            Self::Upsert => "credential.upsert",
            Self::ReadProfile => "profile.readonly",
            Self::UpdateProfile => "profile.update",
            Self::Offline => return "offline_access".to_owned(),
        };
        format!("{PREFIX}{name}")
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }
}

/// Several scopes, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scopes(Vec<Scope>);

impl Scopes {
    /// Reads a list of words with spaces between; `None` when one is not known here, or none is there.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let found: Option<Vec<Scope>> = text.split_ascii_whitespace().map(Scope::parse).collect();
        found.filter(|found| !found.is_empty()).map(|found| Self::of(&found))
    }

    /// Those of a list of words that are known here.
    pub(crate) fn known(text: &str) -> Self {
        Self::of(&text.split_ascii_whitespace().filter_map(Scope::parse).collect::<Vec<_>>())
    }

    fn of(found: &[Scope]) -> Self {
        Self(Scope::ALL.into_iter().filter(|scope| found.contains(scope)).collect())
    }

    /// Whether a scope is among them.
    pub(crate) fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether all of them are among others.
    pub(crate) fn within(&self, others: &Self) -> bool {
        self.0.iter().all(|scope| others.has(*scope))
    }

    /// Whether they allow nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|scope| *scope == Scope::Offline)
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl std::fmt::Display for Scopes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_written() {
        let text = format!("{PREFIX}credential.readonly offline_access");
        let scopes = Scopes::parse(&text).unwrap();
        assert_eq!(scopes.to_string(), text);
        assert!(scopes.has(Scope::Read) && !scopes.has(Scope::Upsert) && !scopes.is_empty());
        assert!(scopes.within(&Scopes::known(&format!("{text} {PREFIX}profile.update openid"))));
        assert!(!Scopes::known("openid offline_access").within(&Scopes::default()) && Scopes::known("offline_access").is_empty());
        assert!(Scopes::parse("openid").is_none() && Scopes::parse(" ").is_none());
    }
}
