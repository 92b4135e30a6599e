//! An institution as it runs: what the configuration says of it, its eduID client, its templates; and how a request names one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::extract::{FromRef, FromRequestParts, RawPathParams};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use http::oidc::{Eduid, EduidConfig, Provider};
use http::{AppCore, Bearer, Failed, Kind, Origin};
use model::Timestamp;
use model::achievement::AwardingBody;
use model::configuration::Configuration;

use crate::award::template::Template;
use crate::config::{Haip, InstitutionConfig, StaffMember};
use crate::published::Published;

/// A running institution.
pub(crate) struct Institution {
    pub(crate) config: InstitutionConfig,
    /// Its Credential Issuer Identifier: `{issuer}/{slug}`.
    pub(crate) identifier: String,
    pub(crate) eduid: Eduid,
    pub(crate) templates: Vec<Arc<Template>>,
    /// What it publishes of itself.
    pub(crate) documents: Documents,
}

/// Documents that are public and remembered.
#[derive(Default)]
pub(crate) struct Documents {
    pub(crate) credential_issuer: Renewed,
    pub(crate) signed_credential_issuer: Renewed,
    pub(crate) authorization_server: OnceLock<Published>,
}

/// A document that is written anew every five minutes, and when the key that it goes by is another one.
#[derive(Default)]
pub(crate) struct Renewed(Mutex<Option<(String, Timestamp, Published)>>);

impl Renewed {
    const SECONDS: i64 = 300;

    /// The document, when it still holds.
    pub(crate) fn find(&self, key: &str, now: Timestamp) -> Option<Published> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, since, published) = kept.as_ref()?;
        let fresh = *since <= now && now < since.plus_seconds(Self::SECONDS);
        (fresh && of == key).then(|| published.clone())
    }

    /// Remembers it.
    pub(crate) fn keep(&self, key: &str, now: Timestamp, published: Published) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((key.to_owned(), now, published));
    }
}

impl Institution {
    pub(crate) fn slug(&self) -> &str {
        self.config.slug.as_str()
    }

    /// An address below its identifier; `path` starts with `/`.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.identifier)
    }

    /// How many copies of a form a wallet may ask for at once; never none.
    pub(crate) fn batch_size(&self) -> usize {
        usize::try_from(self.config.issuing.batch_size).unwrap_or(1).max(1)
    }

    /// How many credentials of one award may be out when more copies are asked for.
    pub(crate) fn live_copies(&self) -> usize {
        usize::try_from(self.config.issuing.live_copies).unwrap_or(usize::MAX)
    }

    /// Whether a Credential Configuration is issued by the rules of HAIP only.
    pub(crate) fn is_haip(&self, configuration: &str) -> bool {
        match &self.config.haip {
            Haip::Nothing => false,
            Haip::Configurations(ids) => ids.iter().any(|id| id == configuration),
            Haip::Everything => true,
        }
    }

    /// Whether everything here is.
    pub(crate) fn is_all_haip(&self) -> bool {
        Configuration::ALL.into_iter().all(|one| self.is_haip(one.id()))
    }

    pub(crate) fn awarding_body(&self) -> AwardingBody {
        AwardingBody {
            name: self.config.name.nl.clone(),
            brin: self.config.brin.clone(),
            schac_home: self.config.schac_home.clone(),
            country: self.config.country.clone(),
        }
    }

    pub(crate) fn name(&self) -> web::Text {
        text(&self.config.name)
    }

    pub(crate) fn template(&self, name: &str) -> Option<&Arc<Template>> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// The template of a course, by any code that the source has for it.
    pub(crate) fn template_of_course<'a>(&self, codes: impl IntoIterator<Item = &'a str>) -> Option<&Arc<Template>> {
        codes.into_iter().find_map(|code| self.templates.iter().find(|template| template.is_for(code)))
    }

    pub(crate) fn staff(&self, eduid: &str) -> Option<&StaffMember> {
        self.config.staff.iter().find(|member| member.eduid == eduid)
    }
}

/// A text of the configuration on a page.
pub(crate) fn text(text: &model::LocalText) -> web::Text {
    web::Text { nl: text.nl.clone(), en: text.en.clone() }
}

/// The institutions by slug. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Institutions(Arc<BTreeMap<String, Arc<Institution>>>);

impl Institutions {
    pub(crate) fn new(
        configs: Vec<InstitutionConfig>,
        origin: &Origin,
        templates: &BTreeMap<String, Arc<Template>>,
    ) -> Result<Self, crate::OpenError> {
        let mut providers: BTreeMap<String, Provider> = BTreeMap::new();
        let mut all = BTreeMap::new();
        for config in configs {
            let provider =
                providers.entry(config.eduid.discovery.clone()).or_insert_with(|| Provider::new(&config.eduid.discovery)).clone();
            let identifier = origin.at(&format!("/{}", config.slug));
            let eduid = Eduid::new(
                provider,
                EduidConfig {
                    client_id: config.eduid.client_id.clone(),
                    client_secret: config.eduid.client_secret.clone(),
                    redirect_uri: format!("{identifier}/auth/callback"),
                    scopes: Vec::new(),
                    acr_values: None,
                },
            );
            let named = config.templates.iter().map(|name| {
                templates
                    .get(name)
                    .cloned()
                    .ok_or_else(|| crate::OpenError::Template { institution: config.slug.to_string(), name: name.clone() })
            });
            let templates = named.collect::<Result<Vec<_>, _>>()?;
            let slug = config.slug.to_string();
            let institution = Arc::new(Institution { config, identifier, eduid, templates, documents: Documents::default() });
            if all.insert(slug.clone(), institution).is_some() {
                return Err(crate::OpenError::Twice(slug));
            }
        }
        Ok(Self(Arc::new(all)))
    }

    pub(crate) fn get(&self, slug: &str) -> Option<&Arc<Institution>> {
        self.0.get(slug)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Institution>> {
        self.0.values()
    }
}

/// The institution that a path names. Unknown: 404.
pub(crate) struct At(pub(crate) Arc<Institution>);

impl<S> FromRequestParts<S> for At
where
    S: Send + Sync,
    Institutions: FromRef<S>,
{
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let nothing = || Failed::new(Kind::NotFound, "not_found");
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| nothing())?;
        let slug = params.iter().find_map(|(name, value)| (name == "institution").then(|| value.to_owned())).ok_or_else(nothing)?;
        Institutions::from_ref(state).get(&slug).map(|found| Self(Arc::clone(found))).ok_or_else(nothing)
    }
}

/// The institution that a path names, called with its own API key. No, an unknown or another institution's key: 401. Calls of
/// one institution are counted together: 429 beyond `limits.api`.
pub(crate) struct Keyed(pub(crate) Arc<Institution>);

impl<S> FromRequestParts<S> for Keyed
where
    S: Send + Sync,
    Institutions: FromRef<S>,
    AppCore: FromRef<S>,
{
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let At(institution) = At::from_request_parts(parts, state).await?;
        if !has_key(&institution, &parts.headers) {
            return Err(Bearer::unknown());
        }
        let core = AppCore::from_ref(state);
        core.limits().take("api", institution.slug(), core.now())?;
        Ok(Self(institution))
    }
}

/// Hashes are compared, so the time it takes says nothing about the key.
fn has_key(institution: &Institution, headers: &HeaderMap) -> bool {
    Bearer::read(headers).is_some_and(|bearer| bearer.hash() == institution.config.api_key_hash)
}
