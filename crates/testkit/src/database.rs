//! A database per test: SQLite in a folder of its own, and PostgreSQL where `TEST_POSTGRES` names a server.

use std::sync::Arc;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use storage::role::Role;
use storage::{MasterKey, Store};
use tempfile::TempDir;
use vc::random::{Random, SystemRandom};

/// The environment variable with the address of an administrative PostgreSQL database.
pub const POSTGRES: &str = "TEST_POSTGRES";

/// Where a test's databases are.
pub struct TestDatabase {
    place: Place,
    folder: TempDir,
}

enum Place {
    Sqlite,
    Postgres { admin: String, prefix: String },
}

/// One of each database that this machine has: SQLite always, PostgreSQL where the environment names a server.
///
/// # Panics
/// When a folder cannot be made.
pub fn each_database() -> Vec<TestDatabase> {
    let mut found = vec![TestDatabase::sqlite()];
    if let Ok(admin) = std::env::var(POSTGRES) {
        let prefix = format!("t{}", vc::random::token128(&SystemRandom).to_lowercase());
        found.push(TestDatabase { place: Place::Postgres { admin, prefix }, folder: folder() });
    }
    found
}

#[expect(clippy::expect_used, reason = "a test without a folder cannot go on")]
fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

impl TestDatabase {
    /// SQLite in a new folder.
    pub fn sqlite() -> Self {
        Self { place: Place::Sqlite, folder: folder() }
    }

    /// `SQLite` or `PostgreSQL`, for messages.
    pub fn name(&self) -> &'static str {
        match self.place {
            Place::Sqlite => "SQLite",
            Place::Postgres { .. } => "PostgreSQL",
        }
    }

    /// The folder that belongs to this test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The address of a database with this name, made when it is PostgreSQL's.
    ///
    /// # Panics
    /// When the server does not make it.
    #[expect(clippy::expect_used, reason = "a test without a database cannot go on")]
    pub async fn url(&self, name: &str) -> String {
        match &self.place {
            Place::Sqlite => format!("sqlite:{}", self.folder.path().join(format!("{name}.db")).display()),
            Place::Postgres { admin, prefix } => {
                let database = format!("{prefix}_{name}");
                let mut connection = PgConnection::connect(admin).await.expect("the test server answers");
                sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {database}"))).execute(&mut connection).await.expect("a new database");
                let (base, _) = admin.rsplit_once('/').expect("an address with a database");
                format!("{base}/{database}")
            }
        }
    }

    /// A role's store in a new database.
    ///
    /// # Panics
    /// When it does not open.
    #[expect(clippy::expect_used, reason = "a test without a store cannot go on")]
    pub async fn store<R: Role>(&self) -> Store<R> {
        let url = self.url(R::NAME).await;
        Store::open(&url, &test_master(), Arc::new(SystemRandom)).await.expect("the store opens")
    }
}

/// The master key of tests.
pub fn test_master() -> MasterKey {
    MasterKey::new([7; 32])
}

/// Randomness that repeats: byte n of the stream is a counter's, so two draws never agree.
#[derive(Default)]
pub struct CountingRandom(std::sync::atomic::AtomicU64);

impl Random for CountingRandom {
    fn fill(&self, out: &mut [u8]) {
        for chunk in out.chunks_mut(8) {
            let next = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            for (to, from) in chunk.iter_mut().zip(next.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes()) {
                *to = from;
            }
        }
    }
}
