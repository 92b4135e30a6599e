//! Reads the tables of `modules.md` and `musts.md`; `cargo xtask mutations` reads the first one by the same rules.

/// A module of the suite, and the test that stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Module {
    /// As the suite calls it.
    pub(crate) name: String,
    /// `crate::module::function`.
    pub(crate) test: String,
    /// The status that the test must see.
    pub(crate) status: u16,
    /// The error code, of a refusal.
    pub(crate) code: Option<String>,
}

/// The cells of the one table with these columns: without code marks, one list for each row.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn cells<const N: usize>(text: &str, columns: [&str; N]) -> Result<Vec<[String; N]>, String> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| split(line) != columns);
    lines.next().ok_or_else(|| format!("there is no table with the columns {columns:?}"))?;
    let ruled = lines.next().is_some_and(|line| split(line).iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| c == '-')));
    if !ruled {
        return Err("the line under the columns is missing".to_owned());
    }
    let rows = lines.take_while(|line| line.starts_with('|'));
    let row = |line: &str| {
        let cells: Vec<String> = split(line).into_iter().map(|cell| cell.trim_matches('`').to_owned()).collect();
        <[String; N]>::try_from(cells).map_err(|cells| format!("{} cells instead of {N}: {line}", cells.len()))
    };
    rows.map(row).collect()
}

/// The cells of a line between its bars.
fn split(line: &str) -> Vec<&str> {
    let inner = line.strip_prefix('|').and_then(|line| line.strip_suffix('|'));
    inner.map(|inner| inner.split('|').map(str::trim).collect()).unwrap_or_default()
}

/// The modules of `modules.md`, in its order.
///
/// # Errors
/// What is wrong with the table, in words.
pub(crate) fn modules(text: &str) -> Result<Vec<Module>, String> {
    let row = |[name, test, outcome]: [String; 3]| {
        let (status, code) = outcome.split_once(' ').map_or((outcome.as_str(), None), |(status, code)| (status, Some(code.to_owned())));
        let status = status.parse().map_err(|_| format!("{name}: {outcome} is no outcome"))?;
        Ok(Module { name, test, status, code })
    };
    cells(text, ["module", "test", "outcome"])?.into_iter().map(row).collect()
}
