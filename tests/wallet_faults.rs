//! The wallet is killed at each step of receiving and started again on the same data (fault K1): never a credential lost, never two,
//! as many at the issuer as in the wallet, and a learner who tries again gets there, or is told honestly what happened.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly, also in what they start and stop")]

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use http::egress::{Egress, Rules};
use http::limits::Limits;
use http::serve::shutdown;
use http::{Origin, RegisterFile, RoleUrls, SessionTimes, Surroundings};
use model::{Clock, SystemClock};
use sandbox::{Client, EduidProvider, EduidSettings, ProviderKeys, World};
use serde_json::json;
use storage::WalletStore;
use testkit::browser::Browser;
use testkit::database::test_master;
use testkit::door::{Door, Listening, Served};
use testkit::rows::Rows;
use testkit::school::{API_KEY, Administration, EDUID_SECRET, SLUG, School, microcredential};
use testkit::{TestDatabase, each_database, invariants};
use tokio::time::sleep;
use vc::random::SystemRandom;
use wallet_server::{Config, Platforms, WalletServer};

/// How the learner comes by a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// With a code in the offer, and a transaction code.
    Code,
    /// With a login at the issuer.
    Login,
    /// With a code, and the issuer prepares it first.
    Later,
}

/// The steps of receiving, as the wallet calls them.
const STEPS: [(Way, &str); 21] = [
    (Way::Code, "opened"),
    (Way::Code, "accepted"),
    (Way::Code, "token"),
    (Way::Code, "authorized"),
    (Way::Code, "nonce"),
    (Way::Code, "answered"),
    (Way::Code, "laid"),
    (Way::Code, "concluded"),
    (Way::Code, "keeping"),
    (Way::Code, "kept"),
    (Way::Code, "notified"),
    (Way::Login, "leaving"),
    (Way::Login, "returned"),
    (Way::Login, "taken"),
    (Way::Login, "token"),
    (Way::Login, "answered"),
    (Way::Later, "put_off"),
    (Way::Later, "waiting"),
    (Way::Later, "polled"),
    (Way::Later, "laid"),
    (Way::Later, "notified"),
];
/// The steps of asking for more copies, as the wallet calls them.
const RENEWAL: [&str; 3] = ["renewing", "renewed", "replaced"];
/// Where the process that is killed finds what it needs: folder, database, origin, address of eduID's discovery document.
const ORDERS: &str = "WALLET_FAULT_ORDERS";
/// The wallet's secret at eduID.
const SECRET: &str = "secret-of-the-wallet";
/// Who collects.
const PERSONA: &str = "samira";

/// Not a test: the wallet that the test below starts and kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that the other test starts and kills"]
async fn the_wallet_that_dies() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let orders: Vec<&str> = orders.split('\n').collect();
    let (folder, url, origin, discovery) = (Path::new(orders[0]), orders[1], orders[2], orders[3]);
    let random = Arc::new(SystemRandom);
    let surroundings = Surroundings {
        urls: RoleUrls { own: Origin::parse(origin).unwrap(), wallet: None, issuer: None, verifier: None },
        clock: Arc::new(SystemClock),
        random: random.clone(),
        egress: Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).unwrap(),
        register: RegisterFile::open(folder.join("register.json")).unwrap(),
        operator: "Test".to_owned(),
        demo: false,
        limits: Limits::new(HashMap::new(), 100_000.0),
        session_times: SessionTimes::default(),
        trusted_proxies: Vec::new(),
    };
    let store = WalletStore::open(url, &test_master(), random).await.unwrap();
    let config = Config {
        eduid_discovery: discovery.to_owned(),
        eduid_client_id: "wallet".to_owned(),
        eduid_client_secret: Some(SECRET.to_owned().into()),
        contact: None,
        mail: None,
        platforms: Platforms::default(),
    };
    let wallet = WalletServer::open(config, surroundings, store).await.unwrap();
    let port = origin.rsplit(':').next().unwrap().parse().unwrap();
    let _served = Listening::at(port).await.serve(wallet.router());
    let (_stopper, stop) = shutdown();
    wallet.worker(stop).await;
}

/// An institution and eduID that live, and a wallet whose process comes and goes, on data that stays.
struct Mortal {
    _school: School,
    administration: Administration,
    eduid: String,
    origin: String,
    url: String,
    folder: PathBuf,
    discovery: String,
    wallet: Rows,
    issuer: Rows,
    on_postgres: bool,
    process: Option<Child>,
    _served: Vec<Served>,
}

impl Mortal {
    async fn born(database: &TestDatabase) -> Self {
        let (at_school, at_eduid, at_wallet) = (Listening::anywhere().await, Listening::anywhere().await, Listening::anywhere().await);
        // The wallet's port is given back before its process takes it.
        let (school_origin, origin) = (at_school.origin(), at_wallet.origin());
        drop(at_wallet);
        let (issuer, now) = (at_eduid.origin(), SystemClock.now());
        let discovery = format!("{issuer}/.well-known/openid-configuration");
        let world = Arc::new(World::demo(now.plus_days(-30).seconds(), [9; 32]));
        let back = [format!("{origin}/auth/callback"), format!("{school_origin}/{SLUG}/auth/callback")];
        let provider = EduidProvider::new(EduidSettings {
            issuer,
            clients: vec![Client::new("wallet", SECRET, "wallet", &[&back[0]]), Client::new(SLUG, EDUID_SECRET, SLUG, &[&back[1]])],
            keys: ProviderKeys::generate().unwrap(),
            world: Arc::clone(&world),
            clock: Arc::new(|| SystemClock.now().seconds()),
            random: Arc::new(SystemRandom),
        });
        let school = School::of(database.folder(), &school_origin).signing_in(discovery.clone());
        let (issuer_url, url) = (database.url("issuer").await, database.url("wallet").await);
        let server = school.open(&issuer_url).await;
        let served = vec![at_school.serve(server.router()), at_eduid.serve(provider.router())];
        let administration = Administration(Door::new(served[0].address, &school_origin));
        let mut mortal = Self {
            eduid: world.eduid(PERSONA, SLUG).unwrap(),
            administration,
            _school: school,
            origin,
            folder: database.folder().to_owned(),
            discovery,
            // The first process makes the tables.
            wallet: Rows::open(&issuer_url).await,
            issuer: Rows::open(&issuer_url).await,
            on_postgres: database.name() == "PostgreSQL",
            url,
            process: None,
            _served: served,
        };
        mortal.start(None).await;
        mortal.wallet = Rows::open(&mortal.url).await;
        mortal.kill();
        mortal
    }

    /// Starts the process, to be killed at a step.
    async fn start(&mut self, step: Option<&str>) {
        if self.on_postgres && self.process.is_none() {
            // What a killed process was at is free again a minute later; on SQLite at once.
            self.freed().await;
        }
        let orders = format!("{}\n{}\n{}\n{}", self.folder.display(), self.url, self.origin, self.discovery);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "the_wallet_that_dies", "--ignored", "--test-threads", "1"]).env(ORDERS, orders).env_remove("FAILPOINT");
        if let Some(step) = step {
            command.env("FAILPOINT", format!("wallet.{step}=abort"));
        }
        self.process = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let port: u16 = self.origin.rsplit(':').next().unwrap().parse().unwrap();
        for _ in 0..2_000 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return;
            }
            assert!(self.process.as_mut().unwrap().try_wait().unwrap().is_none(), "the wallet did not start");
            sleep(Duration::from_millis(10)).await;
        }
        unreachable!("the wallet does not answer");
    }

    async fn freed(&mut self) {
        if self.wallet.tables().await.contains(&"arrived".to_owned()) {
            self.wallet.sabotage("UPDATE outbox SET lease_until = 0 WHERE state = 'running'").await;
        }
    }

    /// Waits until the step has killed it.
    async fn died(&mut self, when: &str) {
        for _ in 0..1_500 {
            if self.process.as_mut().unwrap().try_wait().unwrap().is_some() {
                self.process = None;
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        unreachable!("{when}: the step was not reached");
    }

    /// `kill -9`.
    fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// An award of the learner with an open offer: its link, its id and its transaction code.
    async fn offers(&self, way: Way, reference: &str) -> Offer {
        let mut body = microcredential(reference);
        body["learner"]["eduid"] = self.eduid.clone().into();
        let award = self.administration.award(&body).await.expect(201).text("/id");
        let asked = match way {
            Way::Code => json!({"award": award}),
            Way::Login => json!({"award": award, "grant": "authorization_code"}),
            Way::Later => json!({"award": award, "deferred": true}),
        };
        let path = format!("/{SLUG}/api/v1/offers");
        let answer = self.administration.0.post(&path, API_KEY, &asked).await.expect(201).json();
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let query: String = url::form_urlencoded::byte_serialize(text("credential_offer_uri").as_bytes()).collect();
        let link = format!("{}/credential-offer?credential_offer_uri={query}", self.origin);
        Offer { id: text("id"), link, tx_code: text("tx_code") }
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.kill();
    }
}

/// An offer as the learner got it.
struct Offer {
    id: String,
    link: String,
    tx_code: String,
}

/// The learner collects the offer, looks at what came and keeps it, however often pages have to be opened again. Gives the error
/// codes that were met; none when nothing answers any more.
async fn collects(browser: &mut Browser, offer: &Offer, when: &str) -> Option<Vec<String>> {
    let mut met = Vec::new();
    // The page that never came is asked for again, before anything else.
    if let Some(lost) = browser.lost.take() {
        browser.open(lost.as_str()).await;
        met.extend(browser.page.error.clone());
    }
    browser.open(&offer.link).await;
    for _ in 0..200 {
        if browser.status == 0 {
            return None;
        }
        let before = met.len();
        met.extend(browser.page.error.clone());
        if browser.url.path().starts_with("/wallet/credentials/") {
            return Some(met);
        }
        let again = browser.page.links.iter().find(|link| link.href.contains("again=1")).map(|link| link.href.clone());
        let kept = browser.page.linked("/wallet/credentials/").into_iter().next();
        if let Some(form) = browser.page.form_with("choice", "accept").cloned() {
            let typed = [("tx_code", offer.tx_code.as_str())];
            let fill = if form.fields.iter().any(|(name, _)| name == "tx_code") { &typed[..] } else { &[] };
            browser.press("choice", "accept", fill).await;
        } else if browser.page.form_with("choice", "allow").is_some() {
            browser.press("choice", "allow", &[]).await;
        } else if browser.page.link("continue").is_some() {
            browser.follow("continue").await;
        } else if browser.page.form_with("persona", PERSONA).is_some() {
            browser.press("persona", PERSONA, &[]).await;
        } else if let Some(again) = again {
            browser.open(&again).await;
        } else if let Some(kept) = kept {
            browser.open(&format!("/wallet/credentials/{kept}")).await;
        } else {
            assert!(met.len() == before, "{when}: {}", browser.told());
            sleep(Duration::from_millis(200)).await;
            let here = browser.url.to_string();
            browser.open(&here).await;
        }
    }
    unreachable!("{when}: {}", browser.told())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_the_wallet_loses_nothing_and_doubles_nothing() {
    for database in each_database() {
        let mut mortal = Mortal::born(&database).await;
        for (number, (way, step)) in STEPS.into_iter().enumerate() {
            let when = format!("{}, {way:?}, {step}", database.name());
            killed_once(&mut mortal, (way, step), (number as i64 + 1, &when)).await;
        }
    }
}

async fn killed_once(mortal: &mut Mortal, (way, step): (Way, &str), (number, when): (i64, &str)) {
    let offer = mortal.offers(way, &format!("award-{number}")).await;
    mortal.start(Some(step)).await;
    let mut browser = Browser::new().patient();
    // Some steps come after the answer: then the learner is done, and the worker dies.
    let first = collects(&mut browser, &offer, when).await;
    mortal.died(when).await;
    assert!(first.as_ref().is_none_or(Vec::is_empty), "{when}: {first:?}");

    mortal.start(None).await;
    let met = collects(&mut browser, &offer, when).await.unwrap_or_else(|| unreachable!("{when}: died again"));
    // An answer of a login that was written down is taken; who loads it again is told so.
    let taken = way == Way::Login && !["leaving", "returned"].contains(&step);
    let met: BTreeSet<&str> = met.iter().map(String::as_str).filter(|code| !(taken && *code == "authorization_state")).collect();
    // The code of a login counts once, and nobody knows whether it was used: who still looks at that attempt is told, and another login
    // helps; who opened the offer anew before that has begun another attempt already.
    let told = if (way, step) == (Way::Login, "token") { BTreeSet::from(["authorization_lost"]) } else { BTreeSet::new() };
    assert!(met.is_subset(&told), "{when}: {met:?}");
    settled(mortal, &offer, number, when).await;
    mortal.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_of_renewing_the_wallet_loses_nothing_and_doubles_nothing() {
    for database in each_database() {
        let mut mortal = Mortal::born(&database).await;
        let mut number = 0;
        for step in RENEWAL {
            for ends in [false, true] {
                number += 1;
                let when = format!("{}, {step}, {}", database.name(), if ends { "in its place" } else { "beside it" });
                renewed_once(&mut mortal, step, ends, (number, &when)).await;
            }
        }
    }
}

/// What is held of the award that was received last: the credential's id, and how many copies of it.
async fn last_held(mortal: &mut Mortal) -> (String, i64) {
    let id = mortal.wallet.texts("SELECT id FROM credential ORDER BY received_at DESC, id DESC LIMIT 1").await.remove(0);
    let copies = mortal.wallet.count(&format!("SELECT COUNT(*) FROM credential_copy WHERE credential = '{id}'")).await;
    (id, copies)
}

/// A credential of which more is asked for, and the wallet dies at a step of that. Where it `ends`, what comes takes its place.
async fn renewed_once(mortal: &mut Mortal, step: &str, ends: bool, (number, when): (i64, &str)) {
    let offer = mortal.offers(Way::Login, &format!("award-{number}")).await;
    mortal.start(None).await;
    let mut browser = Browser::new().patient();
    assert_eq!(collects(&mut browser, &offer, when).await, Some(Vec::new()), "{when}");
    idle(mortal, when).await;
    mortal.kill();
    let (id, copies) = last_held(mortal).await;
    let signed = "SELECT COUNT(*) FROM issued_credential WHERE state IN ('prepared', 'issued')";
    let (before, keys) = (mortal.issuer.count(signed).await, mortal.wallet.count("SELECT COUNT(*) FROM holder_key").await);
    assert_eq!(mortal.wallet.count("SELECT COUNT(*) FROM renewal").await, number, "{when}");
    mortal
        .wallet
        .sabotage(&format!("UPDATE renewal SET due_at = 1 WHERE receipt = (SELECT receipt FROM credential WHERE id = '{id}')"))
        .await;
    if ends {
        let tomorrow = SystemClock.now().plus_days(1).millis();
        mortal.wallet.sabotage(&format!("UPDATE credential SET valid_until = {tomorrow} WHERE id = '{id}'")).await;
    }

    mortal.start(Some(step)).await;
    mortal.died(when).await;
    mortal.start(None).await;
    idle(mortal, when).await;
    let (now_held, now_copies) = last_held(mortal).await;
    assert_eq!(now_held, id, "{when}: still the same credential");
    let more = copies + 1;
    assert_eq!(mortal.issuer.count(signed).await, before + more, "{when}: signed once, however often it was asked for");
    assert_eq!(now_copies, if ends { copies } else { copies + more }, "{when}");
    let (wallet, left) = (&mut mortal.wallet, if ends { keys } else { keys + more });
    assert_eq!(wallet.count("SELECT COUNT(*) FROM holder_key").await, left, "{when}: no key is left over");
    let bound =
        "SELECT COUNT(DISTINCT k) FROM (SELECT holder_key AS k FROM credential UNION ALL SELECT holder_key FROM credential_copy) held";
    assert_eq!(wallet.count(bound).await, left, "{when}: a key for each, and each for one");
    let all = wallet.count("SELECT COUNT(*) FROM credential").await + wallet.count("SELECT COUNT(*) FROM credential_copy").await;
    assert_eq!(all, left, "{when}");
    assert_eq!(wallet.count("SELECT COUNT(*) FROM credential").await, number, "{when}: one for each award");
    let round = format!(
        "SELECT COUNT(*) FROM renewal r JOIN credential c ON c.receipt = r.receipt WHERE c.id = '{id}' AND r.round = 2 AND r.due_at > 1"
    );
    assert_eq!(wallet.count(&round).await, 1, "{when}: asked for once");
    assert_eq!(wallet.count("SELECT COUNT(*) FROM outbox WHERE state = 'parked'").await, 0, "{when}");
    browser.open(&format!("{}/wallet/credentials/{id}", mortal.origin)).await;
    assert_eq!((browser.status, browser.page.error.clone()), (200, None), "{when}: {}", browser.told());
    invariants::issuer(&mut mortal.issuer, when).await;
    mortal.kill();
}

/// Waits until no work is left.
async fn idle(mortal: &mut Mortal, when: &str) {
    for round in 0.. {
        if mortal.wallet.count("SELECT COUNT(*) FROM outbox WHERE state IN ('waiting', 'running')").await == 0 {
            return;
        }
        assert!(round < 150, "{when}: work is left over");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Everything is done, and both sides have the same: one award, one card, as many copies as were signed, told once.
async fn settled(mortal: &mut Mortal, offer: &Offer, number: i64, when: &str) {
    idle(mortal, when).await;
    let (wallet, issuer) = (&mut mortal.wallet, &mut mortal.issuer);
    let of_offer = format!("SELECT COUNT(*) FROM issued_credential WHERE state = 'issued' AND offer = '{}'", offer.id);
    assert!(issuer.count(&of_offer).await > 0, "{when}");
    let signed = issuer.count("SELECT COUNT(*) FROM issued_credential WHERE state IN ('prepared', 'issued')").await;
    let held = wallet.count("SELECT COUNT(*) FROM credential").await + wallet.count("SELECT COUNT(*) FROM credential_copy").await;
    assert_eq!(signed, held, "{when}: as many at the issuer as in the wallet");
    assert_eq!(wallet.count("SELECT COUNT(*) FROM holder_key").await, held, "{when}: no key is left over");
    assert_eq!(wallet.count("SELECT COUNT(*) FROM credential").await, number, "{when}: one for each award");
    assert_eq!(wallet.count("SELECT COUNT(DISTINCT card) FROM credential").await, number, "{when}: one card for each award");
    assert_eq!(wallet.count("SELECT COUNT(*) FROM receipt WHERE state = 'kept'").await, number, "{when}");
    for nothing in ["SELECT COUNT(*) FROM arrived", "SELECT COUNT(*) FROM outbox WHERE state = 'parked'"] {
        assert_eq!(wallet.count(nothing).await, 0, "{when}: {nothing}");
    }
    let told = format!("SELECT event FROM form_notification WHERE offer = '{}'", offer.id);
    assert_eq!(issuer.texts(&told).await, ["credential_accepted"], "{when}: told once");
    let kept = "SELECT COUNT(*) FROM audit WHERE action = 'credential.kept'";
    assert_eq!(wallet.count(kept).await, number, "{when}");
    invariants::issuer(issuer, when).await;
}
