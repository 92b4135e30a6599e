//! A second implementation, `sd-jwt-payload`: it reads what we issue, and we read what it issues and presents.

use crate::claims::{World, object};
use sd_jwt_payload::{JsonObject, JwsSigner, KeyBindingJwt, SdJwtBuilder, Sha256Hasher};
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use vc::jws;
use vc::key::{SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Concealment, Decoys, Expected, Path, SdJwt, Segment, prepare_with};

struct Signer<'k>(&'k SigningKey);

impl JwsSigner for Signer<'_> {
    type Error = jws::JwsError;
    fn sign<'a, 'b, 'c, 'r>(
        &'a self,
        header: &'b JsonObject,
        payload: &'c JsonObject,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, Self::Error>> + Send + 'r>>
    where
        'a: 'r,
        'b: 'r,
        'c: 'r,
        Self: 'r,
    {
        let signed = jws::sign(header, Value::Object(payload.clone()).to_string().as_bytes(), self.0);
        Box::pin(std::future::ready(signed.map(String::into_bytes)))
    }
}

/// Their signing is async, but ours never waits.
fn now<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("would wait"),
    }
}

#[test]
fn they_read_what_we_issue() {
    let world = World::new();
    for claims in [world.microcredential(), world.enrolment()] {
        let issued = world.issue(claims.clone()).to_string();
        let theirs = sd_jwt_payload::SdJwt::parse(&issued).unwrap();
        assert_eq!(theirs.headers()["typ"], "dc+sd-jwt");
        assert_eq!(theirs.presentation(), issued);
        assert_eq!(theirs.into_disclosed_object(&Sha256Hasher::new()).unwrap(), claims);
    }
}

/// Recursive disclosures, array elements, and decoys wherever they may stand.
#[test]
fn they_read_every_shape() {
    let claims = object(json!({"vct": "x", "nested": {"a": 1, "b": [1, {"c": "é"}, 3]}, "list": ["NL", "BE"], "open": true}));
    let paths = vec![
        Path::key("nested"),
        Path::from(["nested", "a"]),
        Path::from(["nested", "b"]).child(Segment::All),
        Path::from(["nested", "b"]).child(1).child("c"),
        Path::key("list").child(0),
    ];
    let places = [Path::key("nested"), Path::from(["nested", "b"]), Path::key("list")];
    let decoys = places.into_iter().map(|path| Decoys::at(path, 2)).chain([Decoys::top(3)]).collect();
    let concealment = Concealment { paths, decoys, ..Concealment::default() };
    let issued =
        prepare_with(claims.clone(), &concealment, &SystemRandom).unwrap().sign(&World::new().header, &World::new().issuer).unwrap();
    let read = |credential: &SdJwt| {
        sd_jwt_payload::SdJwt::parse(&credential.to_string()).unwrap().into_disclosed_object(&Sha256Hasher::new()).unwrap()
    };
    assert_eq!(read(&issued), claims);
    // Where an array in a disclosure shows nothing of itself they leave the digests in it, against section 7.1 step 3.4.
    for shown in [vec![], vec![Path::key("list")], vec![Path::key("nested")], vec![Path::from(["nested", "b"]).child(1)]] {
        let part = issued.reveal(&shown).unwrap();
        assert_eq!(&read(&part), part.disclosed_claims(), "{shown:?}");
    }
}

#[test]
fn they_read_a_part_that_we_present() {
    let world = World::new();
    let part = world.issue(world.microcredential()).reveal(&["awarded_date", "result"].map(vc::sd_jwt::Path::key)).unwrap();
    let text = part.bind(&world.holder, "https://verifier.example", "n", 5).unwrap();
    let theirs = sd_jwt_payload::SdJwt::parse(&text).unwrap();
    let binding = theirs.key_binding_jwt().unwrap().claims();
    assert_eq!((binding.aud.as_str(), binding.nonce.as_str(), binding.iat), ("https://verifier.example", "n", 5));
    let disclosed = theirs.into_disclosed_object(&Sha256Hasher::new()).unwrap();
    assert_eq!(&disclosed, part.disclosed_claims());
    assert!(!disclosed.contains_key("given_name") && disclosed["result"]["value"] == "8");
}

#[test]
fn we_read_what_they_issue_and_present() {
    let (issuer, holder) = (World::new().issuer, World::new().holder);
    let claims = json!({"vct": "x", "name": "Samira", "nested": {"a": 1, "b": [1, 2, 3]}, "list": [1, 2], "open": true});
    let theirs = ["/nested/b/1", "/nested/a", "/nested", "/name"]
        .iter()
        .fold(SdJwtBuilder::new(claims.clone()).unwrap(), |builder, path| builder.make_concealable(path).unwrap())
        .add_decoys("", 4)
        .unwrap()
        .add_decoys("/list", 2)
        .unwrap()
        .header("typ", "dc+sd-jwt");
    let theirs = now(theirs.finish(&Signer(&issuer), "ES256")).unwrap();
    let ours = SdJwt::parse(&theirs.presentation()).unwrap();
    ours.jwt().verify(&VerifyingKey::from_jwk(&issuer.public_jwk().unwrap()).unwrap(), Some("dc+sd-jwt")).unwrap();
    assert_eq!(ours.disclosed_claims(), &object(claims));

    let hasher = Sha256Hasher::new();
    let (mut shown, _) = theirs.into_presentation(&hasher).unwrap().conceal("/name").unwrap().finish();
    let binding = KeyBindingJwt::builder().aud("aud").nonce("n").iat(7);
    let binding = now(binding.finish(&shown, &hasher, "ES256", &Signer(&holder))).unwrap();
    shown.attach_key_binding_jwt(binding);
    let ours = SdJwt::parse(&shown.presentation()).unwrap();
    assert!(!ours.disclosed_claims().contains_key("name"));
    let key = VerifyingKey::from_jwk(&holder.public_jwk().unwrap()).unwrap();
    ours.verify_binding(&key, &Expected { audience: Some("aud"), nonce: Some("n"), iat: None }).unwrap();
}
