//! Rows O1 to O7, and the MUSTs of section 4.1.

use super::*;

const OFFER: &str = r#"{"credential_issuer":"https://i.example/t","credential_configuration_ids":["a"],"grants":{
    "urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c","tx_code":{}}}}"#;

fn refused(query: &str) -> Option<OfferError> {
    OfferSource::from_query(query, true).err()
}

#[test]
fn rows_o1_to_o3() {
    assert_eq!(refused("credential_offer=%7B%7D&credential_offer_uri=https://i.example/o"), Some(OfferError::Ambiguous));
    for scheme in ["file:///etc/passwd", "ftp://i.example/o", "gopher://i.example/", "data:application/json,{}", "http://i.example/o"] {
        assert_eq!(refused(&format!("credential_offer_uri={scheme}")), Some(OfferError::UriScheme), "{scheme}");
    }
    for host in ["127.0.0.1", "[::1]", "169.254.169.254", "0177.0.0.1", "2130706433", "[::ffff:10.0.0.1]"] {
        for scheme in ["http", "https"] {
            assert_eq!(refused(&format!("credential_offer_uri={scheme}://{host}/o")), Some(OfferError::UriAddress), "{host}");
        }
    }
    assert!(matches!(OfferSource::from_query("credential_offer_uri=http://localhost:8081/o/1", true), Ok(OfferSource::Reference(_))));
    assert!(OfferSource::from_query("credential_offer_uri=http://localhost:8081/o/1", false).is_err());
}

#[test]
fn row_o4() {
    assert_eq!(check_media_type(Some("application/jwt")), Err(OfferError::MediaType));
    assert_eq!(check_media_type(Some("application/json; charset=utf-8")), Ok(()));
}

#[test]
fn row_o5() {
    for ids in ["[]", r#"["a","a"]"#] {
        let offer = OFFER.replace(r#"["a"]"#, ids);
        assert_eq!(CredentialOffer::parse(offer.as_bytes(), false).err(), Some(OfferError::Invalid));
    }
    let http = OFFER.replace("https:", "http:");
    assert_eq!(CredentialOffer::parse(http.as_bytes(), true).err(), Some(OfferError::Issuer));
}

#[test]
fn row_o6_and_o7() {
    let offer = CredentialOffer::parse(OFFER.as_bytes(), false).unwrap();
    assert_eq!(offer.tx_code(), Some(&TxCode::default()));
    let metadata = br#"{"credential_issuer":"https://i.example/t","credential_endpoint":"https://i.example/c",
        "credential_configurations_supported":{"b":{"format":"dc+sd-jwt","vct":"v"}}}"#;
    let metadata = IssuerMetadata::parse(metadata, "https://i.example/t", false).unwrap();
    assert_eq!(offer.check_against(&metadata).err(), Some(OfferError::UnknownConfiguration));
}

#[test]
fn specification_example() {
    let body = include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_offer_authz_code.txt");
    let json = body.split_once("\n\n").unwrap().1;
    let offer = CredentialOffer::parse(json.as_bytes(), false).unwrap();
    assert!(offer.grants.unwrap().authorization_code.unwrap().issuer_state.is_some());
}

#[test]
fn pasted_links_of_any_scheme() {
    let deep = CredentialOffer::deep_link("https://i.example/offers/1");
    let wallet = format!("https://wallet.example/credential-offer?{}", CredentialOffer::query("https://i.example/offers/1"));
    for text in [deep.as_str(), &wallet, " https://i.example/offers/1 "] {
        let Ok(OfferSource::Reference(url)) = OfferSource::from_pasted(text, false) else { panic!("{text}") };
        assert_eq!(url.as_str(), "https://i.example/offers/1");
    }
}

fn with(change: impl FnOnce(&mut serde_json::Value)) -> Result<CredentialOffer, OfferError> {
    let mut offer: serde_json::Value = serde_json::from_str(OFFER).unwrap();
    change(&mut offer);
    CredentialOffer::parse(offer.to_string().as_bytes(), false)
}

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

#[test]
fn vci_4_1_1_unrecognized_parameters_are_ignored() {
    let offer = with(|offer| {
        offer["x"] = 1.into();
        offer["grants"]["urn:example:other"] = serde_json::json!({"y": []});
        offer["grants"][PRE_AUTHORIZED]["interval"] = 5.into();
    });
    assert!(offer.unwrap().pre_authorized().is_some());
}

#[test]
fn vci_4_1_1_the_issuer_is_required() {
    assert!(with(|offer| drop(offer.as_object_mut().unwrap().remove("credential_issuer"))).is_err());
    assert!(with(|offer| offer["credential_issuer"] = 5.into()).is_err());
}

#[test]
fn vci_4_1_1_configurations_are_named_at_least_one_and_none_twice() {
    for ids in
        [serde_json::json!([]), serde_json::json!(["a", "a"]), serde_json::json!([5]), serde_json::json!("a"), serde_json::json!(null)]
    {
        assert_eq!(with(|offer| offer["credential_configuration_ids"] = ids.clone()).err(), Some(OfferError::Invalid), "{ids}");
    }
}

#[test]
fn vci_4_1_1_the_pre_authorized_code_is_required() {
    for change in [serde_json::json!({}), serde_json::json!({"pre-authorized_code": ""}), serde_json::json!({"pre-authorized_code": 5})] {
        let refused = with(|offer| offer["grants"][PRE_AUTHORIZED] = change.clone());
        assert_eq!(refused.err(), Some(OfferError::Invalid), "{change}");
    }
}

#[test]
fn vci_4_1_1_the_description_of_a_tx_code_has_at_most_300_characters() {
    let outcome = |code: serde_json::Value| with(|offer| offer["grants"][PRE_AUTHORIZED]["tx_code"] = code).err();
    assert_eq!(outcome(serde_json::json!({"description": "\u{e9}".repeat(300)})), None);
    assert_eq!(outcome(serde_json::json!({"description": "e".repeat(301)})), Some(OfferError::Invalid));
    assert_eq!(outcome(serde_json::json!({"length": 0})), Some(OfferError::Invalid));
    assert_eq!(outcome(serde_json::json!({"length": -1})), Some(OfferError::Invalid));
    assert_eq!(outcome(serde_json::json!({"input_mode": "emoji"})), Some(OfferError::Invalid));
    assert_eq!(outcome(serde_json::json!({"input_mode": "text", "length": 8})), None);
}

#[test]
fn vci_4_1_1_a_tx_code_is_numeric_where_nothing_else_is_said() {
    let code = TxCode::default();
    assert!(code.accepts("1") && code.accepts("012345"));
    assert!(!code.accepts("") && !code.accepts("12a") && !code.accepts("\u{661}"));
    let six = TxCode { length: Some(6), ..TxCode::default() };
    assert!(six.accepts("012345") && !six.accepts("01234") && !six.accepts("0123456"));
    let text = TxCode { input_mode: Some(InputMode::Text), length: Some(3), description: None };
    assert!(text.accepts("\u{e9}-1") && !text.accepts("ab"));
}

#[test]
fn vci_4_1_1_the_authorization_server_is_one_of_the_metadata() {
    let metadata = |servers: serde_json::Value| {
        let mut document = serde_json::json!({
            "credential_issuer": "https://i.example/t", "credential_endpoint": "https://i.example/c",
            "credential_configurations_supported": {"a": {"format": "dc+sd-jwt", "vct": "v"}},
        });
        document["authorization_servers"] = servers;
        IssuerMetadata::parse(document.to_string().as_bytes(), "https://i.example/t", false).unwrap()
    };
    for grant in ["authorization_code", PRE_AUTHORIZED] {
        let offer = with(|offer| offer["grants"][grant]["authorization_server"] = "https://evil.example".into()).unwrap();
        let known = serde_json::json!(["https://as.example", "https://evil.example"]);
        assert_eq!(offer.check_against(&metadata(known)), Ok(()));
        assert_eq!(offer.check_against(&metadata(serde_json::json!(["https://as.example"]))), Err(OfferError::Invalid));
    }
}

#[test]
fn vci_4_1_1_without_grants_the_server_decides() {
    let server = |grants: &[&str]| AuthorizationServerMetadata {
        grant_types_supported: grants.iter().map(|grant| (*grant).to_owned()).collect(),
        ..AuthorizationServerMetadata::new("https://as.example")
    };
    for grants in [serde_json::Value::Null, serde_json::json!({}), serde_json::json!({"urn:example:other": {}})] {
        let offer = with(|offer| offer["grants"] = grants.clone()).unwrap();
        assert!(offer.may_authorize(&server(&["authorization_code"])), "{grants}");
        assert!(offer.may_authorize(&server(&[])), "{grants}");
        assert!(!offer.may_authorize(&server(&[PRE_AUTHORIZED])), "{grants}");
    }
    assert!(!with(|_| ()).unwrap().may_authorize(&server(&["authorization_code"])));
    assert!(with(|offer| offer["grants"]["authorization_code"] = serde_json::json!({})).unwrap().may_authorize(&server(&[PRE_AUTHORIZED])));
}

#[test]
fn vci_4_1_the_issuer_state_is_kept_for_the_request() {
    let offer = with(|offer| offer["grants"]["authorization_code"] = serde_json::json!({"issuer_state": "s"})).unwrap();
    assert_eq!(offer.authorization_code().unwrap().issuer_state.as_deref(), Some("s"));
}

#[test]
fn offers_of_the_specification() {
    for (text, described) in [
        (include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_offer_by_reference.json"), false),
        (include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_offer_pre-authz_code.json"), true),
    ] {
        let offer = CredentialOffer::parse(text.as_bytes(), false).unwrap();
        assert_eq!(offer.tx_code().unwrap().description.is_some(), described);
        assert!(offer.tx_code().unwrap().accepts("493536"));
    }
}
