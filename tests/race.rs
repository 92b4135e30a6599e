//! Several servers on one database race for one thing (fault K14): one wins, the others get the error that the specification has.
//!
//! On PostgreSQL two servers share a database. SQLite has one server by design, so there the same races run as parallel requests.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly, also in their own actors")]

use std::collections::HashSet;
use std::future::Future;
use std::io::Write;
use std::sync::Arc;

use credential_issuer::CredentialIssuer;
use model::{Clock, SystemClock};
use sandbox::{Institutions, InstitutionsSettings, World};
use serde_json::json;
use testkit::answer::Answer;
use testkit::collector::{Collector, Offered, credential};
use testkit::database::POSTGRES;
use testkit::door::{Door, Listening, Served};
use testkit::rows::Rows;
use testkit::school::{API_KEY, Administration, SLUG, School, enrolment, microcredential};
use testkit::{TestDatabase, each_database, invariants};
use tokio::sync::Barrier;
use vc::random::SystemRandom;

/// So many at once, half of them at each server.
const TASKS: usize = 24;
/// So often.
const ROUNDS: usize = 4;

/// An institution behind two doors.
struct Race {
    school: School,
    servers: Vec<CredentialIssuer>,
    doors: Vec<Door>,
    rows: Rows,
    _served: Vec<Served>,
    _database: TestDatabase,
}

impl Race {
    /// Two servers on PostgreSQL, one with two ports on SQLite; with results of a world's institution, when one is given.
    async fn over(database: TestDatabase, source: Option<(&World, String)>) -> Self {
        testkit::log::capture();
        let (one, other) = (Listening::anywhere().await, Listening::anywhere().await);
        let origin = one.origin();
        let school = School::of(database.folder(), &origin);
        let school = match source {
            Some((world, base)) => school.reading(world, base),
            None => school,
        };
        let url = database.url("issuer").await;
        let mut servers = vec![school.open(&url).await];
        if database.name() == "PostgreSQL" {
            servers.push(school.open(&url).await);
        }
        let last = servers.last().unwrap();
        let served = vec![one.serve(servers[0].router()), other.serve(last.router())];
        let doors = served.iter().map(|served| Door::new(served.address, &origin)).collect();
        let rows = Rows::open(&url).await;
        Self { school, servers, doors, rows, _served: served, _database: database }
    }

    fn administration(&self) -> Administration {
        Administration(self.doors[0].clone())
    }

    fn wallet(&self) -> Collector {
        Collector::new(self.doors[0].clone(), &self.school.identifier())
    }

    async fn holds(&mut self, when: &str) {
        invariants::issuer(&mut self.rows, when).await;
    }
}

/// Starts so many tasks, which wait for each other before they act; `make` gets the task's number and its door.
async fn all_at_once<F, T>(race: &Race, make: impl Fn(usize, Door) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let barrier = Arc::new(Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| {
            let (barrier, act) = (Arc::clone(&barrier), make(number, race.doors[number % race.doors.len()].clone()));
            tokio::spawn(async move {
                barrier.wait().await;
                act.await
            })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

/// Those that succeeded, and what the others were told.
fn told(answers: &[Answer]) -> (Vec<&Answer>, HashSet<(u16, String)>) {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status < 300);
    (won, lost.into_iter().map(Answer::error).collect())
}

fn only(status: u16, code: &str) -> HashSet<(u16, String)> {
    HashSet::from([(status, code.to_owned())])
}

#[test]
fn what_is_left_out_is_said() {
    if std::env::var(POSTGRES).is_err() {
        writeln!(std::io::stderr(), "LEFT OUT: two servers on one database ({POSTGRES} names no PostgreSQL server)").unwrap();
    }
    let databases = each_database();
    assert_eq!(databases[0].name(), "SQLite");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_makes_one_token() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        for round in 0..ROUNDS {
            let offered = race.administration().offered(&microcredential(&format!("code-{round}"))).await;
            let wallet = race.wallet();
            let answers = all_at_once(&race, |_, door| {
                let (wallet, offered) = (wallet.by(&door), offered.clone());
                async move { wallet.try_token(&offered.code, &offered.tx_code).await.unwrap() }
            })
            .await;
            let (won, lost) = told(&answers);
            assert_eq!((won.len(), lost), (1, only(400, "invalid_grant")));
            let tokens = race
                .rows
                .count(&format!(
                    "SELECT COUNT(*) FROM access_token t JOIN grant_offer g ON g.access_grant = t.access_grant WHERE g.offer = '{}'",
                    offered.id
                ))
                .await;
            assert_eq!(tokens, 1);
        }
        race.holds("after the codes").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_makes_one_credential() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        for round in 0..ROUNDS {
            let reference = format!("request-{round}");
            let body = if round % 2 == 0 { microcredential(&reference) } else { enrolment(&reference) };
            let offered = race.administration().offered(&body).await;
            let wallet = race.wallet();
            let token = wallet.token(&offered).await;
            let proof = wallet.proof(&wallet.nonce().await, race.school.clock.now());
            let answers = all_at_once(&race, |_, door| {
                let (wallet, offered, token, proof) = (wallet.by(&door), offered.clone(), token.clone(), proof.clone());
                async move { wallet.collect_with(&token, &offered.configuration, &proof).await.unwrap() }
            })
            .await;
            let (won, lost) = told(&answers);
            assert_eq!((won.len(), lost), (1, only(400, "invalid_nonce")));
            let issued = credential(won[0]);
            invariants::has_one_row(&mut race.rows, &issued, "after the race").await;

            // Asked again with a fresh nonce, either server gives the same credential byte for byte.
            for door in race.doors.clone() {
                let again = wallet.by(&door).collect(&token, &offered.configuration, &*race.school.clock).await.unwrap();
                assert_eq!(credential(&again.expect(200)), issued);
            }
            let stranger = race.wallet().collect(&token, &offered.configuration, &*race.school.clock).await.unwrap();
            assert_eq!(stranger.error(), (400, "credential_request_denied".to_owned()));
        }
        race.holds("after the requests").await;
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM issued_credential WHERE state = 'issued'").await, ROUNDS as i64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gets_the_same_credential_and_other_keys_none() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        for round in 0..ROUNDS {
            let offered = race.administration().offered(&microcredential(&format!("keys-{round}"))).await;
            let wallets: Vec<Collector> = (0..3).map(|_| race.wallet()).collect();
            let token = wallets[0].token(&offered).await;
            let clock = Arc::clone(&race.school.clock);
            let answers = all_at_once(&race, |number, door| {
                let (wallet, offered, token, clock) = (wallets[number % 3].by(&door), offered.clone(), token.clone(), Arc::clone(&clock));
                async move { wallet.collect(&token, &offered.configuration, &*clock).await.unwrap() }
            })
            .await;
            let winners: HashSet<usize> = (0..TASKS).filter(|number| answers[*number].status == 200).map(|number| number % 3).collect();
            assert_eq!(winners.len(), 1, "one key wins");
            let (won, lost) = told(&answers);
            let texts: HashSet<String> = won.iter().map(|answer| credential(answer)).collect();
            assert_eq!((texts.len(), won.len()), (1, TASKS / 3), "every request of that key gets the one credential");
            assert_eq!(lost, only(400, "credential_request_denied"));
        }
        race.holds("after the keys").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_nonce_serves_one_token() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        for round in 0..ROUNDS {
            let mut asking = Vec::new();
            for number in 0..TASKS {
                let offered = race.administration().offered(&microcredential(&format!("nonce-{round}-{number}"))).await;
                let wallet = race.wallet();
                asking.push((wallet.token(&offered).await, wallet, offered));
            }
            let nonce = asking[0].1.nonce().await;
            let now = race.school.clock.now();
            let answers = all_at_once(&race, |number, door| {
                let (token, wallet, offered) = asking[number].clone();
                let (wallet, proof) = (wallet.by(&door), wallet.proof(&nonce, now));
                async move { wallet.collect_with(&token, &offered.configuration, &proof).await.unwrap() }
            })
            .await;
            let (won, lost) = told(&answers);
            assert_eq!((won.len(), lost), (1, only(400, "invalid_nonce")));
            // Who lost loses nothing but the nonce.
            let loser = answers.iter().position(|answer| answer.status != 200).unwrap();
            let (token, wallet, offered) = &asking[loser];
            let answer = wallet.collect(token, &offered.configuration, &*race.school.clock).await.unwrap();
            credential(&answer.expect(200));
        }
        race.holds("after the nonces").await;
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM issued_credential WHERE state = 'issued'").await, 2 * ROUNDS as i64);
    }
}

/// The races for pushed requests and for `jti`s of DPoP proofs lie in the issuer's own suite (`credential-issuer/src/tests/race.rs`).
#[tokio::test(flavor = "multi_thread")]
async fn one_transaction_is_fetched_once() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        for round in 0..ROUNDS {
            let award = race.administration().award(&microcredential(&format!("deferred-{round}"))).await.expect(201).text("/id");
            let body = json!({"award": award, "deferred": true});
            let offered = Offered::read(&race.doors[0].post(&format!("/{SLUG}/api/v1/offers"), API_KEY, &body).await.expect(201));
            let wallet = race.wallet();
            let token = wallet.token(&offered).await;
            let put_off = wallet.collect(&token, &offered.configuration, &*race.school.clock).await.unwrap().expect(202);
            race.school.clock.advance_seconds(3);
            let wanted = json!({"transaction_id": put_off.text("/transaction_id")});
            let answers = all_at_once(&race, |_, door| {
                let (token, wanted) = (token.clone(), wanted.clone());
                async move { door.post(&format!("/{SLUG}/deferred-credential"), &token, &wanted).await }
            })
            .await;
            let (won, lost) = told(&answers);
            assert_eq!(won.len(), 1, "one of all gets it");
            // Which of the two answers the others get is a matter of their order: each server looks five times a minute (row D4).
            let refusals = HashSet::from([(400, "invalid_transaction_id".to_owned()), (429, "too_many".to_owned())]);
            assert!(!lost.is_empty() && lost.is_subset(&refusals), "{lost:?}");
            invariants::has_one_row(&mut race.rows, &credential(won[0]), "after the race").await;
        }
        race.holds("after the transactions").await;
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM issued_credential WHERE state = 'issued'").await, ROUNDS as i64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reference_makes_one_award() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        for round in 0..ROUNDS {
            let same = microcredential(&format!("same-{round}"));
            let answers = all_at_once(&race, |_, door| {
                let body = same.clone();
                async move { Administration(door).award(&body).await }
            })
            .await;
            let (told, refused) = told(&answers);
            assert!(refused.is_empty(), "{refused:?}");
            let ids: HashSet<String> = told.iter().map(|answer| answer.text("/id")).collect();
            assert_eq!((ids.len(), told.iter().filter(|answer| answer.status == 201).count()), (1, 1));

            let answers = all_at_once(&race, |number, door| {
                let mut body = microcredential(&format!("other-{round}"));
                body["awarded_date"] = json!(format!("2026-01-{:02}", number + 1));
                async move { Administration(door).award(&body).await }
            })
            .await;
            let (won, lost) = self::told(&answers);
            assert_eq!((won.len(), lost), (1, only(409, "reference_exists")));
        }
        race.holds("after the awards").await;
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM award").await, 2 * ROUNDS as i64);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_is_revoked_once() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        let offered = race.administration().offered(&microcredential("revoked")).await;
        let wallet = race.wallet();
        let token = wallet.token(&offered).await;
        wallet.collect(&token, &offered.configuration, &*race.school.clock).await.unwrap().expect(200);
        let id = race.administration().credentials().await.text("/items/0/id");
        let answers = all_at_once(&race, |_, door| {
            let id = id.clone();
            async move { Administration(door).status(&id, "revoked").await }
        })
        .await;
        let (_, refused) = told(&answers);
        assert!(refused.is_empty() || refused == only(409, "conflict"), "{refused:?}");
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM status_change WHERE status = 'revoked'").await, 1);
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM audit WHERE action = 'credential.status'").await, 1);
        race.holds("after the revocations").await;
    }
}

/// Issuing, withdrawing and taking back lock the same rows in the same order; whatever comes first, the rows are right afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_revoked_amid_issuing_and_withdrawing() {
    for database in each_database() {
        let mut race = Race::over(database, None).await;
        let clock = Arc::clone(&race.school.clock);
        for round in 0..ROUNDS / 2 {
            let (mut asking, mut out) = (Vec::new(), Vec::new());
            for number in 0..TASKS {
                let offered = race.administration().offered(&microcredential(&format!("stolen-{round}-{number}"))).await;
                let wallet = race.wallet();
                let token = wallet.token(&offered).await;
                if number % 3 == 1 {
                    wallet.collect(&token, &offered.configuration, &*clock).await.unwrap().expect(200);
                    out.extend(race.rows.texts(&format!("SELECT id FROM issued_credential WHERE offer = '{}'", offered.id)).await);
                }
                asking.push((token, wallet, offered));
            }
            let stolen =
                race.rows.texts("SELECT kid FROM institution_key WHERE state = 'active' AND algorithm = 'ES256'").await.swap_remove(0);
            let under_it = "SELECT c.id FROM issued_credential c JOIN institution_key k ON k.id = c.signing_key";
            let servers = race.servers.clone();
            let told: Vec<(usize, u16)> = all_at_once(&race, |number, door| {
                let ((token, wallet, offered), clock, stolen) = (asking[number].clone(), Arc::clone(&clock), stolen.clone());
                let (server, withdrawn) = (servers[number / 3 % servers.len()].clone(), out[number / 3].clone());
                async move {
                    let status = match number % 3 {
                        0 => wallet.by(&door).collect(&token, &offered.configuration, &*clock).await.unwrap().status,
                        1 => Administration(door).status(&withdrawn, if number % 2 == 0 { "suspended" } else { "revoked" }).await.status,
                        // Who is second to cut the key off is told so.
                        _ => server.revoke_key(SLUG, &stolen, true).await.map_or(409, |_| 200),
                    };
                    (number % 3, status)
                }
            })
            .await;
            assert!(told.iter().all(|(what, status)| *status == 200 || *status == if *what == 0 { 400 } else { 409 }), "{told:?}");
            assert!(told.contains(&(2, 200)));
            race.servers[0].revoke_key(SLUG, &stolen, true).await.unwrap();
            let standing = format!("SELECT COUNT(*) FROM ({under_it} WHERE k.kid = '{stolen}' AND c.status <> 'revoked') AS standing");
            assert_eq!(race.rows.count(&standing).await, 0);
            // Whoever collected in time or too late can collect again, under the new key; what the school withdrew stays withdrawn.
            let issued = "SELECT COUNT(*) FROM issued_credential WHERE state = 'issued' AND status = 'valid'";
            let before = race.rows.count(issued).await;
            let open = race.rows.texts("SELECT id FROM award WHERE state = 'open' ORDER BY id").await;
            let mut collected = 0;
            for award in &open {
                let answer = Administration(race.doors[0].clone()).offer(award).await;
                let (offered, wallet) = (Offered::read(&answer), race.wallet());
                let token = wallet.token(&offered).await;
                wallet.collect(&token, &offered.configuration, &*clock).await.unwrap().expect(200);
                collected += 1;
            }
            assert!(collected >= (TASKS / 3) as i64, "{collected}");
            assert_eq!(race.rows.count(issued).await, before + collected);
            race.holds("after the key was revoked").await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_both_servers_read_are_decided_once() {
    let now = SystemClock.now();
    let world = Arc::new(World::demo(now.plus_days(-sandbox::world::HISTORY_DAYS).seconds(), [7; 32]));
    let listening = Listening::anywhere().await;
    let settings = InstitutionsSettings {
        origin: listening.origin(),
        world: Arc::clone(&world),
        clock: Arc::new(move || now.seconds()),
        random: Arc::new(SystemRandom),
    };
    let institutions = Institutions::new(settings);
    let _sandbox = listening.serve(institutions.router());
    let base = institutions.base(SLUG).unwrap();
    let decided = "SELECT kind || ' ' || state || ' ' || missing FROM award ORDER BY 1";

    let mut alone = Race::over(TestDatabase::sqlite(), Some((&world, base.clone()))).await;
    assert!(alone.servers[0].poll_now().await.unwrap().iter().all(|report| report.outcome == "ok" && report.read > 10));
    let expected = alone.rows.texts(decided).await;
    for database in each_database() {
        let mut race = Race::over(database, Some((&world, base.clone()))).await;
        let polls: Vec<_> = (0..6)
            .map(|number| {
                let server = race.servers[number % race.servers.len()].clone();
                tokio::spawn(async move { server.poll_now().await })
            })
            .collect();
        for poll in polls {
            let reports = poll.await.unwrap().unwrap();
            assert!(reports.iter().all(|report| report.outcome == "ok" && report.read > 10), "{reports:?}");
        }
        assert_eq!(race.rows.texts(decided).await, expected);
        assert_eq!(race.rows.count("SELECT COUNT(*) FROM intake").await, 0, "nothing waits");
        let events = "SELECT COUNT(*) FROM audit WHERE action = 'award.decide' AND outcome = 'issue'";
        let open = "SELECT COUNT(*) FROM award WHERE state = 'open'";
        assert_eq!(race.rows.count(events).await, race.rows.count(open).await, "each result was decided once");
        one_offer_of_an_award_is_open(&mut race).await;
        race.holds("after the polls").await;
    }
}

/// Both servers offer one award at once: one offer is open in the end, and one credential comes of it.
async fn one_offer_of_an_award_is_open(race: &mut Race) {
    let award = race.rows.texts("SELECT id FROM award WHERE state = 'open' AND kind = 'microcredential'").await.swap_remove(0);
    let answers = all_at_once(race, |_, door| {
        let award = award.clone();
        async move { Administration(door).offer(&award).await }
    })
    .await;
    let (made, refused) = told(&answers);
    assert!(!made.is_empty() && (refused.is_empty() || refused == only(409, "conflict")), "{refused:?}");
    let open = race.rows.texts(&format!("SELECT id FROM offer WHERE award = '{award}' AND state = 'made'")).await;
    assert_eq!(open.len(), 1);
    let (mut collected, clock) = (0, Arc::clone(&race.school.clock));
    for offered in made.into_iter().map(Offered::read) {
        let wallet = race.wallet();
        let answer = wallet.try_token(&offered.code, &offered.tx_code).await.unwrap();
        if answer.status == 200 {
            assert_eq!(offered.id, open[0]);
            wallet.collect(&answer.text("/access_token"), &offered.configuration, &*clock).await.unwrap().expect(200);
            collected += 1;
        } else {
            assert_eq!(answer.error(), (400, "invalid_grant".to_owned()));
        }
    }
    assert_eq!(collected, 1);
}
