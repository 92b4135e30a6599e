//! The few types that both databases share: whole numbers, text and bytes.

use model::Timestamp;
use sqlx::{ColumnIndex, Decode, Type};

use crate::sqlite::{self, SqliteRow};
use crate::{Result, StorageError};

/// A value given to a statement. `NULL` keeps its type, because PostgreSQL asks for it.
#[derive(Clone)]
pub enum Value {
    /// `BIGINT`: numbers, flags (0 or 1) and times in milliseconds.
    Int(Option<i64>),
    /// `TEXT`.
    Text(Option<String>),
    /// `BLOB` or `BYTEA`.
    Blob(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($type:ty => $variant:ident: $convert:expr;)*) => {
        $(
            impl From<$type> for Value {
                fn from(value: $type) -> Self { Self::$variant(Some($convert(value))) }
            }
            impl From<Option<$type>> for Value {
                fn from(value: Option<$type>) -> Self { Self::$variant(value.map($convert)) }
            }
        )*
    };
}

value_from! {
    i64 => Int: |v| v;
    bool => Int: i64::from;
    Timestamp => Int: Timestamp::millis;
    String => Text: |v| v;
    &str => Text: str::to_owned;
    &String => Text: String::clone;
    Vec<u8> => Blob: |v| v;
    &[u8] => Blob: <[u8]>::to_vec;
    &Vec<u8> => Blob: Vec::clone;
}

/// A row of either database.
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(sqlx::postgres::PgRow),
}

macro_rules! column {
    ($(#[$doc:meta])* $name:ident, $opt:ident: $type:ty) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// When the column is missing, `NULL` or of another type.
        pub fn $name(&self, column: &'static str) -> Result<$type> {
            self.$opt(column)?.ok_or(StorageError::Row { table: "row", column })
        }

        /// The same where the column may be `NULL`.
        ///
        /// # Errors
        /// When the column is missing or of another type.
        pub fn $opt(&self, column: &'static str) -> Result<Option<$type>> {
            match self {
                Self::Sqlite(row) => sqlite::read(row, column),
                Self::Postgres(row) => read(row, column),
            }
        }
    };
}

impl Row {
    column!(
        /// A `TEXT` column.
        text, opt_text: String
    );
    column!(
        /// A `BIGINT` column.
        int, opt_int: i64
    );
    column!(
        /// A `BLOB` or `BYTEA` column.
        blob, opt_blob: Vec<u8>
    );

    /// A `BIGINT` column that holds 0 or 1.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn flag(&self, column: &'static str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// A `BIGINT` column that holds a time in milliseconds.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn time(&self, column: &'static str) -> Result<Timestamp> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// The same where the column may be `NULL`.
    ///
    /// # Errors
    /// As [`Row::opt_int`].
    pub fn opt_time(&self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }
}

fn read<'r, R, T>(row: &'r R, column: &'static str) -> Result<Option<T>>
where
    R: sqlx::Row,
    &'static str: ColumnIndex<R>,
    T: Decode<'r, R::Database> + Type<R::Database>,
{
    row.try_get::<Option<T>, _>(column).map_err(|_| StorageError::Row { table: "row", column })
}
