//! The reader itself: what it takes, and what it must not take.

use crate::check::faults;
use crate::sources::Sources;
use crate::table::{Module, cells, modules};

const GOOD: &str = r#"
    on_each_database! { suite_refused, suite_happy }

    async fn suite_refused(on: On) {
        let app = App::new(on).await;
        let before = app.row_counts().await;
        for body in bodies() {
            assert_eq!(app.credential(&body).await.error(), error(400, "invalid_proof"), "{body}");
        }
        assert_eq!(app.row_counts().await, before);
    }

    async fn suite_happy(on: On) {
        let app = App::new(on).await;
        assert_eq!((app.credential().await.status, app.issued().await), (StatusCode::OK, 1));
    }
"#;

fn module(name: &str, outcome: &str) -> Module {
    let test = format!("sample::{}", name.replace('-', "_"));
    let table = format!("| module | test | outcome |\n|---|---|---|\n| `{name}` | `{test}` | {outcome} |\n");
    modules(&table).unwrap().remove(0)
}

fn refused() -> Module {
    module("suite-refused", "400 invalid_proof")
}

fn found(modules: &[Module], text: &str) -> String {
    faults(modules, &Sources::of("sample", text)).join("; ")
}

#[test]
fn tests_that_assert_what_they_should_are_taken() {
    assert_eq!(found(&[refused(), module("suite-happy", "200")], GOOD), "");
    let plain = GOOD.replace("on_each_database! { suite_refused, suite_happy }", "").replace("async fn", "#[tokio::test] async fn");
    assert_eq!(found(&[refused(), module("suite-happy", "200")], &plain), "");
}

#[test]
fn a_test_that_is_missing_or_not_run_is_found() {
    assert_eq!(found(&[module("suite-other", "200")], GOOD), "suite-other: sample::suite_other is missing");
    let unlisted = GOOD.replace("{ suite_refused, suite_happy }", "{ suite_happy }");
    assert_eq!(found(&[refused()], &unlisted), "suite-refused: sample::suite_refused is not run by anything");
    let commented = GOOD.replace("{ suite_refused,", "{ // suite_refused,\n");
    assert_eq!(found(&[refused()], &commented), "suite-refused: sample::suite_refused is not run by anything");
    let elsewhere = format!("mod inner {{ {GOOD} }}");
    assert_eq!(found(&[refused()], &elsewhere), "suite-refused: sample::suite_refused is missing");
}

#[test]
fn a_test_that_does_not_always_count_is_found() {
    for (attribute, excuse) in [
        ("#[ignore]", "is ignored"),
        ("#[ignore = \"slow\"]", "is ignored"),
        ("#[cfg(feature = \"suite\")]", "is there under a condition only"),
        ("#[cfg_attr(windows, ignore)]", "is there under a condition only"),
        ("#[should_panic]", "passes when it panics"),
    ] {
        let text = GOOD.replace("async fn suite_refused", &format!("{attribute} async fn suite_refused"));
        assert_eq!(found(&[refused()], &text), format!("suite-refused: sample::suite_refused {excuse}"), "{attribute}");
    }
    let hidden = format!("#[cfg(windows)] mod inner {{ {GOOD} }}");
    let module = Module { test: "sample::inner::suite_refused".to_owned(), ..refused() };
    assert!(found(&[module], &hidden).ends_with("is there under a condition only"));
}

#[test]
fn one_test_for_two_modules_and_a_test_by_another_name_are_found() {
    let second = Module { name: "suite.refused".to_owned(), ..refused() };
    assert_eq!(found(&[refused(), second], GOOD), "suite.refused shares its test with suite-refused");
    let other = Module { name: "suite-other".to_owned(), ..refused() };
    assert_eq!(found(&[other], GOOD), "suite-other: its test is called suite_refused and not suite_other");
}

#[test]
fn what_is_not_asserted_is_found() {
    let status = "no assertion about status 400";
    let code = "no assertion about status 400 with code invalid_proof";
    let rows = "no assertion that the rows of all tables are as they were";
    for (from, to, missing) in [
        ("error(400, \"invalid_proof\")", "error(401, \"invalid_proof\")", vec![status, code]),
        ("error(400, \"invalid_proof\")", "error(400, \"invalid_nonce\")", vec![code]),
        ("error(400, \"invalid_proof\"), \"{body}\"", "error(400, code), \"{body}\"", vec![code]),
        (
            "assert_eq!(app.credential(&body).await.error(), error(400, \"invalid_proof\"), \"{body}\");",
            "app.credential(&body).await;",
            vec![status, code],
        ),
        ("assert_eq!(app.credential", "// assert_eq!(app.credential", vec![status, code]),
        ("assert_eq!(app.row_counts().await, before);", "", vec![rows]),
        ("assert_eq!(app.row_counts().await, before);", "assert_eq!(before, before);", vec![rows]),
        ("let before = app.row_counts().await;", "let before = app.awards().await;", vec![rows]),
        ("assert_eq!(app.row_counts().await, before);", "assert!(app.row_counts().await.len() > 3);", vec![rows]),
    ] {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD, "{from}");
        let expected: Vec<String> = missing.iter().map(|fault| format!("suite-refused: {fault}")).collect();
        assert_eq!(found(&[refused()], &text), expected.join("; "), "{to}");
    }
    let happy = module("suite-happy", "200");
    let silent = GOOD.replace("assert_eq!((app.credential().await.status, app.issued().await), (StatusCode::OK, 1));", "");
    let both = "suite-happy: no assertion about status 200; suite-happy: no assertion about how many rows there are";
    assert_eq!(found(std::slice::from_ref(&happy), &silent), both);
    let created = GOOD.replace("StatusCode::OK", "StatusCode::CREATED");
    assert_eq!(found(&[happy], &created), "suite-happy: no assertion about status 200");
}

#[test]
fn a_table_that_is_none_is_refused() {
    assert!(cells("no table", ["a", "b"]).is_err());
    assert!(cells("| a | b |\n| 1 | 2 |", ["a", "b"]).is_err());
    assert!(cells("| a | b |\n|---|---|\n| 1 | 2 | 3 |", ["a", "b"]).is_err());
    assert_eq!(cells("text\n\n| a | b |\n|---|---|\n| `1` | 2 |\n\n| x |", ["a", "b"]).unwrap(), [["1".to_owned(), "2".to_owned()]]);
    assert!(modules("| module | test | outcome |\n|---|---|---|\n| m | t | red |").is_err());
}
