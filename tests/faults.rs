//! The issuer is killed at each step of the issuing order and started again on the same data (fault K1): never a signed credential
//! without a row, never two, and the wallet that asks again gets what it was promised.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly, also in what they start and stop")]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use model::Clock;
use testkit::collector::{Collector, Offered, credential};
use testkit::door::{Door, Listening};
use testkit::rows::{Cell, Rows};
use testkit::school::{Administration, School, enrolment, microcredential};
use testkit::{each_database, invariants, stranger};
use tokio::time::sleep;
use vc::report::Verdict;
use vc::status_list::Status;

/// The steps of the issuing order, as the issuer calls them.
const STEPS: [&str; 8] = ["eligible", "reserved", "built", "prepared", "signed", "compared", "stored", "answering"];
/// Steps after which the credential will exist: nonce and offer are consumed with the prepared payload.
const PROMISED: [&str; 5] = ["prepared", "signed", "compared", "stored", "answering"];
/// Runs per step; each has another number of bystanders and another kind of credential.
const SEEDS: usize = 3;
/// Where the process that is killed finds what it needs: folder, database, port, seconds that its clock is ahead.
const ORDERS: &str = "FAULT_ORDERS";

/// Not a test: the issuer that the test below starts and kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that the other test starts and kills"]
async fn the_issuer_that_dies() {
    let Ok(orders) = std::env::var(ORDERS) else { return };
    let orders: Vec<&str> = orders.split('\n').collect();
    let (folder, url, port, ahead) = (Path::new(orders[0]), orders[1], orders[2].parse().unwrap(), orders[3].parse().unwrap());
    let school = School::of(folder, &format!("http://localhost:{port}"));
    school.clock.advance_seconds(ahead);
    let issuer = school.open(url).await;
    let _served = Listening::at(port).await.serve(issuer.router());
    std::future::pending::<()>().await;
}

/// An issuer whose process comes and goes, on data that stays.
struct Mortal {
    school: School,
    folder: PathBuf,
    url: String,
    port: u16,
    ahead: i64,
    process: Option<Child>,
}

impl Mortal {
    async fn born(folder: &Path, url: String) -> Self {
        // The port is given back before the process takes it.
        let origin = Listening::anywhere().await.origin();
        let port = origin.rsplit(':').next().unwrap().parse().unwrap();
        Self { school: School::of(folder, &origin), folder: folder.to_owned(), url, port, ahead: 0, process: None }
    }

    fn door(&self) -> Door {
        Door::new(SocketAddr::from(([127, 0, 0, 1], self.port)), &format!("http://localhost:{}", self.port))
    }

    /// Starts the process, to be killed at a step.
    async fn start(&mut self, step: Option<&str>) {
        let orders = format!("{}\n{}\n{}\n{}", self.folder.display(), self.url, self.port, self.ahead);
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "the_issuer_that_dies", "--ignored", "--test-threads", "1"]).env(ORDERS, orders).env_remove("FAILPOINT");
        if let Some(step) = step {
            command.env("FAILPOINT", format!("issuer.{step}=abort"));
        }
        self.process = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        for _ in 0..1_000 {
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return;
            }
            assert!(self.process.as_mut().unwrap().try_wait().unwrap().is_none(), "the issuer did not start");
            sleep(Duration::from_millis(10)).await;
        }
        unreachable!("the issuer does not answer");
    }

    /// Waits until the step has killed it.
    async fn died(&mut self, when: &str) {
        for _ in 0..500 {
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
}

impl Drop for Mortal {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A wallet in the middle of collecting, and what it got before the process died.
struct Asking {
    wallet: Collector,
    offered: Offered,
    token: String,
    proof: String,
    got: Option<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_step_the_issuer_keeps_its_word() {
    for database in each_database() {
        let mut issuer = Mortal::born(database.folder(), database.url("issuer").await).await;
        for step in STEPS {
            for seed in 0..SEEDS {
                let when = format!("{}, {step}, seed {seed}", database.name());
                killed_once(&mut issuer, (step, seed), &when).await;
            }
        }
        nothing_is_left_half_made(&mut issuer, database.name()).await;
    }
}

async fn killed_once(issuer: &mut Mortal, (step, seed): (&str, usize), when: &str) {
    issuer.start(Some(step)).await;
    let door = issuer.door();
    let mut asking = Vec::new();
    for number in 0..=seed {
        let reference = format!("{step}-{seed}-{number}");
        let body = if (seed + number) % 2 == 0 { microcredential(&reference) } else { enrolment(&reference) };
        let offered = Administration(door.clone()).offered(&body).await;
        let wallet = Collector::new(door.clone(), &issuer.school.identifier());
        let (token, nonce) = (wallet.token(&offered).await, wallet.nonce().await);
        let proof = wallet.proof(&nonce, issuer.school.clock.now());
        asking.push(Asking { wallet, offered, token, proof, got: None });
    }
    let requests: Vec<_> = asking
        .iter()
        .map(|one| {
            let (wallet, token, configuration, proof) =
                (one.wallet.clone(), one.token.clone(), one.offered.configuration.clone(), one.proof.clone());
            tokio::spawn(async move { wallet.collect_with(&token, &configuration, &proof).await })
        })
        .collect();
    let mut answered = 0;
    for (one, request) in asking.iter_mut().zip(requests) {
        if let Ok(answer) = request.await.unwrap() {
            one.got = Some(credential(&answer.expect(200)));
            answered += 1;
        }
    }
    issuer.died(when).await;
    assert!(answered < asking.len(), "{when}: somebody's answer was lost");

    issuer.start(None).await;
    let mut rows = Rows::open(&issuer.url).await;
    invariants::issuer(&mut rows, when).await;
    for one in &asking {
        asked_again(issuer, one, (step, seed), when).await;
    }
    invariants::issuer(&mut rows, when).await;
    for one in &asking {
        let issued = format!("SELECT COUNT(*) FROM issued_credential WHERE state = 'issued' AND offer = '{}'", one.offered.id);
        assert_eq!(rows.count(&issued).await, 1, "{when}");
    }
    issuer.kill();
}

/// The wallet repeats its very request, then asks anew: it gets one credential that a stranger believes, and nobody else gets it.
async fn asked_again(issuer: &Mortal, one: &Asking, (step, seed): (&str, usize), when: &str) {
    let (door, clock) = (issuer.door(), &*issuer.school.clock);
    let configuration = &one.offered.configuration;
    let repeated = one.wallet.collect_with(&one.token, configuration, &one.proof).await.unwrap();
    if repeated.status != 200 {
        assert_eq!(repeated.error(), (400, "invalid_nonce".to_owned()), "{when}");
    } else {
        assert!(one.got.is_none(), "{when}: a nonce counts once");
        assert!(seed > 0 || !PROMISED.contains(&step), "{when}: the nonce was consumed with the prepared payload");
    }
    let token = match seed {
        // The offer's link is opened again: a new code, which voids the token before it.
        1 => {
            let code = one.wallet.fresh_code(&one.offered.id).await;
            one.wallet.try_token(&code, &one.offered.tx_code).await.unwrap().expect(200).text("/access_token")
        }
        _ => one.token.clone(),
    };
    let first = credential(&one.wallet.collect(&token, configuration, clock).await.unwrap().expect(200));
    let second = credential(&one.wallet.collect(&token, configuration, clock).await.unwrap().expect(200));
    assert_eq!(first, second, "{when}");
    for earlier in one.got.iter().chain((repeated.status == 200).then(|| credential(&repeated)).iter()) {
        assert_eq!(*earlier, first, "{when}: what was answered stays");
    }
    let other = Collector::new(door.clone(), &issuer.school.identifier());
    let denied = other.collect(&token, configuration, clock).await.unwrap();
    assert_eq!(denied.error(), (400, "credential_request_denied".to_owned()), "{when}");
    let report = stranger::report(&door, &first, &issuer.school.trust(), clock.now()).await;
    assert_eq!(report.verdict, Verdict::Valid, "{when}: {report:?}");
    invariants::has_one_row(&mut Rows::open(&issuer.url).await, &first, when).await;
}

/// Later nothing is left half made: every row is an issued credential, and the published lists say that it is valid.
async fn nothing_is_left_half_made(issuer: &mut Mortal, when: &str) {
    issuer.ahead = 600;
    issuer.school.clock.advance_seconds(issuer.ahead);
    issuer.start(None).await;
    let mut rows = Rows::open(&issuer.url).await;
    invariants::issuer(&mut rows, when).await;
    assert_eq!(rows.count("SELECT COUNT(*) FROM issued_credential WHERE state <> 'issued'").await, 0, "{when}");
    let (trust, now) = (issuer.school.trust(), issuer.school.clock.now());
    for id in rows.texts("SELECT id FROM status_list").await {
        let uri = format!("{}/status/{id}", issuer.school.identifier());
        let list = stranger::list(&issuer.door(), &uri, &trust, now).await;
        for place in rows.all(&format!("SELECT idx FROM issued_credential WHERE list = '{id}'")).await {
            let Cell::Int(index) = &place[0] else { unreachable!() };
            assert_eq!(stranger::status(&list, *index), Some(Status::Valid), "{when}");
        }
    }
    issuer.kill();
}
