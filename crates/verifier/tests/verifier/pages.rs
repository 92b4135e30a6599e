//! The pages of somebody who asks without an account.

use axum::http::{StatusCode, header};

use crate::world::World;

const FORM: &str =
    "use_case=proof-of-enrolment&name=Bouwbedrijf+Voorbeeld&contact=hr%40bouw.example&key=&purpose=Sollicitatie&ground=contract&days=7";

#[tokio::test]
async fn anybody_asks_one_candidate() {
    let world = World::new().await;
    assert_eq!(world.get("/ask?use_case=proof-of-enrolment").await.status, StatusCode::OK);
    let made = world.form("/ask", FORM.into()).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let own = made.headers[header::LOCATION].to_str().unwrap().strip_prefix("http://localhost:8082").unwrap().to_owned();
    let waiting = world.get(&own).await;
    assert!(waiting.text.contains("data-state=\"waiting\"") && waiting.text.contains("class=\"qr\""), "{}", waiting.text);
    let page =
        waiting.text.split("id=\"link\" readonly value=\"http://localhost:8082").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let candidate = world.get(&page).await;
    assert!(candidate.text.contains("Bouwbedrijf Voorbeeld") && candidate.text.contains("Niemand staat in voor deze naam"));
    let link =
        candidate.text.split("id=\"open\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let request = world.open(&link).await;
    let purpose = request.purpose().unwrap();
    assert_eq!((purpose.name.as_deref(), purpose.contact.as_deref()), (Some("Bouwbedrijf Voorbeeld"), Some("hr@bouw.example")));
    let reply = world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let verdict = world.get(&own).await;
    assert!(verdict.text.contains("Echt en geldig") && verdict.text.contains("Samira"), "{}", verdict.text);
    assert!(!verdict.text.split("</head>").next().unwrap().contains("Samira"));
    assert_eq!(verdict.headers["x-robots-tag"], "noindex, nofollow");
    assert!(!world.get(&page).await.text.contains("Samira"), "the page of the question shows no answer");
    assert_eq!(world.get("/asked/AAAAAAAAAAAAAAAAAAAAAA").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_question_says_who_why_and_on_which_ground() {
    let world = World::new().await;
    for (from, to) in [
        ("use_case=proof-of-enrolment", "use_case=x"),
        ("name=Bouwbedrijf+Voorbeeld", "name="),
        ("contact=hr%40bouw.example", "contact=hr"),
        ("purpose=Sollicitatie", "purpose="),
        ("ground=contract", "ground="),
        ("days=7", "days=31"),
        ("key=", "key=wrong"),
    ] {
        let reply = world.form("/ask", FORM.replace(from, to)).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
    }
    let made = world.form("/ask", FORM.replace("key=", "key=fii-key").replace("ground=contract", "ground=")).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
}

#[tokio::test]
async fn a_question_is_withdrawn_and_found_by_its_code() {
    let world = World::new().await;
    let made = world.form("/ask", FORM.into()).await;
    let own = made.headers[header::LOCATION].to_str().unwrap().strip_prefix("http://localhost:8082").unwrap().to_owned();
    let page = world.get(&own).await.text;
    let code = page.split("class=\"code num\">").nth(1).unwrap().split('<').next().unwrap().to_lowercase().replace(' ', "+");
    assert_eq!(world.get(&format!("/c?code={code}")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.get("/c?code=AAAA+AAAA").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.form(&format!("{own}/withdraw"), String::new()).await.status, StatusCode::SEE_OTHER);
    assert!(world.get(&own).await.text.contains("data-state=\"withdrawn\""));
    assert_eq!(world.get(&format!("/c?code={code}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_pasted_is_checked_and_public_pages_stand() {
    let world = World::new().await;
    for path in ["/", "/ask", "/verify", "/c", "/help", "/privacy", "/toegankelijkheid", "/licence"] {
        let page = world.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"), "{path}");
    }
    let credential = world.valid_credential();
    let boundary = "----b";
    let body = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"credential\"\r\n\r\n{credential}\r\n--{boundary}--\r\n");
    let request = axum::http::Request::post("/verify")
        .header("host", "localhost:8082")
        .header("content-type", format!("multipart/form-data; boundary={boundary}"));
    let reply = world.send(request.body(body.into()).unwrap()).await;
    assert!(reply.status == StatusCode::OK && reply.text.contains("Echt en geldig"), "{}", reply.text);
}
