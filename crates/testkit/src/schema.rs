//! Reads the schema of a database, to compare the two that the migrations make.

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection, Row, SqliteConnection};

/// A table: its columns with kind and whether they may be null, and its unique keys by their columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Column → (`int`, `text` or `blob`; whether `NULL` is allowed).
    pub columns: BTreeMap<String, (String, bool)>,
    /// The columns of every primary key and unique index, in order.
    pub unique: Vec<Vec<String>>,
}

/// The tables of a database by name, without the migration journal.
///
/// # Panics
/// When the database does not answer.
#[expect(clippy::expect_used, reason = "a test without a database cannot go on")]
pub async fn tables(url: &str) -> BTreeMap<String, Table> {
    if url.starts_with("sqlite:") {
        sqlite(&mut SqliteConnection::connect(url).await.expect("the file opens")).await.expect("a schema")
    } else {
        postgres(&mut PgConnection::connect(url).await.expect("the server answers")).await.expect("a schema")
    }
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS t, c.name AS c, lower(c.type) AS k, c.\"notnull\" AS n FROM sqlite_master m, pragma_table_info(m.name) c \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx%'";
const SQLITE_UNIQUE: &str = "SELECT m.name AS t, (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno)) AS u \
    FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE '_sqlx%' AND i.\"unique\" = 1 \
    UNION ALL SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' \
    AND m.name NOT LIKE '_sqlx%' AND m.name NOT LIKE 'sqlite_%' AND c.pk = 1 AND lower(c.type) = 'integer' \
    AND (SELECT count(*) FROM pragma_table_info(m.name) WHERE pk > 0) = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) WHERE origin = 'pk')";
const POSTGRES_COLUMNS: &str = "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k, \
    CASE WHEN is_nullable = 'NO' THEN 1::bigint ELSE 0::bigint END AS n FROM information_schema.columns \
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
const POSTGRES_UNIQUE: &str = "SELECT c.relname::text AS t, string_agg(a.attname::text, ',' ORDER BY k.n) AS u FROM pg_index i \
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace s ON s.oid = c.relnamespace AND s.nspname = 'public' \
    CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(num, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.num \
    WHERE i.indisunique AND c.relname NOT LIKE '\\_sqlx%' GROUP BY c.relname, i.indexrelid";

macro_rules! reader {
    ($name:ident, $connection:ty, $columns:expr, $unique:expr) => {
        async fn $name(connection: &mut $connection) -> Result<BTreeMap<String, Table>, sqlx::Error> {
            let mut tables: BTreeMap<String, Table> = BTreeMap::new();
            for row in sqlx::query($columns).fetch_all(&mut *connection).await? {
                let kind = kind(row.try_get("k")?);
                let column = (kind, row.try_get::<i64, _>("n")? == 0);
                tables.entry(row.try_get("t")?).or_default().columns.insert(row.try_get("c")?, column);
            }
            for row in sqlx::query($unique).fetch_all(&mut *connection).await? {
                let columns: String = row.try_get("u")?;
                tables.entry(row.try_get("t")?).or_default().unique.push(columns.split(',').map(str::to_owned).collect());
            }
            for table in tables.values_mut() {
                table.unique.sort();
                table.unique.dedup();
            }
            Ok(tables)
        }
    };
}
reader!(sqlite, SqliteConnection, SQLITE_COLUMNS, SQLITE_UNIQUE);
reader!(postgres, PgConnection, POSTGRES_COLUMNS, POSTGRES_UNIQUE);

/// One word for what the two databases call differently.
fn kind(name: String) -> String {
    match name.as_str() {
        "integer" | "bigint" => "int".to_owned(),
        "blob" | "bytea" => "blob".to_owned(),
        _ => name,
    }
}
