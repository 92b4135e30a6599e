//! A look into a database from outside, beside the servers that use it: counting and reading rows, and the odd act of sabotage.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Executor, PgConnection, Row, SqliteConnection, TypeInfo, ValueRef};

/// A connection of its own.
pub enum Rows {
    /// To a SQLite file; servers go on writing meanwhile.
    Sqlite(SqliteConnection),
    /// To PostgreSQL.
    Postgres(PgConnection),
}

/// One value of a row, whatever its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// NULL.
    Nothing,
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

macro_rules! read {
    ($row:expr, $int:expr) => {{
        let mut cells = Vec::new();
        for at in 0..$row.columns().len() {
            let raw = $row.try_get_raw(at).expect("a value");
            let kind = raw.type_info().name().to_ascii_uppercase();
            cells.push(match kind.as_str() {
                _ if raw.is_null() => Cell::Nothing,
                "INTEGER" | "INT8" => Cell::Int($row.get(at)),
                "INT4" => Cell::Int(i64::from($row.get::<i32, _>(at))),
                "BLOB" | "BYTEA" => Cell::Blob($row.get(at)),
                "TEXT" | "VARCHAR" | "NAME" => Cell::Text($row.get(at)),
                _ => Cell::Text(format!("<{} {}>", $row.columns()[at].name(), kind)),
            });
        }
        cells
    }};
}

#[expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot look cannot go on")]
impl Rows {
    /// Connects to a database at `sqlite:PATH` or `postgres://…`.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn open(url: &str) -> Self {
        match url.strip_prefix("sqlite:") {
            Some(path) => {
                let options = SqliteConnectOptions::new().filename(path).busy_timeout(std::time::Duration::from_secs(10));
                Self::Sqlite(options.connect().await.expect("the database file opens"))
            }
            None => Self::Postgres(PgConnection::connect(url).await.expect("the database server answers")),
        }
    }

    /// All rows of a query.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn all(&mut self, sql: &str) -> Vec<Vec<Cell>> {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query(query).fetch_all(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
                rows.iter().map(|row| read!(row, i64)).collect()
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query(query).fetch_all(connection).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
                rows.iter().map(|row| read!(row, i64)).collect()
            }
        }
    }

    /// The one number of a query such as `SELECT COUNT(*) …`.
    ///
    /// # Panics
    /// When it is not one number.
    pub async fn count(&mut self, sql: &str) -> i64 {
        match self.all(sql).await.as_slice() {
            [row] => match row.as_slice() {
                [Cell::Int(number)] => *number,
                other => panic!("{sql}: {other:?}"),
            },
            other => panic!("{sql}: {} rows", other.len()),
        }
    }

    /// The texts of a query's first column.
    ///
    /// # Panics
    /// When one is none.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let text = |row: Vec<Cell>| match row.into_iter().next() {
            Some(Cell::Text(text)) => text,
            other => panic!("{sql}: {other:?}"),
        };
        self.all(sql).await.into_iter().map(text).collect()
    }

    /// The bytes of a query's first column.
    ///
    /// # Panics
    /// When one is none.
    pub async fn blobs(&mut self, sql: &str) -> Vec<Vec<u8>> {
        let blob = |row: Vec<Cell>| match row.into_iter().next() {
            Some(Cell::Blob(blob)) => blob,
            other => panic!("{sql}: {other:?}"),
        };
        self.all(sql).await.into_iter().map(blob).collect()
    }

    /// Changes rows behind the servers' back. `X'…'` in the statement is a blob, on both databases. Tells how many changed.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn sabotage(&mut self, sql: &str) -> u64 {
        match self {
            Self::Sqlite(connection) => connection.execute(AssertSqlSafe(sql.to_owned())).await.expect("a statement").rows_affected(),
            Self::Postgres(connection) => {
                // PostgreSQL's X'…' is a bit string. The space keeps texts that end in X as they are.
                let sql = sql.replace(" X'", " '\\x");
                connection.execute(AssertSqlSafe(sql)).await.expect("a statement").rows_affected()
            }
        }
    }

    /// How many rows every table has: what a refusal must not change (DB0).
    pub async fn counts(&mut self) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for table in self.tables().await {
            let count = self.count(&format!("SELECT COUNT(*) FROM {table}")).await;
            counts.insert(table, count);
        }
        counts
    }

    /// How often the audit trail tells of an action.
    pub async fn audited(&mut self, action: &str) -> i64 {
        self.count(&format!("SELECT COUNT(*) FROM audit WHERE action = '{action}'")).await
    }

    /// Names of all tables.
    pub async fn tables(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
            Self::Postgres(_) => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name",
        };
        self.texts(sql).await
    }
}
