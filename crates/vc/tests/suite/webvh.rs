//! did:webvh: the published logs of five implementations, resolved or refused for the reason that their names give.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use url::Url;
use vc::did::webvh::{Log, LogError, Which};
use vc::did::{self, DidError};

/// After the newest entry of any log, and before the year 9999.
const NOW: i64 = 1_790_000_000;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/did").join(name)
}

fn read(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path).ok()
}

fn value(path: &Path) -> Value {
    serde_json::from_slice(&read(path).unwrap()).unwrap()
}

/// Scenario and implementation of every published log.
fn scenarios() -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for scenario in std::fs::read_dir(folder("webvh")).unwrap() {
        let scenario = scenario.unwrap();
        for implementation in std::fs::read_dir(scenario.path()).unwrap() {
            found.push((scenario.file_name().into_string().unwrap(), implementation.unwrap().path()));
        }
    }
    found.sort();
    found
}

/// The identifier in the last line that has one.
fn last_id(log: &[u8]) -> String {
    let lines = log.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    lines.filter_map(|entry| entry["state"]["id"].as_str().map(str::to_owned)).next_back().unwrap()
}

/// What a resolver over the files of a folder answers.
fn resolved(path: &Path, did: &str) -> Result<did::Document, DidError> {
    let fetched = |url: &Url| read(&path.join(url.path().rsplit('/').next().unwrap()));
    did::resolve(did, &fetched, NOW, false)
}

fn log(path: &Path, did: &str) -> Result<Log, LogError> {
    let log = Log::read(did, &read(&path.join("did.jsonl")).unwrap(), NOW)?;
    log.witnessed(read(&path.join("did-witness.json")).as_deref(), NOW)
}

/// A document in which identifiers of services are absolute and their order says nothing: implementations differ there.
fn comparable(document: &Map<String, Value>) -> Value {
    let mut document = document.clone();
    let id = document["id"].as_str().unwrap().to_owned();
    let mut services: Vec<Value> = document.get("service").and_then(Value::as_array).cloned().unwrap_or_default();
    for service in &mut services {
        let name = service["id"].as_str().unwrap_or_default().to_owned();
        if name.starts_with('#') {
            service["id"] = format!("{id}{name}").into();
        }
        if let Some(endpoint) = service["serviceEndpoint"].as_str() {
            service["serviceEndpoint"] = endpoint.trim_end_matches('/').into();
        }
    }
    services.sort_by_key(ToString::to_string);
    document.insert("service".into(), services.into());
    Value::Object(document)
}

/// Compares with a published result; what a result does not say is not asked.
fn agrees(name: &str, log: &Log, which: Which<'_>, expected: &Value) {
    let resolution = log.resolution(which).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    for (member, value) in expected["didDocumentMetadata"].as_object().into_iter().flatten() {
        // Of an older version `updated` is the time of the newest entry; some implementations give that of the version.
        let unsure = which != Which::Latest && member == "updated";
        if !unsure && !matches!(member.as_str(), "witness" | "watchers" | "ttl") && !value.is_null() {
            assert_eq!(&resolution.metadata[member], value, "{name}: {member}");
        }
    }
    if let Some(document) = expected["didDocument"].as_object() {
        let mut resolution = resolution;
        // One implementation leaves the implied services out of the last document of a DID that was ended.
        if resolution.deactivated && !document.contains_key("service") {
            resolution.document.remove("service");
        }
        assert_eq!(comparable(&resolution.document), comparable(document), "{name}");
    }
}

#[test]
fn published_logs_resolve() {
    let mut seen = 0;
    for (scenario, path) in scenarios().into_iter().filter(|(scenario, _)| !scenario.starts_with("negative-")) {
        let name = path.display().to_string();
        let did = last_id(&read(&path.join("did.jsonl")).unwrap());
        let log = log(&path, &did).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        agrees(&name, &log, Which::Latest, &value(&path.join("resolutionResult.json")));
        for number in 1..=2 {
            let file = path.join(format!("resolutionResult.{number}.json"));
            if file.exists() {
                let expected = value(&file);
                // One implementation writes the newest version into these files too.
                let said = expected["didDocumentMetadata"]["versionNumber"] == number;
                agrees(&name, &log, if said { Which::Number(number) } else { Which::Latest }, &expected);
                assert!(resolved(&path, &format!("{did}?versionNumber={number}")).is_ok());
            }
        }
        match scenario.as_str() {
            "deactivate" => assert_eq!(resolved(&path, &did), Err(DidError::Deactivated), "{name}"),
            _ => assert_eq!(resolved(&path, &did).unwrap().id, did, "{name}"),
        }
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn logs_of_negative_vectors_are_refused() {
    let mut seen = 0;
    for (scenario, path) in scenarios() {
        let expected = match scenario.as_str() {
            "negative-did-key-body-fragment-mismatch" | "negative-wrong-cryptosuite" => LogError::Proof,
            "negative-duplicate-witness-ids" | "negative-zero-witness-threshold" => LogError::WitnessParameter,
            "negative-pre-rotation-omit-updatekeys" => LogError::PreRotation,
            "negative-scid-mismatch-genesis" | "negative-portable-scid-swap" => LogError::Identifier,
            "negative-versiontime-future" => LogError::Future,
            "negative-versiontime-non-monotonic" => LogError::Time,
            "negative-unknown-method-version" => LogError::Method,
            "negative-cross-did-witness-replay" => LogError::Witness,
            _ => continue,
        };
        let bytes = read(&path.join("did.jsonl")).unwrap();
        let scid = serde_json::from_slice::<Value>(bytes.split(|byte| *byte == b'\n').next().unwrap()).unwrap();
        let did = format!("did:webvh:{}:example.com", scid["parameters"]["scid"].as_str().unwrap());
        assert_eq!(resolved(&path, &did), Err(DidError::Log(expected)), "{scenario}");
        let published = value(&path.join("resolutionResult.json"));
        assert_eq!(expected.resolution_error(), published["didResolutionMetadata"]["error"], "{scenario}");
        // Whoever asks for the identifier that was smuggled in gets nothing either.
        let smuggled = last_id(&bytes);
        if smuggled != did {
            let refused = resolved(&path, &smuggled).unwrap_err();
            assert!(matches!(refused, DidError::Log(_) | DidError::Malformed), "{scenario}: {refused:?}");
        }
        seen += 1;
    }
    assert_eq!(seen, 11);
}

#[test]
fn names_of_negative_vectors_are_refused() {
    let cases = value(&folder("webvh-negative-dids.json"));
    for case in cases["cases"].as_array().unwrap() {
        let did = case["did"].as_str().unwrap();
        let expected = if case["refused"] == "host" { DidError::Host } else { DidError::Path };
        // The same with an identifier that is well-formed: it is the place that is refused.
        for did in [did.to_owned(), did.replace(&"0".repeat(46), "QmPFhMuZH9gjY2JZgyyrgRuFTywQ4mDhoKGVoGE8uy7hFD").replace("Qm0", "Qm1")] {
            assert_eq!(did::documents(&did, true), Err(expected), "{did}");
            assert_eq!(did::resolve(&did, &|_| panic!("fetched"), NOW, true), Err(expected), "{did}");
        }
        let published = value(&folder("webvh").join(case["scenario"].as_str().unwrap()).join("ts/resolutionResult.json"));
        assert_eq!(published["didResolutionMetadata"]["error"], "invalidDid");
    }
}

#[test]
fn versions_are_found_as_the_published_resolver_finds_them() {
    let suite = value(&folder("webvh-resolver/resolver-suite.json"));
    for case in suite.as_array().unwrap() {
        let (url, name) = (case["did_url"].as_str().unwrap(), case["log"].as_str().unwrap());
        let path = folder("webvh-resolver/logs").join(name);
        let outcome = resolved(&path, url);
        if case["status"] == "ok" {
            assert!(outcome.is_ok(), "{name} {url}: {outcome:?}");
            continue;
        }
        let expected = match (name, case["didResolutionMetadata"]["error"].as_str().unwrap()) {
            // Two ways of naming a version at once are refused, also where they name the same one.
            ("short", "notFound") if url.contains('&') => DidError::Malformed,
            ("short", "notFound") => DidError::NotFound,
            ("missing-proof", "invalidDid") => DidError::Log(LogError::Proof),
            // Its method is one that is read; what was changed for its name shows in the hash.
            ("invalid-method" | "invalid-scid", "invalidDid") => DidError::Log(LogError::Scid),
            ("invalid-json", "invalidDid") => DidError::Log(LogError::Malformed),
            ("missing-witness", "invalidDid") => DidError::Log(LogError::Witness),
            other => panic!("{other:?}"),
        };
        assert_eq!(outcome, Err(expected), "{name} {url}");
    }
}

#[test]
fn addresses() {
    let scid = "QmPFhMuZH9gjY2JZgyyrgRuFTywQ4mDhoKGVoGE8uy7hFD";
    for (place, base) in [
        ("example.com", "https://example.com/.well-known"),
        ("issuer.example.com", "https://issuer.example.com/.well-known"),
        ("example.com:dids:issuer", "https://example.com/dids/issuer"),
        ("example.com%3A3000:dids:issuer", "https://example.com:3000/dids/issuer"),
        ("jp%E7%B4%8D%E8%B1%86.%E4%BE%8B.jp:%E7%94%A8%E6%88%B7", "https://xn--jp-cd2fp15c.xn--fsq.jp/%E7%94%A8%E6%88%B7"),
    ] {
        let urls = did::documents(&format!("did:webvh:{scid}:{place}"), false).unwrap();
        let expected = [format!("{base}/did.jsonl"), format!("{base}/did-witness.json")];
        assert_eq!(urls.iter().map(Url::as_str).collect::<Vec<_>>(), expected);
    }
    for (bad, expected) in [
        (format!("did:webvh:{scid}"), DidError::Malformed),
        ("did:webvh:Qmx:example.com".into(), DidError::Malformed),
        (format!("did:webvh:{scid}:localhost%3A80"), DidError::Host),
    ] {
        assert_eq!(did::documents(&bad, false), Err(expected), "{bad}");
    }
}

/// Changes of a good log after which it must not hold, at any version that was changed.
#[test]
fn a_changed_log_does_not_hold() {
    let path = folder("webvh/multi-update/ts");
    let bytes = read(&path.join("did.jsonl")).unwrap();
    let did = last_id(&bytes);
    let lines: Vec<Value> = bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(lines.len(), 3);
    let outcome = |lines: &[Value]| {
        let text = lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        Log::read(&did, text.as_bytes(), NOW).map_err(DidError::Log).and_then(|log| log.resolution(Which::Latest)).map(|_| ())
    };
    assert_eq!(outcome(&lines), Ok(()));
    let changed = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut lines = lines.clone();
        change(&mut lines);
        outcome(&lines)
    };
    let log = |error| Err(DidError::Log(error));
    assert_eq!(changed(&|lines| drop(lines.remove(1))), log(LogError::Number));
    assert_eq!(changed(&|lines| lines.swap(1, 2)), log(LogError::Number));
    assert_eq!(changed(&|lines| lines[1]["state"]["alsoKnownAs"] = json!(["did:web:evil.example"])), log(LogError::Hash));
    assert_eq!(changed(&|lines| lines[0]["state"]["alsoKnownAs"] = json!(["did:web:evil.example"])), log(LogError::Scid));
    assert_eq!(changed(&|lines| lines[0]["versionTime"] = json!("2000-01-01T00:00:00+01:00")), log(LogError::Time));
    assert_eq!(changed(&|lines| lines[0]["versionTime"] = json!("2000-01-01T00:00:00")), log(LogError::Time));
    assert_eq!(changed(&|lines| lines[1]["parameters"]["scid"] = lines[0]["parameters"]["scid"].clone()), log(LogError::Parameters));
    assert_eq!(changed(&|lines| lines[1]["parameters"]["portable"] = json!(true)), log(LogError::Parameters));
    assert_eq!(changed(&|lines| lines[1]["parameters"]["colour"] = json!("blue")), log(LogError::Parameters));
    assert_eq!(changed(&|lines| lines[1]["parameters"]["method"] = json!("did:webvh:0.5")), log(LogError::Method));
    assert_eq!(changed(&|lines| lines[0]["parameters"]["updateKeys"] = json!(["z6Mk"])), log(LogError::Parameters));
    assert_eq!(changed(&|lines| lines[2]["proof"] = json!([])), log(LogError::Proof));
    assert_eq!(changed(&|lines| drop(lines[2].as_object_mut().unwrap().remove("proof"))), log(LogError::Proof));
    assert_eq!(changed(&|lines| lines[2]["proof"] = lines[1]["proof"].clone()), log(LogError::Proof));
    assert_eq!(changed(&|lines| lines[2]["proof"][0]["proofPurpose"] = json!("authentication")), log(LogError::Proof));
    assert_eq!(changed(&|lines| lines[2]["extra"] = json!(1)), log(LogError::Malformed));
    // A line of its own that nobody signed does not take away what was there before.
    let mut longer = bytes.clone();
    longer.extend_from_slice(b"{\n");
    let log = Log::read(&did, &longer, NOW).unwrap();
    assert!(log.resolution(Which::Number(3)).is_ok());
    assert_eq!(log.resolution(Which::Latest).map(|_| ()), Err(DidError::Log(LogError::Malformed)));
    assert_eq!(
        Log::read("did:webvh:QmPFhMuZH9gjY2JZgyyrgRuFTywQ4mDhoKGVoGE8uy7hFD:example.com", &bytes, NOW).map(|_| ()),
        Err(LogError::Scid)
    );
    let elsewhere = did.replace("example.com", "evil.example");
    assert_eq!(Log::read(&elsewhere, &bytes, NOW).map(|_| ()), Err(LogError::Other));
}

#[test]
fn without_the_word_of_its_witnesses_a_log_does_not_hold() {
    let path = folder("webvh/witness-threshold/java");
    let bytes = read(&path.join("did.jsonl")).unwrap();
    let did = last_id(&bytes);
    let log = || Log::read(&did, &bytes, NOW).unwrap();
    assert!(log().needs_witnesses());
    let good = read(&path.join("did-witness.json")).unwrap();
    assert!(log().witnessed(Some(&good), NOW).is_ok());
    let mut changed: Value = serde_json::from_slice(&good).unwrap();
    changed[0]["proof"][0]["created"] = json!("2001-01-01T00:00:00Z");
    for bad in [None, Some(b"[]".to_vec()), Some(b"{".to_vec()), Some(changed.to_string().into_bytes())] {
        assert_eq!(log().witnessed(bad.as_deref(), NOW).map(|_| ()), Err(LogError::Witness));
    }
    // Without its file the DID is not resolved.
    let fetched = |url: &Url| url.path().ends_with("did.jsonl").then(|| bytes.clone());
    assert_eq!(did::resolve(&did, &fetched, NOW, false), Err(DidError::Log(LogError::Witness)));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    /// A byte of a good log that is another one: the log does not hold, or says what it said before.
    #[test]
    fn a_changed_byte_changes_nothing_that_is_believed(at in 0usize..1_000_000, to in 0u8..=255) {
        let path = folder("webvh/pre-rotation-consume/rust");
        let mut bytes = read(&path.join("did.jsonl")).unwrap();
        let did = last_id(&bytes);
        let good = Log::read(&did, &bytes, NOW).unwrap().resolution(Which::Latest).unwrap();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(found) = Log::read(&did, &bytes, NOW).map_err(DidError::Log).and_then(|log| log.resolution(Which::Latest)) {
            proptest::prop_assert_eq!(found.document, good.document);
        }
    }
}
