//! Credential Configurations: as what an award can be collected (`interfaces.md` section 4).

use crate::award::Kind;

/// One form in which an award is issued. The order is the order of an offer: the form that every wallet takes comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Configuration {
    /// A microcredential as SD-JWT VC (`dc+sd-jwt`).
    MicrocredentialSdJwt,
    /// A microcredential as Open Badge 3.0 with an embedded proof (`ldp_vc`).
    MicrocredentialOpenBadge,
    /// A microcredential as Open Badge 3.0 in a JWT (`jwt_vc_json`).
    MicrocredentialOpenBadgeJwt,
    /// A proof of enrolment as SD-JWT VC (`dc+sd-jwt`).
    EnrolmentSdJwt,
    /// A proof of enrolment as W3C credential with an embedded proof (`ldp_vc`).
    EnrolmentVc,
}

impl Configuration {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [
        Self::MicrocredentialSdJwt,
        Self::MicrocredentialOpenBadge,
        Self::MicrocredentialOpenBadgeJwt,
        Self::EnrolmentSdJwt,
        Self::EnrolmentVc,
    ];

    /// The identifier in issuer metadata and offers.
    pub const fn id(self) -> &'static str {
        match self {
            Self::MicrocredentialSdJwt => "microcredential-sd-jwt",
            Self::MicrocredentialOpenBadge => "microcredential-open-badge",
            Self::MicrocredentialOpenBadgeJwt => "microcredential-open-badge-jwt",
            Self::EnrolmentSdJwt => "enrolment-sd-jwt",
            Self::EnrolmentVc => "enrolment-vc",
        }
    }

    /// From the identifier.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|configuration| configuration.id() == id)
    }

    /// What it attests.
    pub const fn kind(self) -> Kind {
        match self {
            Self::MicrocredentialSdJwt | Self::MicrocredentialOpenBadge | Self::MicrocredentialOpenBadgeJwt => Kind::Microcredential,
            Self::EnrolmentSdJwt | Self::EnrolmentVc => Kind::Enrolment,
        }
    }

    /// The Credential Format Identifier (OpenID4VCI appendix A).
    pub const fn format(self) -> &'static str {
        match self {
            Self::MicrocredentialSdJwt | Self::EnrolmentSdJwt => "dc+sd-jwt",
            Self::MicrocredentialOpenBadge | Self::EnrolmentVc => "ldp_vc",
            Self::MicrocredentialOpenBadgeJwt => "jwt_vc_json",
        }
    }

    /// Everything that an award of this kind can be collected as, in order.
    pub fn of(kind: Kind) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |configuration| configuration.kind() == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_of_a_kind_is_its_first() {
        for kind in [Kind::Microcredential, Kind::Enrolment] {
            assert_eq!(Configuration::of(kind).next().map(Configuration::id), Some(kind.configuration()));
        }
        for one in Configuration::ALL {
            assert_eq!(Configuration::parse(one.id()), Some(one));
        }
    }
}
