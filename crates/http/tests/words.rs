//! Every code that a report can carry has words in both languages: the codes are read from the sources of `vc`.
#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") && path.file_stem().is_some_and(|stem| stem != "tests") {
            found.push(path);
        }
    }
}

/// The text literals that directly follow each of these beginnings.
fn after<'t>(text: &'t str, beginnings: &[&str]) -> Vec<&'t str> {
    let literals = beginnings.iter().flat_map(|beginning| text.split(beginning).skip(1));
    let plain = |literal: &&str| !literal.is_empty() && literal.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    literals.filter_map(|rest| rest.split('"').next()).filter(plain).collect()
}

#[test]
fn every_code_of_a_report_has_words() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../vc/src"), &mut files);
    let mut codes = BTreeSet::new();
    for file in files {
        let name = file.to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        if name.contains("/verify/") && !name.contains("/lint") {
            let names = ["Format", "Signature", "Issuer", "Dates", "Status", "Schema", "HolderBinding", "Query"];
            let made = names.map(|name| format!("CheckName::{name}, \""));
            let made: Vec<&str> = made.iter().map(String::as_str).collect();
            let more = [
                "Refused(\"",
                "Err(\"",
                "Silent(\"",
                "unknown(\"",
                "failed(\"",
                "ok_or(\"",
                "CheckState::Passed, \"",
                "CheckState::Failed, \"",
                "=> \"",
            ];
            let more = &more[..];
            codes.extend(after(code, &made).into_iter().chain(after(code, more)).map(str::to_owned));
        }
        // What the error enums of a verification call themselves.
        let rooms = ["sd_jwt", "issuer_metadata", "vcdm", "open_badge", "data_integrity", "json_ld", "trust", "type_metadata"];
        if rooms.iter().any(|room| name.contains(&format!("/src/{room}"))) {
            for part in code.split("pub fn code(").skip(1).chain(code.split("pub fn as_str(self) -> &'static str {").skip(1)) {
                let body = part.split("\n    }\n").next().unwrap();
                codes.extend(after(body, &["=> \""]).into_iter().map(str::to_owned));
            }
        }
    }
    for known in ["undefined_term", "issuer_key_mismatch", "binding_nonce", "no_anchor", "member_missing", "key_set_private"] {
        assert!(codes.contains(known), "{known} was not found among {codes:?}");
    }
    // Names of mechanisms and formats, which stand among technical facts.
    let names = ["given", "x5c", "jwt_vc_issuer", "did", "bare", "ldp_vc", "jwt_vc_json"];
    let speechless: Vec<&String> = codes.iter().filter(|code| !names.contains(&code.as_str()) && !web::verdict::has_words(code)).collect();
    assert!(speechless.is_empty(), "{speechless:?}");
}
