//! The storage contract: the same behaviour on SQLite and on PostgreSQL, every statement understood by both.

#![expect(clippy::panic, reason = "tests fail loudly, also in their own actors")]

use model::Timestamp;
use storage::audit::{Actor, Event};
use storage::outbox::Job;
use storage::role::{Issuer, Verifier, Wallet};
use storage::session::NewSession;
use storage::{Cell, Change, Owner, StorageError, Store, hash_token};
use testkit::each_database;

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn job<'a>(owner: &'a Owner, key: &'a str, dedup: &'a str) -> Job<'a> {
    Job { topic: "present", ordering_key: key, dedup_id: dedup, owner, payload: b"what the worker needs", expires_at: NOW.plus_days(1) }
}

#[tokio::test]
async fn every_statement_is_understood() {
    for database in each_database() {
        let (wallet, issuer, verifier) =
            (database.store::<Wallet>().await, database.store::<Issuer>().await, database.store::<Verifier>().await);
        let mut tx = wallet.read().await.unwrap();
        for (name, sql) in storage::shared_statements().into_iter().chain(storage::wallet::statements()) {
            prepares(&mut tx, database.name(), name, sql).await;
        }
        let mut tx = issuer.read().await.unwrap();
        for (name, sql) in storage::shared_statements().into_iter().chain(storage::issuer::statements()) {
            prepares(&mut tx, database.name(), name, sql).await;
        }
        let mut tx = verifier.read().await.unwrap();
        for (name, sql) in storage::shared_statements().into_iter().chain(storage::verifier::statements()) {
            prepares(&mut tx, database.name(), name, sql).await;
        }
    }
}

/// A statement whose name ends in a database's name is written for that one alone.
async fn prepares<R: storage::role::Role>(tx: &mut storage::Tx<R>, database: &str, name: &str, sql: &'static str) {
    let other = if database == "SQLite" { "_POSTGRES" } else { "_SQLITE" };
    if !name.ends_with(other) {
        tx.prepare(sql).await.unwrap_or_else(|error| panic!("{name} on {database}: {error:?}"));
    }
}

/// What was committed without waiting for the disk is seen at once, and the commit after it waits again.
#[tokio::test]
async fn a_commit_waits_for_the_disk_unless_the_next_one_does() {
    for database in each_database() {
        let store: Store<Issuer> = database.store().await;
        let level = if database.name() == "SQLite" { ["1", "2"] } else { ["off", "on"] };
        for (round, value) in [(0, "first"), (1, "second")] {
            let mut tx = store.write_unsynced().await.unwrap();
            assert_eq!(tx.syncs().await.unwrap().as_deref(), Some(level[0]), "{} {round}", database.name());
            assert!(tx.spend("nonce", &hash_token(value), NOW).await.unwrap());
            tx.commit().await.unwrap();
            let mut tx = store.read().await.unwrap();
            assert!(tx.is_spent("nonce", &hash_token(value)).await.unwrap(), "seen at once");
            drop(tx);
            let mut tx = store.write().await.unwrap();
            assert_eq!(tx.syncs().await.unwrap().as_deref(), Some(level[1]), "{} {round}", database.name());
            assert!(!tx.spend("nonce", &hash_token(value), NOW).await.unwrap());
            tx.commit().await.unwrap();
        }
        let mut dropped = store.write_unsynced().await.unwrap();
        assert!(dropped.spend("nonce", &hash_token("dropped"), NOW).await.unwrap());
        drop(dropped);
        let mut tx = store.read().await.unwrap();
        assert!(!tx.is_spent("nonce", &hash_token("dropped")).await.unwrap(), "nothing is left of what was not committed");
    }
}

/// Several changes in one trip: all of them, or none as soon as one does not find its row, whichever it is.
#[tokio::test]
async fn changes_are_made_together_or_not_at_all() {
    for database in each_database() {
        let store: Store<Issuer> = database.store().await;
        let spends = |values: &[&str]| values.iter().map(|value| Change::spend("nonce", &hash_token(value), NOW)).collect::<Vec<_>>();
        let event = |outcome| Event {
            actor: Actor::System,
            action: "award.decide",
            object_kind: "award",
            object: "together".to_owned(),
            outcome,
            amount: 1,
        };
        let told = |values: &[&str], outcome| {
            let mut changes = spends(values);
            changes.push(Change::audit(&event(outcome), NOW));
            changes
        };
        assert!(store.all_or_none(told(&["one", "two"], "done")).await.unwrap(), "{}", database.name());
        for values in [["one", "three"], ["three", "two"]] {
            assert!(!store.all_or_none(told(&values, "again")).await.unwrap(), "{} {values:?}", database.name());
        }
        assert!(store.all_or_none_unsynced(told(&["four"], "unsynced")).await.unwrap(), "{}", database.name());
        assert!(!store.all_or_none_unsynced(told(&["five", "four"], "again")).await.unwrap(), "{}", database.name());

        let mut tx = store.read().await.unwrap();
        for (value, spent) in [("one", true), ("two", true), ("three", false), ("four", true), ("five", false)] {
            assert_eq!(tx.is_spent("nonce", &hash_token(value)).await.unwrap(), spent, "{} {value}", database.name());
        }
        let trail = tx.audit_of("award", "together").await.unwrap();
        assert_eq!(trail.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(), ["done", "unsynced"], "{}", database.name());
        drop(tx);
        // The level is one statement's own: what comes next on the same connection waits for the disk.
        for _ in 0..4 {
            let mut tx = store.write().await.unwrap();
            let level = tx.syncs().await.unwrap();
            assert!(matches!(level.as_deref(), Some("2" | "on")), "{} {level:?}", database.name());
        }
    }
}

/// Of many who want the same value together with one of their own, one gets both, and the others neither.
#[tokio::test]
async fn of_many_sets_of_changes_about_one_row_one_is_made() {
    for database in each_database() {
        let store: Store<Issuer> = database.store().await;
        let tries = (0..12).map(|number| {
            let store = store.clone();
            let own = format!("own {number}");
            tokio::spawn(async move {
                let changes = vec![Change::spend("nonce", &hash_token(&own), NOW), Change::spend("nonce", &hash_token("shared"), NOW)];
                let made = store.all_or_none(changes).await.unwrap();
                let kept = store.read().await.unwrap().is_spent("nonce", &hash_token(&own)).await.unwrap();
                assert_eq!(made, kept);
                made
            })
        });
        let mut made = 0;
        for one in tries.collect::<Vec<_>>() {
            made += usize::from(one.await.unwrap());
        }
        assert_eq!(made, 1, "{}", database.name());
    }
}

#[tokio::test]
async fn a_sealed_cell_opens_in_its_place_only() {
    for database in each_database() {
        let store: Store<Wallet> = database.store().await;
        let (samira, barry) = (Owner::learner("samira"), Owner::learner("barry"));
        let cell = Cell { table: "credential", column: "body", row: "1", owner: &samira };
        let mut tx = store.write().await.unwrap();
        let sealed = tx.seal(&cell, b"Samira de Vries").await.unwrap();
        tx.seal(&Cell { owner: &barry, ..cell }, b"Barry Jansen").await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.read().await.unwrap();
        assert_eq!(tx.open(&cell, &sealed).await.unwrap().as_slice(), b"Samira de Vries");
        for moved in
            [Cell { row: "2", ..cell }, Cell { column: "name", ..cell }, Cell { table: "share", ..cell }, Cell { owner: &barry, ..cell }]
        {
            assert!(matches!(tx.open(&moved, &sealed).await, Err(StorageError::Sealed { .. })), "{moved:?}");
        }
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(tx.open(&cell, &changed).await.is_err());
    }
}

#[tokio::test]
async fn forgetting_an_owner_makes_its_cells_unreadable() {
    for database in each_database() {
        let store: Store<Issuer> = database.store().await;
        let person = Owner::person("hogeschool-voorbeeld", "1");
        let cell = Cell { table: "award", column: "body", row: "1", owner: &person };
        let mut tx = store.write().await.unwrap();
        let sealed = tx.seal(&cell, b"8").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.write().await.unwrap();
        tx.forget(&person).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert!(matches!(tx.open(&cell, &sealed).await, Err(StorageError::Sealed { .. })));
    }
}

#[tokio::test]
async fn a_session_ends_by_time_by_idleness_and_by_hand() {
    for database in each_database() {
        let store: Store<Wallet> = database.store().await;
        let id_hash = hash_token("cookie");
        let session = NewSession {
            id_hash: id_hash.clone(),
            row_id: "s1".to_owned(),
            subject: "learner-1",
            csrf: vec![1; 32],
            data: b"Samira",
            authenticated_at: NOW,
            expires_at: NOW.plus_seconds(8 * 3600),
        };
        let mut tx = store.write().await.unwrap();
        tx.insert_session(&session, NOW).await.unwrap();
        let found = tx.find_session(&id_hash, NOW, NOW.plus_seconds(-900)).await.unwrap().unwrap();
        assert_eq!((found.subject.as_str(), found.data.as_slice()), ("learner-1", b"Samira".as_slice()));
        assert!(tx.find_session(&id_hash, NOW.plus_seconds(9 * 3600), NOW.plus_seconds(-900)).await.unwrap().is_none(), "ended");
        assert!(tx.find_session(&id_hash, NOW, NOW).await.unwrap().is_none(), "idle");
        assert!(tx.find_session(&hash_token("other"), NOW, NOW.plus_seconds(-900)).await.unwrap().is_none());
        tx.delete_session(&id_hash).await.unwrap();
        assert!(tx.find_session(&id_hash, NOW, NOW.plus_seconds(-900)).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn work_of_one_key_is_done_in_order_and_other_keys_beside_it() {
    for database in each_database() {
        let store: Store<Wallet> = database.store().await;
        let owner = Owner::learner("samira");
        let mut tx = store.write().await.unwrap();
        let first = tx.later(&job(&owner, "verifier-a", "1"), NOW).await.unwrap();
        let again = tx.later(&job(&owner, "verifier-a", "1"), NOW).await.unwrap();
        assert_eq!(first, again, "the same work is kept once");
        tx.later(&job(&owner, "verifier-a", "2"), NOW).await.unwrap();
        tx.later(&job(&owner, "verifier-b", "3"), NOW).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = store.write().await.unwrap();
        let one = tx.claim("present", NOW, 60_000).await.unwrap().unwrap();
        let three = tx.claim("present", NOW, 60_000).await.unwrap().unwrap();
        assert_eq!((one.dedup_id.as_str(), three.dedup_id.as_str()), ("1", "3"));
        assert_eq!(one.payload.as_slice(), b"what the worker needs");
        assert!(tx.claim("present", NOW, 60_000).await.unwrap().is_none(), "2 waits for 1");
        assert!(tx.retry(&one, NOW.plus_seconds(60), "timeout").await.unwrap());
        assert!(!tx.finish(&one).await.unwrap(), "it is no longer ours");
        assert!(tx.claim("present", NOW, 60_000).await.unwrap().is_none(), "not before its time");
        let one = tx.claim("present", NOW.plus_seconds(61), 60_000).await.unwrap().unwrap();
        assert_eq!((one.dedup_id.as_str(), one.attempt), ("1", 2));
        assert!(tx.finish(&one).await.unwrap());
        let two = tx.claim("present", NOW, 60_000).await.unwrap().unwrap();
        assert_eq!(two.dedup_id, "2");
        assert!(tx.park(&two, "refused").await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_late_worker_is_fenced_off() {
    for database in each_database() {
        let store: Store<Wallet> = database.store().await;
        let owner = Owner::role();
        let mut tx = store.write().await.unwrap();
        tx.later(&job(&owner, "k", "1"), NOW).await.unwrap();
        let late = tx.claim("present", NOW, -1).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let mut tx = store.write().await.unwrap();
        let next = tx.claim("present", NOW, 60_000).await.unwrap().unwrap();
        assert!(!tx.finish(&late).await.unwrap());
        assert!(tx.finish(&next).await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_lease_has_one_holder_and_a_growing_fence() {
    for database in each_database() {
        let store: Store<Issuer> = database.store().await;
        let mut tx = store.write().await.unwrap();
        let fence = tx.take_lease("poll", "server-1", 60_000).await.unwrap().unwrap();
        assert_eq!(tx.take_lease("poll", "server-2", 60_000).await.unwrap(), None);
        assert!(tx.holds_lease("poll", "server-1", fence).await.unwrap());
        let renewed = tx.take_lease("poll", "server-1", -1000).await.unwrap().unwrap();
        assert!(renewed > fence);
        let taken = tx.take_lease("poll", "server-2", 60_000).await.unwrap().unwrap();
        assert!(taken > renewed);
        assert!(!tx.holds_lease("poll", "server-1", renewed).await.unwrap());
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_one_time_value_is_spent_once_however_many_try() {
    for database in each_database() {
        let store: Store<Issuer> = database.store().await;
        let tries = (0..16).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut tx = store.write().await.unwrap();
                let won = tx.spend("nonce", &hash_token("n"), NOW).await.unwrap();
                tx.commit().await.unwrap();
                won
            })
        });
        let mut winners = 0;
        for attempt in tries.collect::<Vec<_>>() {
            winners += i32::from(attempt.await.unwrap());
        }
        assert_eq!(winners, 1, "{}", database.name());
    }
}

#[tokio::test]
async fn a_deed_that_is_rolled_back_leaves_no_trace() {
    for database in each_database() {
        let store: Store<Verifier> = database.store().await;
        let event =
            Event { actor: Actor::System, action: "test", object_kind: "thing", object: "1".to_owned(), outcome: "done", amount: 1 };
        let mut tx = store.write().await.unwrap();
        tx.audit(&event, NOW).await.unwrap();
        drop(tx);
        let mut tx = store.write().await.unwrap();
        assert!(tx.audit_of("thing", "1").await.unwrap().is_empty());
        tx.audit(&event, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.read().await.unwrap();
        assert_eq!(tx.audit_of("thing", "1").await.unwrap().len(), 1);
        assert_eq!(tx.audit_count("test", "done").await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_second_process_on_one_sqlite_file_stops_with_words() {
    let database = testkit::TestDatabase::sqlite();
    let url = database.url("wallet").await;
    let open = || Store::<Wallet>::open(&url, &MASTER, std::sync::Arc::new(vc::random::SystemRandom));
    let first = open().await.unwrap();
    assert!(matches!(open().await, Err(StorageError::Locked)));
    drop(first);
}

static MASTER: std::sync::LazyLock<storage::MasterKey> = std::sync::LazyLock::new(testkit::database::test_master);

#[tokio::test]
async fn the_two_databases_have_one_schema() {
    let databases = each_database();
    let [sqlite, postgres] = databases.as_slice() else { return };
    for role in ["wallet", "issuer", "verifier"] {
        let mut found = Vec::new();
        for database in [sqlite, postgres] {
            let url = database.url(role).await;
            let random = std::sync::Arc::new(vc::random::SystemRandom);
            match role {
                "wallet" => Store::<Wallet>::open(&url, &MASTER, random).await.unwrap().close().await,
                "issuer" => Store::<Issuer>::open(&url, &MASTER, random).await.unwrap().close().await,
                _ => Store::<Verifier>::open(&url, &MASTER, random).await.unwrap().close().await,
            }
            found.push(testkit::schema::tables(&url).await);
        }
        let (one, other) = (&found[0], &found[1]);
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "tables of the {role}");
        for (name, table) in one {
            // A rowid key of SQLite may be null by its schema and never is.
            let mut nullable = table.columns.clone();
            if let Some(seq) = nullable.get_mut("seq") {
                seq.1 = false;
            }
            assert_eq!(nullable, other[name].columns, "columns of {role}.{name}");
            assert_eq!(table.unique, other[name].unique, "unique keys of {role}.{name}");
        }
        assert!(one.len() > 6, "{role} has tables");
    }
}
