//! The three roles as the demo configures them.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use credential_issuer::{
    EduidClient, Haip, InstitutionConfig, Issuing, OoapiCredentials, OoapiSource, Sector, SigningSource, StaffMember, WalletClient,
};
use http::egress::{Egress, Rules};
use http::limits::Limits;
use http::role::Surroundings;
use http::{Origin, RegisterFile, RoleUrls, SessionTimes};
use model::LocalText;
use model::award::Finality;
use model::id::Slug;
use storage::MasterKey;
use vc::random::bytes;
use wallet_server::{MailConfig, MailTls};

use super::DemoError;
use super::databases::Databases;
use super::gate::guard;
use super::peers::Peers;
use super::plan::{InstitutionSecrets, Plan, secret};
use crate::openapi::{Of, described};
use crate::operations::Ready;
use crate::roles::{Data, Roles};

/// How often the sandbox institutions are read.
const POLL: Duration = Duration::from_secs(5);
/// Limits by address are so much wider.
const WIDENED: f64 = 100.0;

const HBO_TEMPLATES: [&str; 12] = [
    "data-analyse-basis",
    "datavisualisatie",
    "toegankelijk-ontwerpen",
    "interviewen",
    "duurzaam-ondernemen",
    "projectmatig-werken",
    "ai-in-de-praktijk",
    "schrijven-voor-het-web",
    "statistiek",
    "presenteren",
    "ethiek-en-technologie",
    "onderzoeksvaardigheden",
];
const MBO_TEMPLATES: [&str; 8] = [
    "zorgtechnologie",
    "medicatieveiligheid",
    "zorg-op-afstand",
    "werkbegeleiding",
    "communicatie-in-de-zorg",
    "digitale-vaardigheden",
    "rekenen-in-de-zorg",
    "dementie",
];

/// Opens the roles over their databases.
pub(super) async fn open(plan: &Plan, peers: &Peers, register: RegisterFile, databases: &Databases) -> Result<Roles, DemoError> {
    let egress = Egress::named(Rules { allow_localhost: true, peers: Vec::new() }, None, &plan.agent)?;
    let around = |own: &Origin| Surroundings {
        urls: RoleUrls {
            own: own.clone(),
            wallet: Some(plan.wallet.clone()),
            issuer: Some(plan.issuer.clone()),
            verifier: Some(plan.verifier.clone()),
        },
        clock: plan.clock.clone(),
        random: plan.random.clone(),
        egress: egress.clone(),
        register: register.clone(),
        operator: "Demo op deze computer".to_owned(),
        demo: true,
        limits: Limits::new(Default::default(), WIDENED),
        session_times: SessionTimes::default(),
        trusted_proxies: Vec::new(),
    };
    let data = |role: &str| Data { url: databases.url(role), master: MasterKey::new(bytes(plan.random.as_ref())) };
    let mut roles = Roles::default();
    roles.open_wallet(wallet(plan, peers), around(&plan.wallet), &data("wallet")).await?;
    roles.open_issuer(issuer(plan, peers)?, around(&plan.issuer), &data("issuer")).await?;
    roles.open_verifier(verifier(plan), around(&plan.verifier), &data("verifier")).await?;
    Ok(roles)
}

/// The roles' routers in the order of their ports, behind the gate.
pub(super) fn routers(roles: &Roles, ready: &Ready, agent: &str) -> Vec<Router> {
    let wallet = roles.wallet.as_ref().map(|wallet| wallet.router());
    let issuer = roles.issuer.as_ref().map(|issuer| described(issuer.router(), Of::Issuer));
    let verifier = roles.verifier.as_ref().map(|verifier| described(verifier.router(), Of::Verifier));
    [wallet, issuer, verifier].into_iter().map(|router| guard(router.unwrap_or_default(), ready, agent)).collect()
}

fn discovery(plan: &Plan) -> String {
    plan.eduid.at("/.well-known/openid-configuration")
}

fn wallet(plan: &Plan, peers: &Peers) -> wallet_server::Config {
    let mail = MailConfig {
        host: "127.0.0.1".to_owned(),
        port: peers.mail_port(),
        tls: MailTls::None,
        login: None,
        from: "Eduwallet demo <wallet@demo.example>".to_owned(),
        ca_bundle: None,
    };
    wallet_server::Config {
        eduid_discovery: discovery(plan),
        eduid_client_id: "wallet".to_owned(),
        eduid_client_secret: Some(secret(&plan.wallet_secret)),
        contact: None,
        mail: Some(mail),
        platforms: wallet_server::Platforms::default(),
    }
}

fn issuer(plan: &Plan, peers: &Peers) -> Result<credential_issuer::Config, DemoError> {
    let own_wallet = WalletClient {
        client_id: plan.wallet.at("/client-metadata.json"),
        name: "Eduwallet".to_owned(),
        public: false,
        keys: None,
        redirect_uris: None,
    };
    let institutions = plan.institutions.iter().map(|secrets| institution(plan, peers, secrets));
    Ok(credential_issuer::Config {
        institutions: institutions.collect::<Result<_, _>>()?,
        wallets: vec![own_wallet],
        attesters: Vec::new(),
        register_attests: true,
        allow_localhost: true,
        poll_every: POLL,
        templates: Vec::new(),
        quality_frameworks: Vec::new(),
    })
}

fn institution(plan: &Plan, peers: &Peers, secrets: &InstitutionSecrets) -> Result<InstitutionConfig, DemoError> {
    let about = plan.world.institution(secrets.slug).ok_or(DemoError::Config("an institution is missing"))?;
    let higher = about.sector == "higher professional education";
    let templates: &[&str] = if higher { &HBO_TEMPLATES } else { &MBO_TEMPLATES };
    Ok(InstitutionConfig {
        slug: Slug::parse(about.slug).ok_or(DemoError::Config("a slug"))?,
        name: LocalText::new(about.name_nl, about.name_en),
        sector: if higher { Sector::Hbo } else { Sector::Mbo },
        brin: about.brin.to_owned(),
        schac_home: about.schac_home.to_owned(),
        country: "NL".to_owned(),
        site: Some(format!("https://{}", about.schac_home)),
        api_key_hash: storage::hash_token(&secrets.api_key),
        ooapi: peers.institutions().base(about.slug).map(|base| OoapiSource {
            base,
            credentials: OoapiCredentials::Basic { user: about.user.clone(), password: secret(&about.password) },
        }),
        eduid: EduidClient {
            discovery: discovery(plan),
            client_id: secrets.eduid_client.clone(),
            client_secret: Some(secret(&secrets.eduid_secret)),
        },
        haip: Haip::Nothing,
        finality: Finality::SourceSays,
        signing: SigningSource::Authority(Arc::clone(&plan.authority)),
        templates: templates.iter().map(|name| (*name).to_owned()).collect(),
        staff: staff(plan, about.slug),
        issuing: Issuing::default(),
    })
}

fn verifier(plan: &Plan) -> verifier::Config {
    let organisations = plan.organisations.iter().map(|one| verifier::OrganisationConfig {
        slug: one.slug.to_owned(),
        api_key_hash: storage::hash_token(&one.api_key),
        signing_key: one.key.clone(),
        chain: one.chain.clone(),
    });
    verifier::Config { organisations: organisations.collect(), contact: None }
}

fn staff(plan: &Plan, slug: &str) -> Vec<StaffMember> {
    let members = plan.world.personas().iter().filter_map(|persona| match persona.kind {
        sandbox::PersonaKind::Staff { institution, approver } if institution == slug => {
            Some(StaffMember { eduid: plan.world.eduid(persona.id, slug)?, name: persona.name(), approver })
        }
        _ => None,
    });
    members.collect()
}
