//! SQLite in the caller's own thread: a statement takes microseconds, and handing it to another thread takes longer than that.
//!
//! Only what waits for the disk, the commit, goes to a thread that may block. There is one connection to write with and a few to
//! read with; one that comes back with an open transaction is rolled back first.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::types::{ToSqlOutput, Value as Cell, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags, ToSql};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::tx::{ACQUIRE, Lasts};
use crate::value::Value;
use crate::{DatabaseError, Result, StorageError};

/// Statements that a connection keeps compiled.
const COMPILED: usize = 100;

/// A commit waits for the disk.
const FULL: &str = "FULL";

/// Connections of one kind, and turns to have one.
pub(crate) struct Lane {
    path: PathBuf,
    writes: bool,
    connections: u32,
    free: Mutex<Vec<Open>>,
    turns: Arc<Semaphore>,
}

/// A connection and what is known of its statements.
struct Open {
    connection: Connection,
    /// Names of the columns that a statement gives.
    columns: HashMap<&'static str, Arc<[String]>>,
    /// When what it commits is on the disk.
    lasts: Lasts,
}

/// A connection for as long as a transaction takes.
pub(crate) struct Held {
    /// Locked by nobody: `Mutex` makes it shareable between threads, and is never waited for.
    open: Mutex<Option<Open>>,
    lane: Arc<Lane>,
    /// Given back after the connection is.
    _turn: OwnedSemaphorePermit,
}

/// A row of SQLite.
pub struct SqliteRow {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
}

impl Lane {
    /// The one connection that writes.
    pub(crate) fn writer(path: PathBuf) -> Result<Arc<Self>> {
        Self::new(path, true, 1)
    }

    /// At most `connections` that read.
    pub(crate) fn readers(path: PathBuf, connections: u32) -> Result<Arc<Self>> {
        Self::new(path, false, connections)
    }

    /// Opens one connection at once, so that a file that is not there is found out.
    fn new(path: PathBuf, writes: bool, connections: u32) -> Result<Arc<Self>> {
        let first = Open::new(&path, writes)?;
        let turns = Arc::new(Semaphore::new(usize::try_from(connections).unwrap_or(Semaphore::MAX_PERMITS)));
        Ok(Arc::new(Self { path, writes, connections, free: Mutex::new(vec![first]), turns }))
    }

    /// Begins a transaction as soon as a connection is free.
    pub(crate) async fn begin(self: &Arc<Self>, lasts: Lasts) -> Result<Held> {
        let turn = tokio::time::timeout(ACQUIRE, Arc::clone(&self.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| DatabaseError::Busy)?.map_err(|_| DatabaseError::Closed)?;
        let free = self.lock().pop();
        let mut open = free.map_or_else(|| Open::new(&self.path, self.writes), Ok)?;
        open.commits(lasts)?;
        let mut held = Held { open: Mutex::new(Some(open)), lane: Arc::clone(self), _turn: turn };
        held.execute(if self.writes { "BEGIN IMMEDIATE" } else { "BEGIN" }, Vec::new())?;
        Ok(held)
    }

    /// Waits for every transaction and closes its connection. The last one of a file folds the WAL into it.
    pub(crate) async fn close(&self) {
        let all = self.turns.acquire_many(self.connections).await;
        self.turns.close();
        self.lock().clear();
        drop(all);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Open>> {
        // A thread that panicked left whole connections behind.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn new(path: &PathBuf, writes: bool) -> Result<Self> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(ACQUIRE)?;
        connection.set_prepared_statement_cache_capacity(COMPILED);
        connection.pragma_update(None, "synchronous", FULL)?;
        connection.pragma_update(None, "foreign_keys", "ON")?;
        // What is deleted is overwritten, so that a destroyed key is not still in a free page.
        connection.pragma_update_and_check(None, "secure_delete", "ON", |_| Ok(()))?;
        if !writes {
            connection.pragma_update(None, "query_only", "ON")?;
        }
        Ok(Self { connection, columns: HashMap::new(), lasts: Lasts::AtOnce })
    }

    /// Sets whether the next commits wait for the disk. In WAL mode, `NORMAL` leaves the log's last frames to the next `FULL` commit,
    /// which brings all that came before it to the disk (SQLite, "PRAGMA synchronous").
    fn commits(&mut self, lasts: Lasts) -> rusqlite::Result<()> {
        if self.lasts != lasts {
            let level = if lasts == Lasts::AtOnce { FULL } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.lasts = lasts;
        }
        Ok(())
    }

    /// The statement with its values, and the names of its columns. `$2` is the second value, wherever it stands; a place without a
    /// value is an error, as on PostgreSQL, and not `NULL`.
    fn ready(&mut self, sql: &'static str, args: Vec<Value>) -> rusqlite::Result<(CachedStatement<'_>, Arc<[String]>)> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut bound = 0;
        for (number, value) in (1..).zip(args) {
            if let Some(place) = statement.parameter_index(&format!("${number}"))? {
                statement.raw_bind_parameter(place, value)?;
                bound += 1;
            }
        }
        if bound != statement.parameter_count() {
            return Err(rusqlite::Error::InvalidParameterCount(bound, statement.parameter_count()));
        }
        let columns = self.columns.entry(sql).or_insert_with(|| statement.column_names().into_iter().map(str::to_owned).collect());
        Ok((statement, Arc::clone(columns)))
    }
}

impl Held {
    fn open(&mut self) -> Result<&mut Open> {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
        open.as_mut().ok_or(StorageError::Database(DatabaseError::Closed))
    }

    /// Runs a statement to its end and tells how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
        let open = self.open()?;
        {
            let (mut statement, _) = open.ready(sql, args)?;
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
        }
        Ok(open.connection.changes())
    }

    /// At most `most` rows of a statement.
    pub(crate) fn rows(&mut self, sql: &'static str, args: Vec<Value>, most: usize) -> Result<Vec<SqliteRow>> {
        let (mut statement, columns) = self.open()?.ready(sql, args)?;
        let mut rows = statement.raw_query();
        let mut read = Vec::new();
        while read.len() < most
            && let Some(row) = rows.next()?
        {
            let cells = (0..columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            read.push(SqliteRow { columns: Arc::clone(&columns), cells });
        }
        Ok(read)
    }

    /// Whether SQLite understands a statement.
    pub(crate) fn prepare(&mut self, sql: &'static str) -> Result<()> {
        self.open()?.connection.prepare(sql)?;
        Ok(())
    }

    /// Commits; where that waits for the disk, in a thread that may.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if self.open()?.lasts == Lasts::WithTheNext {
            return self.execute("COMMIT", Vec::new()).map(drop);
        }
        let committed = tokio::task::spawn_blocking(move || self.execute("COMMIT", Vec::new()));
        committed.await.map_err(|_| DatabaseError::Closed)?.map(drop)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(open) = self.open.get_mut().unwrap_or_else(PoisonError::into_inner).take() else { return };
        // One that cannot be rolled back is closed, which rolls it back too.
        if open.connection.is_autocommit() || open.connection.execute_batch("ROLLBACK").is_ok() {
            self.lane.lock().push(open);
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Blob(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Int(None) | Self::Text(None) | Self::Blob(None) => ValueRef::Null,
        }))
    }
}

impl SqliteRow {
    fn cell(&self, column: &str) -> Option<&Cell> {
        self.columns.iter().position(|name| name == column).and_then(|at| self.cells.get(at))
    }
}

/// What a column of SQLite may be read as.
pub(crate) trait FromCell: Sized {
    /// `None` when it is of another type.
    fn from_cell(cell: &Cell) -> Option<Self>;
}

impl FromCell for i64 {
    fn from_cell(cell: &Cell) -> Option<Self> {
        if let Cell::Integer(number) = cell { Some(*number) } else { None }
    }
}

impl FromCell for String {
    fn from_cell(cell: &Cell) -> Option<Self> {
        if let Cell::Text(text) = cell { Some(text.clone()) } else { None }
    }
}

impl FromCell for Vec<u8> {
    fn from_cell(cell: &Cell) -> Option<Self> {
        if let Cell::Blob(bytes) = cell { Some(bytes.clone()) } else { None }
    }
}

/// A column that may be `NULL`.
pub(crate) fn read<T: FromCell>(row: &SqliteRow, column: &'static str) -> Result<Option<T>> {
    let unreadable = StorageError::Row { table: "row", column };
    match row.cell(column) {
        Some(Cell::Null) => Ok(None),
        Some(cell) => T::from_cell(cell).map(Some).ok_or(unreadable),
        None => Err(unreadable),
    }
}
