//! Two pools behind one face, and the transaction in which every statement runs.

use std::collections::HashMap;
use std::fs::File;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor, PgPool, Postgres, Transaction};
use vc::random::Random;

use crate::role::Role;
use crate::seal::{DataKey, MasterKey, Owner, RoleKeys};
use crate::sqlite::{Held, Lane};
use crate::value::{Row, Value};
use crate::{Result, StorageError, migrate, statements};

/// Connections for reading on SQLite; writing has exactly one.
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// A connection that was not used for so long is asked whether it still stands before it is used.
const POSTGRES_ASKED_AFTER: Duration = Duration::from_secs(1);
/// How long a request waits for a connection before it fails as unavailable.
pub(crate) const ACQUIRE: Duration = Duration::from_secs(3);

/// Which database is behind a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// One file, one writer.
    Sqlite,
    /// PostgreSQL, which several servers may share.
    Postgres,
}

pub(crate) enum Pool {
    Sqlite { write: Arc<Lane>, read: Arc<Lane> },
    Postgres(PgPool),
}

struct Shared {
    pool: Pool,
    keys: RoleKeys,
    random: Arc<dyn Random>,
    /// Held as long as the store lives: one server process per SQLite file.
    _lock: Option<File>,
}

/// One role's database. Cheap to clone; handlers take it as state.
pub struct Store<R> {
    shared: Arc<Shared>,
    role: PhantomData<fn() -> R>,
}

impl<R> Clone for Store<R> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), role: PhantomData }
    }
}

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx<R> {
    inner: Inner,
    shared: Arc<Shared>,
    opened: HashMap<Owner, DataKey>,
    role: PhantomData<fn() -> R>,
}

enum Inner {
    Sqlite(Held),
    Postgres(Transaction<'static, Postgres>),
    /// Statements that read, one by one: at PostgreSQL's level of isolation, read committed, a transaction around them adds nothing
    /// but two trips.
    PostgresReads(PoolConnection<Postgres>),
}

/// When what a commit wrote is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// Before the commit is answered.
    AtOnce,
    /// At the latest with the next commit of another transaction that lasts at once: a log has one order.
    WithTheNext,
}

impl<R: Role> Store<R> {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), migrates it, and derives the role's keys from `master`.
    ///
    /// # Errors
    /// When the address is unknown, the file is served by another process, or the schema cannot be migrated.
    pub async fn open(url: &str, master: &MasterKey, random: Arc<dyn Random>) -> Result<Self> {
        let (pool, lock) = if let Some(path) = url.strip_prefix("sqlite:") {
            let lock = lock_file(Path::new(path))?;
            migrate::sqlite::<R>(path).await?;
            let write = Lane::writer(path.into())?;
            (Pool::Sqlite { write, read: Lane::readers(path.into(), SQLITE_READERS)? }, Some(lock))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = open_postgres(url).await?;
            migrate::postgres::<R>(&pool).await?;
            (Pool::Postgres(pool), None)
        } else {
            return Err(StorageError::Address);
        };
        let keys = RoleKeys::derive(master, R::NAME)?;
        Ok(Self { shared: Arc::new(Shared { pool, keys, random, _lock: lock }), role: PhantomData })
    }

    /// Opens the database at `url` to read from, also while servers run on it: nothing is locked, migrated or made.
    ///
    /// # Errors
    /// When the address is unknown or there is no such database.
    pub async fn look(url: &str, master: &MasterKey, random: Arc<dyn Random>) -> Result<Self> {
        let pool = if let Some(path) = url.strip_prefix("sqlite:") {
            let lane = Lane::readers(path.into(), 1)?;
            Pool::Sqlite { write: Arc::clone(&lane), read: lane }
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pool::Postgres(open_postgres(url).await?)
        } else {
            return Err(StorageError::Address);
        };
        let keys = RoleKeys::derive(master, R::NAME)?;
        Ok(Self { shared: Arc::new(Shared { pool, keys, random, _lock: None }), role: PhantomData })
    }

    /// A transaction for reading.
    ///
    /// # Errors
    /// When no connection is free within three seconds.
    pub async fn read(&self) -> Result<Tx<R>> {
        let inner = match &self.shared.pool {
            Pool::Sqlite { read, .. } => Inner::Sqlite(read.begin(Lasts::AtOnce).await?),
            Pool::Postgres(pool) => Inner::PostgresReads(pool.acquire().await?),
        };
        Ok(self.transaction(inner))
    }

    /// A transaction for reading and writing. SQLite has one writer, so this waits for its turn.
    ///
    /// # Errors
    /// When no connection is free within three seconds.
    pub async fn write(&self) -> Result<Tx<R>> {
        self.begin(Lasts::AtOnce).await
    }

    /// As [`Store::write`], with a commit that everybody sees at once and that does not wait for the disk: it lasts from the next
    /// commit on that does wait. For a step of which nothing leaves the server before such a commit (decision 0030).
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_unsynced(&self) -> Result<Tx<R>> {
        self.begin(Lasts::WithTheNext).await
    }

    async fn begin(&self, lasts: Lasts) -> Result<Tx<R>> {
        let inner = match (&self.shared.pool, lasts) {
            (Pool::Sqlite { write, .. }, lasts) => Inner::Sqlite(write.begin(lasts).await?),
            (Pool::Postgres(pool), Lasts::AtOnce) => Inner::Postgres(pool.begin().await?),
            (Pool::Postgres(pool), Lasts::WithTheNext) => Inner::Postgres(pool.begin_with(BEGIN_UNSYNCED).await?),
        };
        Ok(self.transaction(inner))
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.shared.pool
    }

    fn transaction(&self, inner: Inner) -> Tx<R> {
        Tx { inner, shared: Arc::clone(&self.shared), opened: HashMap::new(), role: PhantomData }
    }

    /// Which database this is.
    pub fn kind(&self) -> DatabaseKind {
        match self.shared.pool {
            Pool::Sqlite { .. } => DatabaseKind::Sqlite,
            Pool::Postgres(_) => DatabaseKind::Postgres,
        }
    }

    /// The keyed look-up value of `text` for rows that must be found by something personal, such as an eduID.
    /// `domain` separates uses: equal texts of different domains have different values. 33 bytes: key version, HMAC-SHA-256.
    pub fn blind_index(&self, domain: &str, text: &str) -> Vec<u8> {
        self.shared.keys.blind_index(domain, text)
    }

    /// A keyed MAC for values that leave and come back, such as nonces: 32 bytes.
    pub fn mac(&self, domain: &str, message: &[u8]) -> [u8; 32] {
        self.shared.keys.mac(domain, message)
    }

    /// Closes all connections; SQLite folds its WAL into the file.
    pub async fn close(&self) {
        match &self.shared.pool {
            Pool::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

impl<R: Role> Tx<R> {
    /// Makes everything done in this transaction last.
    ///
    /// # Errors
    /// When the database did not confirm it. The outcome is then unknown: read again before doing anything twice.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(held) => held.commit().await,
            Inner::Postgres(tx) => tx.commit().await.map_err(StorageError::from),
            Inner::PostgresReads(_) => Ok(()),
        }
    }

    /// Which database this is.
    pub fn kind(&self) -> DatabaseKind {
        match self.inner {
            Inner::Sqlite(_) => DatabaseKind::Sqlite,
            Inner::Postgres(_) | Inner::PostgresReads(_) => DatabaseKind::Postgres,
        }
    }

    /// As [`Store::blind_index`].
    pub fn blind_index(&self, domain: &str, text: &str) -> Vec<u8> {
        self.shared.keys.blind_index(domain, text)
    }

    pub(crate) fn keys(&self) -> &RoleKeys {
        &self.shared.keys
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.shared.random.as_ref()
    }

    pub(crate) fn shared_random(&self) -> Arc<dyn Random> {
        Arc::clone(&self.shared.random)
    }

    pub(crate) fn opened(&mut self) -> &mut HashMap<Owner, DataKey> {
        &mut self.opened
    }

    /// Runs a statement and tells how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        let changed = match &mut self.inner {
            Inner::Sqlite(held) => held.execute(sql, args)?,
            Inner::Postgres(tx) => bind_postgres(sql, args).execute(&mut **tx).await?.rows_affected(),
            Inner::PostgresReads(connection) => bind_postgres(sql, args).execute(&mut **connection).await?.rows_affected(),
        };
        Ok(changed)
    }

    /// Runs a statement that gives one row or none.
    pub(crate) async fn optional(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>> {
        Ok(match &mut self.inner {
            Inner::Sqlite(held) => held.rows(sql, args, 1)?.pop().map(Row::Sqlite),
            Inner::Postgres(tx) => bind_postgres(sql, args).fetch_optional(&mut **tx).await?.map(Row::Postgres),
            Inner::PostgresReads(connection) => bind_postgres(sql, args).fetch_optional(&mut **connection).await?.map(Row::Postgres),
        })
    }

    /// Runs a statement that gives rows.
    pub(crate) async fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>> {
        Ok(match &mut self.inner {
            Inner::Sqlite(held) => held.rows(sql, args, usize::MAX)?.into_iter().map(Row::Sqlite).collect(),
            Inner::Postgres(tx) => bind_postgres(sql, args).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect(),
            Inner::PostgresReads(connection) => {
                bind_postgres(sql, args).fetch_all(&mut **connection).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// How the database itself says that this transaction's commit treats the disk: `1` (not waited for) or `2` on SQLite, `off` or
    /// else on PostgreSQL. For the contract tests.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn syncs(&mut self) -> Result<Option<String>> {
        let sql = if self.kind() == DatabaseKind::Sqlite { SYNCS_SQLITE } else { SYNCS_POSTGRES };
        self.optional(sql, Vec::new()).await?.map(|row| row.text("level")).transpose()
    }

    /// Prepares a statement without running it: how the contract tests see that both databases understand every one.
    ///
    /// # Errors
    /// When the database does not understand it.
    pub async fn prepare(&mut self, sql: &'static str) -> Result<()> {
        use sqlx::SqlSafeStr;
        match &mut self.inner {
            Inner::Sqlite(held) => held.prepare(sql)?,
            Inner::Postgres(tx) => (&mut **tx).prepare(sql.into_sql_str()).await.map(drop)?,
            Inner::PostgresReads(connection) => (&mut **connection).prepare(sql.into_sql_str()).await.map(drop)?,
        }
        Ok(())
    }
}

statements! {
    SYNCS_SQLITE = "SELECT CAST(synchronous AS TEXT) AS level FROM pragma_synchronous";
    SYNCS_POSTGRES = "SELECT current_setting('synchronous_commit') AS level";
}

/// A connection plans a statement once and keeps the plan. What is planned while a table is nearly empty would read all of it, and go
/// on doing so while thousands of rows come in, until statistics are taken. Our statements have an index each.
const NEVER_THE_WHOLE_TABLE: &str = "SET enable_seqscan = off";

/// Both in one trip.
const BEGIN_UNSYNCED: &str = "BEGIN; SET LOCAL synchronous_commit TO off";

type PostgresQuery = sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments>;

fn bind_postgres(sql: &'static str, args: Vec<Value>) -> PostgresQuery {
    bound(sqlx::query(sql), args)
}

/// A query with its values.
pub(crate) fn bound(query: PostgresQuery, args: impl IntoIterator<Item = Value>) -> PostgresQuery {
    args.into_iter().fold(query, |query, value| match value {
        Value::Int(value) => query.bind(value),
        Value::Text(value) => query.bind(value),
        Value::Blob(value) => query.bind(value),
    })
}

async fn open_postgres(url: &str) -> Result<PgPool> {
    let options = PgConnectOptions::from_str(url)?;
    let pool = PgPoolOptions::new().max_connections(POSTGRES_CONNECTIONS).acquire_timeout(ACQUIRE).test_before_acquire(false);
    let pool = pool.after_connect(|connection, _| Box::pin(async move { connection.execute(NEVER_THE_WHOLE_TABLE).await.map(drop) }));
    let pool = pool.before_acquire(|connection, used| {
        Box::pin(async move {
            if used.idle_for >= POSTGRES_ASKED_AFTER {
                connection.ping().await?;
            }
            Ok(true)
        })
    });
    Ok(pool.connect_with(options).await?)
}

/// Takes the lock beside a SQLite file, so that a second server process stops with words instead of surprises.
fn lock_file(path: &Path) -> Result<File> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(PathBuf::from(name)).map_err(StorageError::File)?;
    file.try_lock().map_err(|_| StorageError::Locked)?;
    Ok(file)
}
