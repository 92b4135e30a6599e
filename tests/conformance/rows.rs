//! Holds the list of bad inputs against its tests: every row has one that runs, is named after it, says its outcome and, where nothing
//! may change, compares the rows of all tables.

use std::collections::BTreeSet;

use crate::check::{follows, keeps_rows, running, words};
use crate::sources::Sources;
use crate::table::cells;

/// A line of the list.
type Line = [String; 4];

/// The letters of the catalogue that are listed, with how many rows each has.
const ROWS: [(char, u32); 10] = [('m', 7), ('o', 8), ('p', 6), ('t', 10), ('n', 3), ('c', 18), ('d', 4), ('f', 4), ('x', 10), ('h', 8)];
/// The crates whose tests are named after rows as whoever sends them sees them.
const ACTORS: [&str; 2] = ["credential_issuer::", "wallet_server::"];
/// The names of statuses in code.
const NAMES: [(&str, &str); 10] = [
    ("200", "OK"),
    ("204", "NO_CONTENT"),
    ("303", "SEE_OTHER"),
    ("400", "BAD_REQUEST"),
    ("401", "UNAUTHORIZED"),
    ("403", "FORBIDDEN"),
    ("405", "METHOD_NOT_ALLOWED"),
    ("409", "CONFLICT"),
    ("413", "PAYLOAD_TOO_LARGE"),
    ("421", "MISDIRECTED_REQUEST"),
];

/// A row: its letter and its number.
type Row = (char, u32);

/// `c11` or `C11`.
fn row(text: &str) -> Option<Row> {
    let letter = text.chars().next()?.to_ascii_lowercase();
    let known = ROWS.iter().any(|(known, _)| *known == letter);
    Some((letter, text.get(1..)?.parse().ok()?)).filter(|_| known)
}

/// The rows that a test's name says: `rows_c9_and_c11_to_c15_…`.
fn named(test: &str) -> BTreeSet<Row> {
    let name = test.rsplit("::").next().unwrap_or_default();
    let Some(rest) = name.strip_prefix("row_").or_else(|| name.strip_prefix("rows_")) else { return BTreeSet::new() };
    let (mut found, mut last, mut up_to) = (BTreeSet::new(), None, false);
    for word in rest.split('_') {
        match (word, row(word), last) {
            ("and", ..) => {}
            ("to", ..) => up_to = true,
            (_, Some((letter, end)), Some((of, from))) if up_to && letter == of => {
                found.extend((from..=end).map(|number| (letter, number)));
                up_to = false;
            }
            (_, Some(row), _) => {
                found.insert(row);
                last = Some(row);
            }
            _ => break,
        }
    }
    found
}

/// Whether code says a status, as a number, by its name or on the wire.
fn says_status(said: &[String], status: &str) -> bool {
    let named = NAMES.iter().find(|(number, _)| *number == status).map(|(_, name)| *name);
    said.iter().any(|word| word == status || word.contains(&format!("HTTP/1.1 {status} ")))
        || named.is_some_and(|name| follows(said, &["StatusCode", ":", ":", name]))
}

/// Everything that is wrong with the list.
fn faults(lines: &[Line], sources: &Sources) -> Vec<String> {
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for [id, test, outcome, rows] in lines {
        let Some(row) = row(id) else {
            faults.push(format!("{id} is no row"));
            continue;
        };
        listed.insert((row, test.clone()));
        if !named(test).contains(&row) {
            faults.push(format!("{id}: {test} is not named after it"));
        }
        if let Err(fault) = running(sources, test) {
            faults.push(format!("{id}: {fault}"));
            continue;
        }
        let body = sources.with_called(test);
        let said = words(body.clone());
        let (status, code) = outcome.split_once(' ').map_or((outcome.as_str(), None), |(status, code)| (status, Some(code)));
        if !says_status(&said, status) {
            faults.push(format!("{id}: {test} says nothing of {status}"));
        }
        if code.is_some_and(|code| !said.contains(&format!("{code:?}"))) {
            faults.push(format!("{id}: {test} says nothing of {outcome}"));
        }
        match rows.as_str() {
            "same" if !keeps_rows(body) => faults.push(format!("{id}: {test} does not compare the rows of all tables")),
            "same" | "" => {}
            other => faults.push(format!("{id}: {other} is nothing about rows")),
        }
    }
    for test in sources.tests().filter(|test| ACTORS.iter().any(|actor| test.starts_with(actor))) {
        for row in named(test).into_iter().filter(|row| !listed.contains(&(*row, test.to_owned()))) {
            faults.push(format!("{test} is named after row {}{} and not listed", row.0.to_ascii_uppercase(), row.1));
        }
    }
    faults
}

#[test]
fn every_row_has_a_test_that_sees_its_outcome() {
    let lines = cells(include_str!("rows.md"), ["row", "test", "outcome", "rows"]).unwrap();
    let faults = faults(&lines, &crate::sources());
    assert!(faults.is_empty(), "{faults:#?}");
    let mut in_order: Vec<Row> = lines.iter().filter_map(|[id, ..]| row(id)).collect();
    in_order.dedup();
    let expected: Vec<Row> = ROWS.iter().flat_map(|(letter, last)| (1..=*last).map(|number| (*letter, number))).collect();
    assert_eq!(in_order, expected);
}

#[test]
fn what_is_wrong_with_such_a_list_is_found() {
    let text = r#"
        on_each_database! { rows_t1_and_t3_to_t4_refused, row_t2_helped }
        async fn rows_t1_and_t3_to_t4_refused(on: On) {
            let mut before = app.row_counts().await;
            assert_eq!(app.token().await.error(), error(400, "invalid_grant"));
            assert_eq!(app.row_counts().await, before);
        }
        async fn refused() {
            let before = app.row_counts().await;
            let after = app.row_counts().await;
            assert_eq!(after, before);
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        }
        async fn row_t2_helped(on: On) { refused().await }
        #[ignore] fn row_t5_silent() { assert_eq!(x, 400); }
    "#;
    let sources = Sources::of("credential_issuer", text);
    let found = |rows: &[(&str, &str, &str, &str)]| {
        let line = |(id, test, outcome, rows): &(&str, &str, &str, &str)| {
            [(*id).to_owned(), format!("credential_issuer::{test}"), (*outcome).to_owned(), (*rows).to_owned()]
        };
        faults(&rows.iter().map(line).collect::<Vec<_>>(), &sources).join("; ")
    };
    let refused = "rows_t1_and_t3_to_t4_refused";
    let fine = [
        ("T1", refused, "400 invalid_grant", "same"),
        ("T2", "row_t2_helped", "400", "same"),
        ("T3", refused, "400", "same"),
        ("T4", refused, "400", ""),
    ];
    assert_eq!(found(&fine), "");
    assert_eq!(found(&fine[..3]), format!("credential_issuer::{refused} is named after row T4 and not listed"));
    for (row, fault) in [
        (("T2", refused, "400", "same"), "is not named after it"),
        (("T5", "row_t5_silent", "400", ""), "is ignored"),
        (("T4", refused, "401", "same"), "says nothing of 401"),
        (("T4", refused, "400 invalid_request", "same"), "says nothing of 400 invalid_request"),
        (("T9", "row_t9_nowhere", "400", ""), "is missing"),
        (("Z1", refused, "400", ""), "Z1 is no row"),
        (("T4", refused, "400", "maybe"), "maybe is nothing about rows"),
    ] {
        let all = [&fine[..], &[row]].concat();
        assert!(found(&all).contains(fault), "{fault}: {}", found(&all));
    }
    assert_eq!(named("a::rows_c9_and_c11_to_c13_x4"), BTreeSet::from([('c', 9), ('c', 11), ('c', 12), ('c', 13), ('x', 4)]));
    assert!(named("a::row_k1_killed").is_empty() && named("a::arrow_t1").is_empty());
}
