//! Who asks, how that is proven, and what the register holds that party to. Names come from the register, never from the request,
//! unless nobody vouches; then the page says so.

use model::LocalText;
use model::register::{Logo, Party as Registered, PartyState, Register, Service};
use openid4vc::{Authentication, AuthorizationRequest, Purpose};
use serde::Serialize;
use web::badge::Colour;
use web::consent::Retention;
use web::party::{Party, Proof};
use web::{Fact, Text, Value};

use crate::hold::display::{day, text};

/// The asker of a request as the register sees it now.
pub(super) struct Asker<'a> {
    /// In the register, with the service that asks.
    pub(super) known: Option<(&'a Registered, &'a Service)>,
    /// What it states itself.
    pub(super) purpose: Option<Purpose>,
    host: String,
    authentication: &'a Authentication,
    own_name: Option<String>,
}

/// What of the register was on the page, for the digest of what was shown.
#[derive(Serialize)]
pub(super) struct Standing<'a>(Option<(&'a Registered, &'a Service)>);

/// The register's entry for a client. An address alone proves nothing, so it never stands for a registered party. A certificate
/// that the register names by its hash is that party's under whichever of its names it asks.
fn entry<'a>(register: &'a Register, request: &AuthorizationRequest) -> Option<(&'a Registered, &'a Service)> {
    let named = || register.client(request.client_id.as_str());
    match &request.authentication {
        Authentication::AddressOnly => None,
        Authentication::Did { .. } | Authentication::Registered | Authentication::Attested { .. } => named(),
        Authentication::Certificate { sha256, .. } => named().or_else(|| register.client(&format!("x509_hash:{sha256}"))),
    }
}

/// Whether the register knows the asker and does not let it ask for now.
pub(super) fn is_suspended(register: &Register, request: &AuthorizationRequest) -> bool {
    entry(register, request).is_some_and(|(party, _)| party.state != PartyState::Admitted)
}

impl<'a> Asker<'a> {
    /// The asker of a request.
    pub(super) fn of(request: &'a AuthorizationRequest, register: &'a Register) -> Self {
        let purpose = request.purpose();
        Self {
            known: entry(register, request).filter(|(party, _)| party.state == PartyState::Admitted),
            host: request.response_uri.host_str().unwrap_or_default().to_owned(),
            authentication: &request.authentication,
            own_name: purpose.as_ref().and_then(|purpose| purpose.name.clone()).or_else(|| request.client_metadata.client_name.clone()),
            purpose,
        }
    }

    /// What of the register the page rests on.
    pub(super) fn standing(&self) -> Standing<'a> {
        Standing(self.known)
    }

    /// The host of `response_uri`, without port: what is typed to confirm.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The name by which it is shown and remembered.
    pub(super) fn name(&self) -> LocalText {
        match self.known {
            Some((party, _)) => party.name.clone(),
            None => LocalText::same(self.own_name.clone().unwrap_or_else(|| self.host.clone())),
        }
    }

    /// Whether it may ask a claim of a type; only the register says so, and where there is no entry there is no limit to pass.
    pub(super) fn may_ask(&self, credential_type: &str, claim: &str) -> bool {
        self.known.is_none_or(|(_, service)| service.may_ask(credential_type, claim))
    }

    /// The party as a page shows it.
    pub(super) fn party(&self, register: &Register) -> Party {
        let Some((party, service)) = self.known else { return self.unproven() };
        let mut facts: Vec<Fact> = Vec::new();
        facts.extend(party.legal_name.clone().map(|name| Fact::new(Text::new("Wettelijke naam", "Legal name"), Value::same(name))));
        facts.extend(party.place.as_ref().map(|place| Fact::new(Text::new("Plaats", "Place"), Value::Text(text(place)))));
        facts.extend(party.site.clone().map(|site| Fact::new(Text::new("Website", "Website"), Value::same(site))));
        facts.push(self.answer_goes_to());
        let colour = party.colour.as_deref().and_then(Colour::from_hex).unwrap_or_else(|| Colour::of(&party.slug));
        Party {
            name: text(&party.name),
            service: Some(text(&service.name)),
            colour,
            picture: party.logo.as_ref().map(Logo::path),
            proof: Proof::Register { keeper: text(&register.keeper.name) },
            facts,
        }
    }

    fn unproven(&self) -> Party {
        let proof = match self.authentication {
            Authentication::Certificate { san_dns, .. } => {
                Proof::Certificate { host: san_dns.first().cloned().unwrap_or_else(|| self.host.clone()) }
            }
            Authentication::Did { .. } | Authentication::Registered | Authentication::Attested { .. } | Authentication::AddressOnly => {
                Proof::Address { host: self.host.clone() }
            }
        };
        Party {
            name: text(&self.name()),
            service: None,
            colour: Colour::of(&self.host),
            picture: None,
            proof,
            facts: vec![self.answer_goes_to()],
        }
    }

    fn answer_goes_to(&self) -> Fact {
        Fact::new(Text::new("Het antwoord gaat naar", "The answer goes to"), Value::same(self.host.clone()))
    }

    /// Why it asks: its own words, as far as the register lets it state its own purposes.
    pub(super) fn purpose(&self) -> LocalText {
        let own = self.purpose.as_ref().map(|purpose| local(&purpose.purpose));
        match self.known.map(|(_, service)| service.purposes.as_slice()) {
            Some(allowed @ [first, ..]) => own.filter(|own| allowed.contains(own)).unwrap_or_else(|| first.clone()),
            _ => own.unwrap_or_else(|| {
                LocalText::new("De vrager zegt niet waarom hij dit vraagt.", "The asker does not say why it asks this.")
            }),
        }
    }

    /// The purpose that it states and that the register does not let it ask for. What is then shown and written down is the register's.
    pub(super) fn purpose_beyond(&self) -> Option<LocalText> {
        let own = self.purpose.as_ref().map(|purpose| local(&purpose.purpose))?;
        let allowed = self.known.map(|(_, service)| service.purposes.as_slice()).filter(|allowed| !allowed.is_empty())?;
        (!allowed.contains(&own)).then_some(own)
    }

    /// How many days it promises to keep it at most: what it says, and never more than the register allows.
    pub(super) fn retention_days(&self) -> Option<u32> {
        let own = self.purpose.as_ref().map(|purpose| purpose.retention_days);
        let most = self.known.map(|(_, service)| service.max_retention_days);
        match (own, most) {
            (Some(own), Some(most)) => Some(own.min(most)),
            (own, most) => own.or(most),
        }
    }

    /// Whom to write to for deletion.
    pub(super) fn contact(&self) -> Option<String> {
        self.known.map(|(_, service)| service.contact.clone()).or_else(|| self.purpose.as_ref()?.contact.clone())
    }

    /// What it promises of keeping, seen from `now`.
    pub(super) fn retention(&self, now: model::Timestamp) -> Retention {
        let onward = match self.known {
            Some((_, service)) => service.onward_sharing.as_ref().map(text),
            None => self.purpose.as_ref().and_then(|purpose| purpose.onward.as_ref()).map(|words| text(&local(words))),
        };
        Retention { until: self.retention_days().map(|days| day(now.plus_days(i64::from(days)))), onward, contact: self.contact() }
    }

    /// The ground that it names.
    pub(super) fn ground(&self) -> Option<Text> {
        self.stated_ground().as_ref().map(text)
    }

    /// The same, as it is written down.
    pub(super) fn stated_ground(&self) -> Option<LocalText> {
        match self.known {
            Some((_, service)) => Some(service.ground.clone()),
            None => self.purpose.as_ref()?.ground.clone().map(LocalText::same),
        }
    }

    /// Its privacy page; only web addresses become links.
    pub(super) fn privacy_page(&self) -> Option<String> {
        let own = || self.purpose.as_ref()?.privacy_page.clone();
        let page = self.known.map(|(_, service)| service.privacy_page.clone()).or_else(own);
        page.filter(|address| address.starts_with("https://") || address.starts_with("http://localhost"))
    }

    /// The way without the wallet.
    pub(super) fn without_wallet(&self) -> Option<Text> {
        match self.known {
            Some((_, service)) => Some(text(&service.without_wallet)),
            None => self.purpose.as_ref()?.without_wallet.as_ref().map(|words| text(&local(words))),
        }
    }
}

fn local(words: &openid4vc::Text) -> LocalText {
    LocalText { nl: words.nl.clone(), en: words.en.clone() }
}
