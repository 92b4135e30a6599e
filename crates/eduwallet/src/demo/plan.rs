//! What one demo is made of before anything runs: ports, moments, secrets, certificates.

use std::net::Ipv4Addr;
use std::sync::Arc;

use http::Origin;
use model::{Clock, ShiftedClock, SystemClock, Timestamp};
use sandbox::World;
use sandbox::world::HISTORY_DAYS;
use secrecy::SecretString;
use tokio::net::TcpListener;
use vc::key::{Algorithm, SigningKey};
use vc::random::{Random, SystemRandom, bytes, token128};
use vc::x509::{CertificateAuthority, LeafRequest};

use super::DemoError;

/// Where everything listens, by its distance from the base port.
#[derive(Clone, Copy)]
pub(super) struct Ports(u16);

/// How often other ports are tried when any will do.
const TRIES: usize = 100;

impl Ports {
    /// Takes all ports behind `base`, or behind any base when it is 0. Loopback only: the demo's secrets stand in its description.
    pub(super) async fn take(base: u16) -> Result<(Self, Listeners), DemoError> {
        if base != 0 {
            return Ok((Self(base), Self(base).listen().await?));
        }
        let mut last = DemoError::Port;
        for _ in 0..TRIES {
            let any = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.and_then(|listener| listener.local_addr());
            let ports = Self(any.map_err(|source| DemoError::Bind { port: 0, source })?.port());
            match ports.listen().await {
                Ok(listeners) => return Ok((ports, listeners)),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    async fn listen(self) -> Result<Listeners, DemoError> {
        Ok(Listeners {
            roles: [self.bind(0).await?, self.bind(1).await?, self.bind(2).await?],
            operations: self.bind(9).await?,
            sandbox: [self.bind(10).await?, self.bind(11).await?, self.bind(12).await?, self.bind(13).await?, self.bind(14).await?],
        })
    }

    fn origin(self, offset: u16) -> Result<Origin, DemoError> {
        Origin::parse(&format!("http://localhost:{}", self.port(offset)?)).map_err(|_| DemoError::Port)
    }

    fn port(self, offset: u16) -> Result<u16, DemoError> {
        self.0.checked_add(offset).ok_or(DemoError::Port)
    }

    async fn bind(self, offset: u16) -> Result<TcpListener, DemoError> {
        let port = self.port(offset)?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| DemoError::Bind { port, source })
    }
}

/// Everything that listens.
pub(super) struct Listeners {
    /// Wallet, issuer, verifier.
    pub(super) roles: [TcpListener; 3],
    pub(super) operations: TcpListener,
    /// eduID, institutions, portal, badge platform, the mail server's page.
    pub(super) sandbox: [TcpListener; 5],
}

/// An organisation that asks.
pub(super) struct Organisation {
    pub(super) slug: &'static str,
    pub(super) api_key: String,
    pub(super) key: SigningKey,
    /// Its certificate, DER.
    pub(super) chain: Vec<Vec<u8>>,
    /// `x509_hash:` and the hash of its certificate, as its requests carry it by default.
    pub(super) client_id: String,
}

/// An institution's secrets.
pub(super) struct InstitutionSecrets {
    pub(super) slug: &'static str,
    pub(super) api_key: String,
    pub(super) eduid_client: String,
    pub(super) eduid_secret: String,
}

/// The whole plan.
pub(super) struct Plan {
    pub(super) wallet: Origin,
    pub(super) issuer: Origin,
    pub(super) verifier: Origin,
    pub(super) operations: Origin,
    pub(super) eduid: Origin,
    pub(super) ooapi: Origin,
    pub(super) fii: Origin,
    pub(super) badges: Origin,
    pub(super) mail: Origin,
    pub(super) clock: Arc<ShiftedClock>,
    /// The present moment that was asked for; none means the real one.
    pub(super) asked_now: Option<Timestamp>,
    pub(super) random: Arc<dyn Random>,
    pub(super) world: Arc<World>,
    pub(super) authority: Arc<CertificateAuthority>,
    pub(super) institutions: Vec<InstitutionSecrets>,
    pub(super) organisations: Vec<Organisation>,
    pub(super) wallet_secret: String,
    /// What the demo's own calls say they are; until the demo is ready nobody else is served.
    pub(super) agent: String,
}

impl Plan {
    /// A plan for these ports. `now`: the present moment that was asked for; none means the real one.
    pub(super) fn new(ports: Ports, now: Option<Timestamp>) -> Result<Self, DemoError> {
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let present = now.unwrap_or_else(|| SystemClock.now());
        let start = present.plus_days(-HISTORY_DAYS);
        let clock = Arc::new(ShiftedClock::starting_at(start));
        let verifier = ports.origin(2)?;
        let authority = Arc::new(CertificateAuthority::new("Eduwallet demo", start.seconds())?);
        let world = Arc::new(World::demo(start.seconds(), bytes(random.as_ref())));
        let institutions = world.institutions().iter().map(|institution| InstitutionSecrets {
            slug: institution.slug,
            api_key: token128(random.as_ref()),
            eduid_client: format!("issuer-{}", institution.slug),
            eduid_secret: token128(random.as_ref()),
        });
        let organisations =
            ["werkgever-voorbeeld", "fii-portaal"].map(|slug| organisation(slug, &verifier, &authority, start, random.as_ref()));
        Ok(Self {
            wallet: ports.origin(0)?,
            issuer: ports.origin(1)?,
            operations: ports.origin(9)?,
            eduid: ports.origin(10)?,
            ooapi: ports.origin(11)?,
            fii: ports.origin(12)?,
            badges: ports.origin(13)?,
            mail: ports.origin(14)?,
            institutions: institutions.collect(),
            organisations: organisations.into_iter().collect::<Result<_, _>>()?,
            wallet_secret: token128(random.as_ref()),
            agent: format!("eduwallet-demo/{}", token128(random.as_ref())),
            asked_now: now,
            verifier,
            clock,
            world,
            authority,
            random,
        })
    }

    /// The moment at which the demo's present begins.
    pub(super) fn present(&self) -> Timestamp {
        self.asked_now.unwrap_or_else(|| SystemClock.now())
    }

    /// The clock as sandbox peers take it.
    pub(super) fn peer_clock(&self) -> sandbox::Clock {
        let clock = self.clock.clone();
        Arc::new(move || clock.now().seconds())
    }

    pub(super) fn institution(&self, slug: &str) -> Option<&InstitutionSecrets> {
        self.institutions.iter().find(|institution| institution.slug == slug)
    }

    pub(super) fn organisation(&self, slug: &str) -> Option<&Organisation> {
        self.organisations.iter().find(|organisation| organisation.slug == slug)
    }

    /// The address of an institution's eduID callback.
    pub(super) fn callback(&self, slug: &str) -> String {
        self.issuer.at(&format!("/{slug}/auth/callback"))
    }
}

fn organisation(
    slug: &'static str,
    verifier: &Origin,
    authority: &CertificateAuthority,
    start: Timestamp,
    random: &dyn Random,
) -> Result<Organisation, DemoError> {
    let key = SigningKey::generate(Algorithm::Es256)?;
    let leaf = authority.issue_leaf(&LeafRequest {
        public_jwk: key.public_jwk()?,
        common_name: slug.to_owned(),
        san_uri: None,
        san_dns: vec![verifier.host().to_owned()],
        not_before: start.seconds(),
        not_after: start.plus_days(700).seconds(),
    })?;
    let client_id = format!("x509_hash:{}", vc::encoding::b64url(vc::encoding::sha256(&leaf)));
    Ok(Organisation { slug, api_key: token128(random), key, chain: vec![leaf], client_id })
}

/// A secret for a configuration.
pub(super) fn secret(text: &str) -> SecretString {
    SecretString::from(text.to_owned())
}
