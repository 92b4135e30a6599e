//! One institution that issues: configuration, authority, register and clock, to be opened on any database, by one server or several.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use credential_issuer::{
    Config, CredentialIssuer, EduidClient, Haip, InstitutionConfig, Issuing, OoapiCredentials, OoapiSource, Sector, SigningSource,
};
use http::egress::{Egress, Rules};
use http::limits::Limits;
use http::{Origin, RegisterFile, RoleUrls, SessionTimes, Surroundings};
use model::award::Finality;
use model::id::Slug;
use model::{LocalText, ShiftedClock, SystemClock};
use sandbox::World;
use serde_json::{Value, json};
use storage::{IssuerStore, hash_token};
use vc::random::SystemRandom;
use vc::trust::Trust;
use vc::x509::CertificateAuthority;

use crate::answer::Answer;
use crate::collector::Offered;
use crate::database::test_master;
use crate::door::Door;

/// The institution's slug, the sandbox's hogeschool.
pub const SLUG: &str = "hogeschool-voorbeeld";
/// The key of its machine API.
pub const API_KEY: &str = "key-of-the-test-institution";
/// The secret of its client at eduID, whose name is its slug.
pub const EDUID_SECRET: &str = "secret-of-the-test-institution";
/// How far limits are widened: many tasks of one address are one address.
const WIDENED: f64 = 100_000.0;
/// The issuing templates that it uses: those of the sandbox's courses.
const TEMPLATES: [&str; 4] = ["data-analyse-basis", "datavisualisatie", "interviewen", "projectmatig-werken"];

/// The institution. The authority and the register live in a folder, so that another process finds the same.
pub struct School {
    /// The time that its servers tell.
    pub clock: Arc<ShiftedClock>,
    origin: String,
    folder: PathBuf,
    authority: Arc<CertificateAuthority>,
    source: Option<OoapiSource>,
    eduid: Option<String>,
}

#[expect(clippy::expect_used, reason = "a test without its institution cannot go on")]
impl School {
    /// The institution of a folder, made when the folder has none yet. `origin` is the issuer's, without path.
    ///
    /// # Panics
    /// When the folder cannot be written.
    pub fn of(folder: &Path, origin: &str) -> Self {
        let clock = Arc::new(ShiftedClock::default());
        let authority = Arc::new(authority(folder));
        let anchor = vc::encoding::b64(authority.anchor_der());
        let issues = json!({"credential_issuer": format!("{origin}/{SLUG}"), "types": ["microcredential", "enrolment"]});
        let register = json!({
            "name": {"nl": "Testregister"}, "keeper": {"name": {"nl": "Beheerder"}}, "anchors": [anchor],
            "parties": [{"slug": SLUG, "name": {"nl": "Hogeschool Voorbeeld"}, "issues": issues}],
        });
        std::fs::write(folder.join("register.json"), register.to_string()).expect("the register file");
        Self { clock, origin: origin.to_owned(), folder: folder.to_owned(), authority, source: None, eduid: None }
    }

    /// The same with results of this world's institution, served at this address.
    ///
    /// # Panics
    /// When the world has no such institution.
    #[must_use]
    pub fn reading(mut self, world: &World, base: String) -> Self {
        let about = world.institution(SLUG).expect("the institution");
        let credentials = OoapiCredentials::Basic { user: about.user.clone(), password: about.password.clone().into() };
        self.source = Some(OoapiSource { base, credentials });
        self
    }

    /// The same with learners who sign in at this eduID, by the address of its discovery document.
    #[must_use]
    pub fn signing_in(mut self, discovery: String) -> Self {
        self.eduid = Some(discovery);
        self
    }

    /// Its Credential Issuer Identifier.
    pub fn identifier(&self) -> String {
        format!("{}/{SLUG}", self.origin)
    }

    /// Whom a stranger believes who goes by the register.
    pub fn trust(&self) -> Trust {
        self.register().current().trust()
    }

    #[expect(clippy::expect_used, reason = "a test without its register cannot go on")]
    fn register(&self) -> RegisterFile {
        RegisterFile::open(self.folder.join("register.json")).expect("the register file")
    }

    /// A server of it over a database.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(&self, url: &str) -> CredentialIssuer {
        let surroundings = Surroundings {
            urls: RoleUrls { own: Origin::parse(&self.origin).expect("an origin"), wallet: None, issuer: None, verifier: None },
            clock: Arc::<ShiftedClock>::clone(&self.clock),
            random: Arc::new(SystemRandom),
            egress: Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).expect("a client"),
            register: self.register(),
            operator: "Test".to_owned(),
            demo: false,
            limits: Limits::new(std::collections::HashMap::new(), WIDENED),
            session_times: SessionTimes::default(),
            trusted_proxies: Vec::new(),
        };
        let store = IssuerStore::open(url, &test_master(), Arc::new(SystemRandom)).await.expect("the store opens");
        CredentialIssuer::open(self.config(), surroundings, store).await.expect("the issuer opens")
    }

    fn config(&self) -> Config {
        let institution = InstitutionConfig {
            slug: Slug::parse(SLUG).expect("a slug"),
            name: LocalText::new("Hogeschool Voorbeeld", "Voorbeeld University of Applied Sciences"),
            sector: Sector::Hbo,
            brin: "98HV".to_owned(),
            schac_home: "hogeschool-voorbeeld.example".to_owned(),
            country: "NL".to_owned(),
            site: None,
            api_key_hash: hash_token(API_KEY),
            ooapi: self.source.as_ref().map(|source| OoapiSource {
                base: source.base.clone(),
                credentials: match &source.credentials {
                    OoapiCredentials::Basic { user, password } => {
                        OoapiCredentials::Basic { user: user.clone(), password: password.clone() }
                    }
                    OoapiCredentials::Client { .. } => unreachable!("only made above"),
                },
            }),
            eduid: EduidClient {
                discovery: self.eduid.clone().unwrap_or_else(|| "http://localhost:1/.well-known/openid-configuration".to_owned()),
                client_id: SLUG.to_owned(),
                client_secret: self.eduid.is_some().then(|| EDUID_SECRET.to_owned().into()),
            },
            haip: Haip::Nothing,
            finality: Finality::SourceSays,
            signing: SigningSource::Authority(Arc::clone(&self.authority)),
            templates: TEMPLATES.map(str::to_owned).to_vec(),
            staff: Vec::new(),
            issuing: Issuing::default(),
        };
        let poll_every = Duration::from_secs(3_600);
        Config {
            institutions: vec![institution],
            wallets: Vec::new(),
            attesters: Vec::new(),
            register_attests: false,
            allow_localhost: true,
            poll_every,
            templates: Vec::new(),
            quality_frameworks: Vec::new(),
        }
    }
}

/// The authority of a folder, made when there is none yet.
#[expect(clippy::expect_used, reason = "a test without its authority cannot go on")]
fn authority(folder: &Path) -> CertificateAuthority {
    let (anchor, key) = (folder.join("anchor.der"), folder.join("anchor.key"));
    if let (Ok(anchor), Ok(key)) = (std::fs::read(&anchor), std::fs::read(&key)) {
        return CertificateAuthority::from_parts(&anchor, &key).expect("the authority");
    }
    let now = model::Clock::now(&SystemClock).plus_days(-2);
    let authority = CertificateAuthority::new("Test anchor", now.seconds()).expect("an authority");
    std::fs::write(anchor, authority.anchor_der()).expect("a file");
    std::fs::write(key, authority.key_pkcs8().expect("its key")).expect("a file");
    authority
}

/// The institution's own system, which calls the machine API.
#[derive(Clone)]
pub struct Administration(pub Door);

impl Administration {
    fn path(endpoint: &str) -> String {
        format!("/{SLUG}/api/v1/{endpoint}")
    }

    /// `POST awards`.
    pub async fn award(&self, body: &Value) -> Answer {
        self.0.post(&Self::path("awards"), API_KEY, body).await
    }

    /// `POST offers` for an award.
    pub async fn offer(&self, award: &str) -> Answer {
        self.0.post(&Self::path("offers"), API_KEY, &json!({"award": award})).await
    }

    /// An award with an open offer.
    ///
    /// # Panics
    /// When one of them is not made.
    pub async fn offered(&self, body: &Value) -> Offered {
        let award = self.award(body).await.expect(201).text("/id");
        Offered::read(&self.offer(&award).await.expect(201))
    }

    /// `POST credentials/{id}/status`.
    pub async fn status(&self, credential: &str, status: &str) -> Answer {
        self.0.post(&Self::path(&format!("credentials/{credential}/status")), API_KEY, &json!({"status": status, "reason": "test"})).await
    }

    /// `GET credentials`: the first page.
    pub async fn credentials(&self) -> Answer {
        self.0.get(&Self::path("credentials"), Some(API_KEY)).await
    }
}

/// An award body for a microcredential; `reference` also makes the learner.
pub fn microcredential(reference: &str) -> Value {
    json!({"kind": "microcredential", "reference": reference, "template": "data-analyse-basis",
        "learner": {"eduid": format!("eduid-of-{reference}"), "given_name": "Samira", "family_name": "de Vries", "birthdate": "2004-05-17"},
        "awarded_date": "2026-02-01", "result": {"type": "1-10", "value": "8", "passed": true},
        "final": {"by": "examination board", "on": "2026-02-03"}})
}

/// An award body for a proof of enrolment; `reference` also makes the learner.
pub fn enrolment(reference: &str) -> Value {
    json!({"kind": "enrolment", "reference": reference,
        "learner": {"eduid": format!("eduid-of-{reference}"), "given_name": "Samira", "family_name": "de Vries"},
        "programme": {"crohoCreboCode": "34401", "name": "Communicatie"}, "phase": "bachelor", "modeOfStudy": "full-time",
        "startDate": "2026-09-01", "endDate": "2027-08-31", "state": "associated",
        "final": {"by": "student administration", "on": "2026-09-01"}})
}
