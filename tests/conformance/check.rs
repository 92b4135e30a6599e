//! What a test must assert to stand for a module: the status, the error code, and how many rows there are.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::sources::{Function, Sources};
use crate::table::Module;

/// The names of statuses in code.
const NAMES: [(u16, &str); 5] = [(200, "OK"), (201, "CREATED"), (303, "SEE_OTHER"), (400, "BAD_REQUEST"), (401, "UNAUTHORIZED")];

/// Everything that is wrong with the tests of these modules.
pub(crate) fn faults(modules: &[Module], sources: &Sources) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, module) in modules.iter().enumerate() {
        let name = &module.name;
        for earlier in modules.iter().take(at).filter(|earlier| earlier.test == module.test) {
            faults.push(format!("{name} shares its test with {}", earlier.name));
        }
        let last = module.test.rsplit("::").next().unwrap_or_default();
        if last != called(name) {
            faults.push(format!("{name}: its test is called {last} and not {}", called(name)));
        }
        match running(sources, &module.test) {
            Err(fault) => faults.push(format!("{name}: {fault}")),
            Ok(function) => faults.extend(missing(module, function).into_iter().map(|fault| format!("{name}: {fault}"))),
        }
    }
    faults
}

/// The function's name for a module's.
pub(crate) fn called(module: &str) -> String {
    module.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

/// A test that the harness runs, and that counts.
pub(crate) fn running<'s>(sources: &'s Sources, test: &str) -> Result<&'s Function, String> {
    let function = sources.find(test).ok_or_else(|| format!("{test} is missing"))?;
    if let Some(excuse) = function.excuse {
        return Err(format!("{test} {excuse}"));
    }
    if function.runs { Ok(function) } else { Err(format!("{test} is not run by anything")) }
}

fn missing(module: &Module, function: &Function) -> Vec<String> {
    let (asserts, body) = (asserts(function.body.clone()), words(function.body.clone()));
    let mut missing = Vec::new();
    let status = |assert: &&Vec<String>| {
        let says = assert.iter().any(|word| ["status", "error", "served"].contains(&word.as_str()));
        let number = assert.contains(&module.status.to_string());
        let named = NAMES.iter().find(|(status, _)| *status == module.status).map(|(_, name)| *name);
        says && (number || named.is_some_and(|name| follows(assert, &["StatusCode", ":", ":", name])))
    };
    if !asserts.iter().any(|assert| status(&assert)) {
        missing.push(format!("no assertion about status {}", module.status));
    }
    match &module.code {
        Some(code) => {
            let literal = format!("{code:?}");
            if !asserts.iter().filter(status).any(|assert| assert.contains(&literal)) {
                missing.push(format!("no assertion about status {} with code {code}", module.status));
            }
            if !unchanged(&asserts, &body) {
                missing.push("no assertion that the rows of all tables are as they were".to_owned());
            }
        }
        None => {
            let counts = |assert: &Vec<String>| ["row_counts", "issued", "count"].iter().any(|word| follows(assert, &[".", word, "("]));
            if !asserts.iter().any(counts) {
                missing.push("no assertion about how many rows there are".to_owned());
            }
        }
    }
    missing
}

/// Whether rows were counted first, and an assertion compares the counts with those from then.
pub(crate) fn keeps_rows(body: TokenStream) -> bool {
    unchanged(&asserts(body.clone()), &words(body))
}

fn unchanged(asserts: &[Vec<String>], body: &[String]) -> bool {
    let lets = body.iter().enumerate().filter(|(_, word)| *word == "let");
    // What stands before the sign, alone or among others in brackets.
    let counted = lets.flat_map(|(at, _)| {
        let statement: Vec<&String> = body.iter().skip(at + 1).take_while(|word| *word != ";").collect();
        let counts = statement.iter().any(|word| *word == "row_counts");
        let pattern = statement.into_iter().take_while(|word| *word != "=").filter(|word| !["mut", "(", ")", ","].contains(&word.as_str()));
        pattern.filter(|_| counts).collect::<Vec<_>>()
    });
    let names: Vec<&String> = counted.collect();
    let compares = |assert: &Vec<String>| {
        let then: BTreeSet<&&String> = names.iter().filter(|name| assert.contains(**name)).collect();
        then.len() > 1 || (!then.is_empty() && follows(assert, &[".", "row_counts", "("]))
    };
    asserts.iter().any(compares)
}

/// What stands in every `assert!` and `assert_eq!`, word by word.
fn asserts(tokens: TokenStream) -> Vec<Vec<String>> {
    let (mut found, mut before) = (Vec::new(), [String::new(), String::new()]);
    for token in tokens {
        let word = match &token {
            TokenTree::Group(group) => {
                let [name, bang] = &before;
                if bang == "!" && ["assert", "assert_eq"].contains(&name.as_str()) {
                    found.push(words(group.stream()));
                }
                found.extend(asserts(group.stream()));
                String::new()
            }
            other => other.to_string(),
        };
        let [_, last] = before;
        before = [last, word];
    }
    found
}

/// All words of some tokens, brackets among them.
pub(crate) fn words(tokens: TokenStream) -> Vec<String> {
    let mut all = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                all.push(open.to_owned());
                all.extend(words(group.stream()));
                all.push(close.to_owned());
            }
            other => all.push(other.to_string()),
        }
    }
    all
}

pub(crate) fn follows(words: &[String], these: &[&str]) -> bool {
    words.windows(these.len()).any(|window| window == these)
}
