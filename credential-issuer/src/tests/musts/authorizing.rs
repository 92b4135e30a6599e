//! Sections 3 to 6: offers, authorization requests and tokens.

use axum::http::StatusCode;
use openid4vc::client_attestation::{HEADER, POP_HEADER};
use openid4vc::pkce;
use serde_json::{Value, json};
use vc::sd_jwt::SdJwt;

use super::super::authorizations::{allowed, answered, parameter, push, pushed, signed_in, token};
use super::super::batches::texts;
use super::super::desk::page;
use super::super::who_asks::{APP, APP_BACK, Attested, PROVIDER};
use super::super::{
    App, EDUID, On, PRE_AUTHORIZED, SLUG, code, enrolment, error, identifier, microcredential, on_each_database, tx_code, wanted,
};
use super::{FORM, key};

on_each_database! {
    vci_3_3_2_a_batch_is_one_form_of_one_data_set,
    vci_3_5_a_code_alone_is_not_enough,
    vci_4_1_1_a_code_is_short_lived,
    vci_4_1_1_a_code_is_used_once,
    vci_4_1_1_an_offer_names_what_metadata_has,
    vci_4_1_1_an_offer_of_ours_names_no_server,
    vci_4_1_3_an_offer_is_served_as_json,
    vci_5_1_1_details_have_type_and_configuration,
    vci_5_1_2_each_scope_stands_for_itself,
    vci_5_1_2_unknown_scopes_are_ignored,
    vci_5_1_2_details_win_over_a_scope_for_the_same,
    vci_5_1_3_an_issuer_state_proves_nothing,
    vci_5_1_3_unrecognized_parameters_are_ignored,
    vci_5_2_the_answer_has_code_and_state,
    vci_5_3_a_refusal_has_error_and_state,
    vci_6_1_a_transaction_code_is_sent_where_one_was_asked,
    vci_6_1_a_client_authenticates_as_it_pushed,
    vci_13_5_an_offer_holds_nothing_of_the_learner,
    vci_e_an_attestation_is_signed_by_somebody_who_is_trusted,
    vci_6_2_details_are_answered_where_details_were_asked,
    vci_6_2_identifiers_are_a_list_that_is_not_empty,
    vci_12_2_4_consent_says_what_is_disclosed,
}

const DETAILS: &str = r#"[{"type":"openid_credential","credential_configuration_id":"microcredential-sd-jwt"}]"#;

async fn vci_3_3_2_a_batch_is_one_form_of_one_data_set(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let keys = [key(), key(), key()];
    let answer = app.batch(&app.token(&offer).await, FORM, &keys).await;
    let said = |text: &String| {
        let mut claims = SdJwt::parse(text).unwrap().disclosed_claims().clone();
        claims.retain(|name, _| !["cnf", "status"].contains(&name.as_str()));
        Value::Object(claims)
    };
    let said: Vec<Value> = texts(&answer).iter().map(said).collect();
    assert!(said.len() == 3 && said.iter().all(|one| *one == said[0]), "{said:?}");
}

async fn vci_3_5_a_code_alone_is_not_enough(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let before = app.row_counts().await;
    let alone = app.form("/token", &[("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer))]).await;
    assert_eq!(alone.error(), error(400, "invalid_request"));
    assert_eq!(app.row_counts().await, before);
}

async fn vci_4_1_1_a_code_is_short_lived(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    app.clock.advance_seconds(601);
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
}

async fn vci_4_1_1_a_code_is_used_once(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    app.token(&offer).await;
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
}

async fn vci_4_1_1_an_offer_names_what_metadata_has(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    assert_eq!(offer["credential_offer"]["credential_issuer"], identifier());
    let ids = offer["credential_offer"]["credential_configuration_ids"].as_array().unwrap();
    assert!(!ids.is_empty());
    for id in ids {
        assert!(metadata["credential_configurations_supported"][id.as_str().unwrap()].is_object(), "{id}");
    }
}

async fn vci_4_1_1_an_offer_of_ours_names_no_server(on: On) {
    let app = App::new(on).await;
    let (award, by_code) = app.offered().await;
    let by_login = app.offer(&json!({"award": award, "grant": "authorization_code"})).await.json();
    for offer in [by_code, by_login] {
        for grant in offer["credential_offer"]["grants"].as_object().unwrap().values() {
            assert!(grant.get("authorization_server").is_none(), "{grant}");
        }
    }
}

async fn vci_4_1_3_an_offer_is_served_as_json(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let served = app.get(&format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap())).await;
    assert_eq!(served.served(), (StatusCode::OK, "application/json"));
    assert!(served.json()["credential_configuration_ids"].is_array());
}

async fn vci_5_1_1_details_have_type_and_configuration(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let before = app.row_counts().await;
    for details in [
        json!([{"credential_configuration_id": FORM}]),
        json!([{"type": "payment", "credential_configuration_id": FORM}]),
        json!([{"type": "openid_credential"}]),
        json!([{"type": "openid_credential", "credential_configuration_id": "does-not-exist"}]),
        json!({"type": "openid_credential", "credential_configuration_id": FORM}),
    ] {
        let answer = push(&app, &[("authorization_details", &details.to_string())], &[]).await;
        assert_eq!(answer.error(), error(400, "invalid_authorization_details"), "{details}");
    }
    // An assertion is used up by each of them, and nothing else is written.
    let mut after = app.row_counts().await;
    after.insert("spent".to_owned(), before["spent"]);
    assert_eq!(after, before);
    assert_eq!(push(&app, &[("authorization_details", DETAILS)], &[]).await.status, StatusCode::CREATED);
}

async fn vci_5_1_2_each_scope_stands_for_itself(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    app.award(&enrolment()).await;
    let waiting = signed_in(&app, &[("scope", "enrolment microcredential")], EDUID).await;
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await;
    let mut scopes: Vec<String> = given.text("/scope").split(' ').map(str::to_owned).collect();
    scopes.sort();
    assert_eq!(scopes, ["enrolment", "microcredential"]);
    for form in [FORM, "enrolment-sd-jwt"] {
        let body = json!({"credential_configuration_id": form, "proofs": {"jwt": [app.proof(&key()).await]}});
        assert_eq!(app.credential(Some(&given.text("/access_token")), &body).await.status, StatusCode::OK, "{form}");
    }
}

async fn vci_5_1_2_unknown_scopes_are_ignored(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let waiting = signed_in(&app, &[("scope", "unknown microcredential openid")], EDUID).await;
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await;
    assert_eq!((given.status, given.text("/scope").as_str()), (StatusCode::OK, "microcredential"));
}

async fn vci_5_1_2_details_win_over_a_scope_for_the_same(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let waiting = signed_in(&app, &[("scope", "microcredential"), ("authorization_details", DETAILS)], EDUID).await;
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await;
    let details = given.json()["authorization_details"].clone();
    assert_eq!((details.as_array().map(Vec::len), &details[0]["credential_configuration_id"]), (Some(1), &json!(FORM)));
    // As details have it: by identifier, and not by the configuration that the scope stands for.
    let answer = app.credential(Some(&given.text("/access_token")), &wanted(&app.proof(&key()).await)).await;
    assert_eq!(answer.error(), error(400, "invalid_credential_request"));
}

async fn vci_5_1_3_an_issuer_state_proves_nothing(on: On) {
    let app = App::new(on).await;
    let award = app.award(&microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "grant": "authorization_code"})).await;
    let state = offer.text("/credential_offer/grants/authorization_code/issuer_state");
    let waiting = signed_in(&app, &[("issuer_state", &state), ("scope", "microcredential")], "5e1d-of-somebody-else").await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(!shown.body.contains("Data-analyse basis"), "{}", shown.body);
}

async fn vci_5_1_3_unrecognized_parameters_are_ignored(on: On) {
    let app = App::new(on).await;
    let wants = [("scope", "microcredential"), ("unknown", "1"), ("wallet_issuer", "x"), ("user_hint", "y")];
    assert_eq!(push(&app, &wants, &[]).await.status, StatusCode::CREATED);
}

async fn vci_5_2_the_answer_has_code_and_state(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let waiting = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let location = answered(&app, &waiting, "allow").await;
    assert_eq!(parameter(&location, "state").as_deref(), Some("state-of-the-wallet"));
    assert!(parameter(&location, "code").is_some_and(|code| code.len() >= 22) && parameter(&location, "error").is_none());
}

async fn vci_5_3_a_refusal_has_error_and_state(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let waiting = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let location = answered(&app, &waiting, "refuse").await;
    let found = (parameter(&location, "error"), parameter(&location, "state"), parameter(&location, "code"));
    assert_eq!(found, (Some("access_denied".to_owned()), Some("state-of-the-wallet".to_owned()), None));
}

async fn vci_6_1_a_transaction_code_is_sent_where_one_was_asked(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    assert!(offer["credential_offer"]["grants"][PRE_AUTHORIZED]["tx_code"].is_object());
    let before = app.row_counts().await;
    let without = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer))];
    assert_eq!(app.form("/token", &without).await.error(), error(400, "invalid_request"));
    assert_eq!(app.row_counts().await, before);
    app.token(&offer).await;
}

async fn vci_6_1_a_client_authenticates_as_it_pushed(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let waiting = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", super::super::authorizations::BACK),
        ("code_verifier", &waiting.verifier),
        ("client_id", super::super::WALLET),
    ];
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
    assert_eq!(app.issued().await, 0);
}

async fn vci_6_2_details_are_answered_where_details_were_asked(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    for (wants, answered) in [([("authorization_details", DETAILS)], true), ([("scope", "microcredential")], false)] {
        let waiting = signed_in(&app, &wants, EDUID).await;
        let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await;
        assert_eq!((given.status, given.json()["authorization_details"].is_array()), (StatusCode::OK, answered), "{}", given.body);
    }
}

async fn vci_6_2_identifiers_are_a_list_that_is_not_empty(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let pairs = [
        ("grant_type", PRE_AUTHORIZED),
        ("pre-authorized_code", code(&offer)),
        ("tx_code", tx_code(&offer)),
        ("authorization_details", DETAILS),
    ];
    let given = app.form("/token", &pairs).await;
    let detail = given.json()["authorization_details"][0].clone();
    assert_eq!(detail["type"], "openid_credential");
    assert!(detail["credential_identifiers"].as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string)));
}

/// The page of consent names what metadata says of what is asked for, in both languages, and nothing of the other kind.
async fn vci_12_2_4_consent_says_what_is_disclosed(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    app.award(&enrolment()).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    // The names of what stands at the top of a credential of this configuration.
    let names = |form: &str, locale: &str| -> Vec<String> {
        let claims = metadata["credential_configurations_supported"][form]["credential_metadata"]["claims"].as_array().unwrap().clone();
        let top = claims.iter().filter(|claim| claim["path"].as_array().unwrap().len() == 1);
        let of = |claim: &Value| claim["display"].as_array().unwrap().iter().find(|one| one["locale"] == locale).unwrap()["name"].clone();
        top.map(|claim| of(claim).as_str().unwrap().to_owned()).collect()
    };
    for (scope, form, other) in [
        ("microcredential", "microcredential-sd-jwt", Some("enrolment-sd-jwt")),
        ("enrolment", "enrolment-sd-jwt", Some("microcredential-sd-jwt")),
        ("microcredential enrolment", "enrolment-sd-jwt", None),
        ("delivery", "microcredential-sd-jwt", None),
    ] {
        let waiting = signed_in(&app, &[("scope", scope)], EDUID).await;
        for lang in ["nl", "en"] {
            let shown = page(&app, &format!("{}?lang={lang}", waiting.path), &waiting.cookie).await;
            assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
            let line = ["Wat erin kan staan: ", "What may be in them: "].iter().find_map(|lead| shown.body.split_once(lead)).unwrap().1;
            let listed: Vec<&str> = line.split('<').next().unwrap().split(" · ").collect();
            let named = names(form, lang);
            assert!(named.len() > 8, "{named:?}");
            for name in &named {
                assert!(listed.contains(&name.replace('\'', "&#39;").as_str()), "{scope}: {name} in {listed:?}");
            }
            for foreign in other.map(|other| names(other, lang)).unwrap_or_default() {
                assert!(
                    named.contains(&foreign) || scope == "microcredential" || !listed.contains(&foreign.as_str()),
                    "{scope}: {foreign}"
                );
            }
        }
    }
}

async fn vci_13_5_an_offer_holds_nothing_of_the_learner(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let offer = offer["credential_offer"].to_string();
    for personal in ["Samira", "Vries", EDUID, "2004-05-17", "Data-analyse"] {
        assert!(!offer.contains(personal), "{offer}");
    }
}

async fn vci_e_an_attestation_is_signed_by_somebody_who_is_trusted(on: On) {
    let (wallet, stranger) = (Attested::new(), Attested::new());
    let app = App::new(on).await.changed(|config| config.attesters.push(wallet.trusted())).await;
    let before = app.row_counts().await;
    let asks = async |wallet: &Attested| {
        let challenge = app.form("/challenge", &[]).await.text("/attestation_challenge");
        let pop = wallet.pop(&app, &wallet.instance.0, &identifier(), Some(&challenge));
        let headers = [(HEADER, wallet.attestation(&app, Some(PROVIDER))), (POP_HEADER, pop)];
        pushed(&app, (APP, APP_BACK), &pkce::challenge("v"), (&[("scope", "microcredential")], &headers)).await
    };
    assert_eq!(asks(&stranger).await.error(), error(400, "invalid_client_attestation"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(asks(&wallet).await.status, StatusCode::CREATED);
}
