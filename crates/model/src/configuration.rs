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
    /// A microcredential as SD-JWT VC in the words of drafts (`vc+sd-jwt`), where an institution opened that bridge.
    MicrocredentialVcSdJwt,
    /// A proof of enrolment as SD-JWT VC in the words of drafts (`vc+sd-jwt`), where an institution opened that bridge.
    EnrolmentVcSdJwt,
}

impl Configuration {
    /// All that every institution has, in order.
    pub const ALL: [Self; 5] = [
        Self::MicrocredentialSdJwt,
        Self::MicrocredentialOpenBadge,
        Self::MicrocredentialOpenBadgeJwt,
        Self::EnrolmentSdJwt,
        Self::EnrolmentVc,
    ];

    /// What only older wallets ask for.
    pub const OLDER: [Self; 2] = [Self::MicrocredentialVcSdJwt, Self::EnrolmentVcSdJwt];

    /// The identifier in issuer metadata and offers.
    pub const fn id(self) -> &'static str {
        match self {
            Self::MicrocredentialSdJwt => "microcredential-sd-jwt",
            Self::MicrocredentialOpenBadge => "microcredential-open-badge",
            Self::MicrocredentialOpenBadgeJwt => "microcredential-open-badge-jwt",
            Self::EnrolmentSdJwt => "enrolment-sd-jwt",
            Self::EnrolmentVc => "enrolment-vc",
            Self::MicrocredentialVcSdJwt => "microcredential-vc-sd-jwt",
            Self::EnrolmentVcSdJwt => "enrolment-vc-sd-jwt",
        }
    }

    /// From the identifier.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().chain(Self::OLDER).find(|configuration| configuration.id() == id)
    }

    /// What it attests.
    pub const fn kind(self) -> Kind {
        match self {
            Self::MicrocredentialSdJwt
            | Self::MicrocredentialOpenBadge
            | Self::MicrocredentialOpenBadgeJwt
            | Self::MicrocredentialVcSdJwt => Kind::Microcredential,
            Self::EnrolmentSdJwt | Self::EnrolmentVc | Self::EnrolmentVcSdJwt => Kind::Enrolment,
        }
    }

    /// The Credential Format Identifier (OpenID4VCI appendix A).
    pub const fn format(self) -> &'static str {
        match self {
            Self::MicrocredentialSdJwt | Self::EnrolmentSdJwt => "dc+sd-jwt",
            Self::MicrocredentialOpenBadge | Self::EnrolmentVc => "ldp_vc",
            Self::MicrocredentialOpenBadgeJwt => "jwt_vc_json",
            Self::MicrocredentialVcSdJwt | Self::EnrolmentVcSdJwt => "vc+sd-jwt",
        }
    }

    /// Whether it is an SD-JWT VC, in whatever words.
    pub const fn is_sd_jwt(self) -> bool {
        matches!(self, Self::MicrocredentialSdJwt | Self::EnrolmentSdJwt | Self::MicrocredentialVcSdJwt | Self::EnrolmentVcSdJwt)
    }

    /// Whether only older wallets ask for it.
    pub const fn is_older(self) -> bool {
        matches!(self, Self::MicrocredentialVcSdJwt | Self::EnrolmentVcSdJwt)
    }

    /// What an older wallet gets of this kind.
    pub const fn older(kind: Kind) -> Self {
        match kind {
            Kind::Microcredential => Self::MicrocredentialVcSdJwt,
            Kind::Enrolment => Self::EnrolmentVcSdJwt,
        }
    }

    /// Everything that an award of this kind can be collected as, in order; without what only older wallets ask for.
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
        for one in Configuration::ALL.into_iter().chain(Configuration::OLDER) {
            assert_eq!(Configuration::parse(one.id()), Some(one));
            assert_eq!(one.is_older(), Configuration::older(one.kind()) == one);
        }
    }
}
