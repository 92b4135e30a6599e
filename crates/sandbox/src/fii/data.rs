//! Received claims in words: labels from the type that the credential names, dates and truth as people write them.

use serde_json::{Map, Value};
use vc::bundled;
use vc::sd_jwt::Path;

use crate::page::{Lang, escape};

/// What a credential says of itself, for its verifier rather than for a reader.
const OF_THE_CREDENTIAL: [&str; 8] = ["iss", "iat", "nbf", "exp", "vct", "vct#integrity", "cnf", "status"];

/// The one credential that was asked for, among the answers to the query.
pub(super) fn credential(claims: &Value) -> Option<&Map<String, Value>> {
    match claims {
        Value::Object(members) if members.contains_key("vct") => Some(members),
        Value::Object(members) => members.values().find_map(credential),
        Value::Array(items) => items.iter().find_map(credential),
        _ => None,
    }
}

/// Every claim for a reader as a row, nested ones as `label / inner`.
pub(super) fn rows(lang: Lang, claims: &Map<String, Value>) -> String {
    let vct = claims.get("vct").and_then(Value::as_str).unwrap_or_default();
    let told = claims.iter().filter(|(name, _)| !OF_THE_CREDENTIAL.contains(&name.as_str()));
    told.map(|(name, value)| row(lang, &label(lang, vct, name), value)).collect()
}

fn label(lang: Lang, vct: &str, name: &str) -> String {
    bundled::claim_label(vct, &Path::key(name), lang.tag()).unwrap_or_else(|| name.to_owned())
}

fn row(lang: Lang, label: &str, value: &Value) -> String {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| row(lang, &format!("{label} / {name}"), value)).collect(),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().map(|item| row(lang, label, item)).collect()
        }
        other => format!("<dt>{}</dt><dd>{}</dd>", escape(label), escape(&plain(lang, other))),
    }
}

fn plain(lang: Lang, value: &Value) -> String {
    match value {
        Value::String(text) => date(lang, text).unwrap_or_else(|| text.clone()),
        Value::Bool(true) => lang.pick("ja", "yes").to_owned(),
        Value::Bool(false) => lang.pick("nee", "no").to_owned(),
        Value::Array(items) => items.iter().map(|item| plain(lang, item)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// `2026-09-01`, with or without a time, as `1 september 2026`.
pub(super) fn date(lang: Lang, text: &str) -> Option<String> {
    const MONTHS: [(&str, &str); 12] = [
        ("januari", "January"),
        ("februari", "February"),
        ("maart", "March"),
        ("april", "April"),
        ("mei", "May"),
        ("juni", "June"),
        ("juli", "July"),
        ("augustus", "August"),
        ("september", "September"),
        ("oktober", "October"),
        ("november", "November"),
        ("december", "December"),
    ];
    let day = text.split('T').next().filter(|day| day.len() == 10)?;
    let mut parts = day.split('-').map(str::parse::<usize>);
    let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let (nl, en) = MONTHS.get(month.checked_sub(1)?)?;
    Some(format!("{day} {} {year}", lang.pick(nl, en)))
}

/// A check of the report in words.
pub(super) fn check(lang: Lang, name: &str) -> &str {
    match name {
        "format" => lang.pick("Vorm", "Form"),
        "signature" => lang.pick("Digitale handtekening", "Digital signature"),
        "issuer" => lang.pick("Uitgever", "Issuer"),
        "dates" => lang.pick("Geldigheid", "Dates"),
        "status" => lang.pick("Niet ingetrokken", "Not withdrawn"),
        "schema" => lang.pick("Volledig ingevuld", "Complete"),
        "holder_binding" => lang.pick("Gedeeld door de houder", "Shared by the holder"),
        "query" => lang.pick("Antwoord op onze vraag", "Answer to our question"),
        other => other,
    }
}
