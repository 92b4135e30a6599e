//! Logos come from the register, and from nowhere else.

use axum::http::{Request, StatusCode, header};
use serde_json::json;
use testkit::badges::{self, Somebody};
use vc::encoding::{b64, sha256};

use crate::world::World;

#[tokio::test]
async fn the_logo_of_an_issuer_comes_from_the_register() {
    let world = World::new().await;
    let (known, stranger) = (Somebody::new(), Somebody::new());
    let picture = badges::pixel();
    world.edit_register(|register| {
        let mut party = known.party("badgeschool", "Badgeschool Voorbeeld");
        party["logo"] = json!(format!("data:image/png;base64,{}", b64(&picture)));
        register["parties"].as_array_mut().unwrap().push(party);
    });
    let name: String = sha256(&picture).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let path = format!("/logo/{name}.png");

    let page = check(&world, &known).await;
    assert!(page.contains(&format!("src=\"{path}\" alt=\"Logo van Badgeschool Voorbeeld\"")), "{page}");
    // Whoever the register does not know has none, whatever its credential says of itself.
    let page = check(&world, &stranger).await;
    assert!(!page.contains("/logo/") && !page.contains("own-logo"), "{page}");

    let served = world.get(&path).await;
    assert_eq!((served.status, served.headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "image/png"));
    assert!(served.text.contains("PNG"));
    for other in ["/logo/00000000000000000000000000000000.png", "/logo/x", &format!("/logo/{name}.svg")] {
        assert_eq!(world.get(other).await.status, StatusCode::NOT_FOUND, "{other}");
    }
}

/// The page that judges a badge whose issuer names a logo of its own.
async fn check(world: &World, issuer: &Somebody) -> String {
    let mut badge = issuer.unsigned("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK");
    badge["issuer"]["image"] = json!({"id": "https://somebody.example/own-logo.png", "type": "Image"});
    let badge = issuer.sign(badge);
    let mut body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n".to_vec();
    body.extend_from_slice(badge.to_string().as_bytes());
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::post("/verify?lang=nl").header("host", "localhost:8082");
    world.send(request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=b").body(body.into()).unwrap()).await.text
}
