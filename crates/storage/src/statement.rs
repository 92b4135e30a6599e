//! Declares SQL statements so that a test can prepare every one of them on both databases.

/// Declares named statements: `statements! { FIND_SESSION = "SELECT …"; }` makes a constant each and the list `STATEMENTS`.
///
/// Write `$1`, `$2` … for values; SQLite and PostgreSQL both understand them.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*

        /// The statements of this file, by name.
        pub(crate) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// Collects the values of a statement: `args![id, now.millis(), Some(blob)]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}
