//! An issuer of Open Badges whose key is its name, and its badges in every form in which badges travel: all made here, so that
//! whatever checks them needs nobody else.

use std::io::Write;

use serde_json::{Value, json};
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose};
use vc::did::key_did;
use vc::encoding::b64_decode;
use vc::key::{Algorithm, SigningKey};
use vc::open_badge::bake;
use vc::status_list::bitstring::{self, Bitstring, ListFacts};

/// A picture of one pixel, with nothing in it.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const DRAWING: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><title>Interviewen</title><circle cx=\"4\" cy=\"4\" r=\"4\"/></svg>";
/// What its badges begin with.
const CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];
const CLR: &str = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json";

/// Address of its status list, at which nobody serves anything.
pub const LIST: &str = "https://badges.example/status/1/revocation";
/// The place of its badges in that list.
const INDEX: usize = 7;
/// What its badges are of, for endorsements.
pub const ACHIEVEMENT: &str = "https://badges.example/achievements/1";
/// What its badges say, to look for on a page or to miss there.
pub const SAID: [&str; 5] = ["Interviewen", "Eindgesprek", "gesprekken voeren", "Verslag van drie interviews", "Open vragen stellen"];
/// What its endorsements say.
pub const COMMENT: &str = "Wie dit kan, kan bij ons beginnen.";

/// Somebody with an Ed25519 key, named by that key: an issuer, an endorser or a holder.
pub struct Somebody {
    key: SigningKey,
    did: String,
}

impl Default for Somebody {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::expect_used, reason = "a test without its badge cannot go on")]
impl Somebody {
    /// With a new key.
    ///
    /// # Panics
    /// When no key can be made.
    pub fn new() -> Self {
        let key = SigningKey::generate(Algorithm::EdDsa).expect("a key");
        let did = key_did(&key.public_jwk().expect("its public half")).expect("its name");
        Self { key, did }
    }

    /// The `did:key`.
    pub fn did(&self) -> &str {
        &self.did
    }

    /// The public key.
    ///
    /// # Panics
    /// Never with a key that was made here.
    pub fn jwk(&self) -> Value {
        self.key.public_jwk().expect("the public half").to_value()
    }

    /// The entry of a register that vouches for it.
    pub fn party(&self, slug: &str, name: &str) -> Value {
        let types = ["OpenBadgeCredential", "EndorsementCredential", "ClrCredential"];
        json!({"slug": slug, "name": {"nl": name}, "issues": {"credential_issuer": self.did, "types": types}})
    }

    fn options(&self, purpose: Purpose) -> ProofOptions {
        let name = self.did.trim_start_matches("did:key:");
        ProofOptions {
            cryptosuite: Cryptosuite::EddsaRdfc2022,
            verification_method: format!("{}#{name}", self.did),
            purpose,
            created: Some(1_780_000_000),
            challenge: None,
            domain: None,
        }
    }

    /// Signs a credential.
    ///
    /// # Panics
    /// When it is none.
    pub fn sign(&self, credential: Value) -> Value {
        let map = credential.as_object().expect("a credential is an object");
        Value::Object(data_integrity::sign(map, &self.options(Purpose::AssertionMethod), &self.key).expect("a signed credential"))
    }

    /// A badge for a subject, not signed yet: with results, an alignment, an outcome and evidence.
    pub fn unsigned(&self, subject: &str) -> Value {
        let measured = "urn:uuid:0a6c2b1e-3b8f-4a54-9f0f-0c6f0f3c5a02";
        json!({
            "@context": CONTEXTS, "id": "urn:uuid:5f1d3a2e-6c0b-4d0e-9a53-0d5a6a6b1c02", "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": self.did, "type": ["Profile"], "name": "Zelfbedachte naam"}, "validFrom": "2026-02-01T00:00:00Z", "name": "Interviewen",
            "evidence": [{"id": "https://portfolio.example/1", "type": ["Evidence"], "name": "Verslag van drie interviews", "genre": "Verslag"}],
            "credentialSubject": {
                "id": subject, "type": ["AchievementSubject"],
                "result": [{"type": ["Result"], "resultDescription": measured, "value": "8", "status": "Completed"}],
                "achievement": {
                    "id": ACHIEVEMENT, "type": ["Achievement"], "name": "Interviewen",
                    "description": "Een gesprek voorbereiden en voeren.", "criteria": {"narrative": "Drie gesprekken en een verslag."},
                    "resultDescription": [{"id": measured, "type": ["ResultDescription"], "name": "Eindgesprek", "resultType": "RawScore",
                        "valueMin": "1", "valueMax": "10", "requiredValue": "5.5"}],
                    "alignment": [
                        {"type": ["Alignment"], "targetType": "ext:ESCO", "targetName": "gesprekken voeren", "targetCode": "S1.4",
                            "targetUrl": "https://vaardigheden.example/1"},
                        {"type": ["Alignment"], "targetType": "CFItem", "targetName": "Open vragen stellen",
                            "targetUrl": "https://badges.example/outcomes/1"}]
                }
            }
        })
    }

    /// That badge, signed.
    pub fn badge(&self, subject: &str) -> Value {
        self.sign(self.unsigned(subject))
    }

    /// The badge with what others say of it.
    ///
    /// # Panics
    /// When a badge cannot be signed.
    pub fn endorsed(&self, subject: &str, endorsements: &[Value]) -> Value {
        let mut badge = self.unsigned(subject);
        let achievement = badge.pointer_mut("/credentialSubject/achievement").and_then(Value::as_object_mut).expect("an achievement");
        achievement.insert("endorsement".to_owned(), endorsements.into());
        self.sign(badge)
    }

    /// What it says of somebody's achievement, signed.
    pub fn endorses(&self, about: &str) -> Value {
        self.sign(json!({
            "@context": CONTEXTS, "id": "urn:uuid:7b1a0c52-55f1-4a15-9c59-6f3d38f0c001", "type": ["VerifiableCredential", "EndorsementCredential"],
            "issuer": {"id": self.did, "type": ["Profile"], "name": "Zelfbedachte vereniging"}, "validFrom": "2026-03-01T00:00:00Z", "name": "Aanbeveling",
            "credentialSubject": {"id": about, "type": ["EndorsementSubject"], "endorsementComment": COMMENT}
        }))
    }

    /// A comprehensive learner record of these credentials, signed.
    pub fn record(&self, subject: &str, credentials: &[Value]) -> Value {
        self.sign(json!({
            "@context": [CONTEXTS[0], CLR, CONTEXTS[1]], "id": "urn:uuid:1d4d1f8f-31a5-4c12-8f43-1f6f5f0c0001",
            "type": ["VerifiableCredential", "ClrCredential"], "issuer": {"id": self.did, "type": ["Profile"], "name": "Zelfbedacht"},
            "validFrom": "2026-04-01T00:00:00Z", "name": "Overzicht van Samira",
            "credentialSubject": {"id": subject, "type": ["ClrSubject"], "verifiableCredential": credentials}
        }))
    }

    /// The badge with its place in the list at [`LIST`], signed.
    ///
    /// # Panics
    /// When a badge cannot be signed.
    pub fn listed(&self, subject: &str) -> Value {
        let mut badge = self.unsigned(subject);
        let entry = json!({"id": format!("{LIST}#{INDEX}"), "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
            "statusListIndex": INDEX.to_string(), "statusListCredential": LIST});
        badge.as_object_mut().expect("a badge").insert("credentialStatus".to_owned(), entry);
        self.sign(badge)
    }

    /// The list at [`LIST`], with its badges withdrawn or not.
    ///
    /// # Panics
    /// When the list cannot be signed.
    pub fn list(&self, revoked: bool) -> Value {
        let mut bits = Bitstring::new(1 << 17);
        bits.set(INDEX, revoked).expect("a place in it");
        let facts = ListFacts {
            uri: LIST,
            issuer: &self.did,
            purpose: bitstring::Purpose::Revocation,
            valid_from: 1_767_225_600,
            valid_until: 1_893_456_000,
            ttl: 60,
        };
        self.sign(Value::Object(bitstring::credential(&bits, &facts).expect("a list")))
    }

    /// Shows credentials as their holder, to a verifier that asked with a nonce.
    ///
    /// # Panics
    /// When the presentation cannot be signed.
    pub fn shows(&self, credentials: &[Value], audience: &str, nonce: &str) -> Value {
        let presentation = json!({"@context": [CONTEXTS[0]], "type": ["VerifiablePresentation"], "holder": self.did,
            "verifiableCredential": credentials});
        let map = presentation.as_object().expect("a presentation is an object");
        let options =
            ProofOptions { challenge: Some(nonce.to_owned()), domain: Some(audience.to_owned()), ..self.options(Purpose::Authentication) };
        Value::Object(data_integrity::sign(map, &options, &self.key).expect("a signed presentation"))
    }
}

/// A PNG with nothing in it.
pub fn pixel() -> Vec<u8> {
    b64_decode(PIXEL).unwrap_or_default()
}

/// A PNG of which the text inflates to so many bytes (row U2).
///
/// # Panics
/// When it cannot be compressed.
#[expect(clippy::expect_used, reason = "a test without its picture cannot go on")]
pub fn inflating(bytes: usize) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(b"zTXtopenbadgecredential\0\0".to_vec(), flate2::Compression::best());
    packed.write_all(&vec![b' '; bytes]).expect("memory takes it");
    let chunk = packed.finish().expect("a finished stream");
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    let length = u32::try_from(chunk.len() - 4).expect("a chunk's length");
    let pixel = pixel();
    // Before the last chunk, which says that the image ends.
    let (image, end) = pixel.split_at(pixel.len() - 12);
    [image, &length.to_be_bytes(), &chunk, &crc.sum().to_be_bytes(), end].concat()
}

/// A PNG with a credential in it.
///
/// # Panics
/// When it cannot be baked.
#[expect(clippy::expect_used, reason = "a test without its picture cannot go on")]
pub fn png(credential: &Value) -> Vec<u8> {
    bake::png_bake(&pixel(), &credential.to_string()).expect("a baked PNG")
}

/// An SVG with a credential in it.
///
/// # Panics
/// When it cannot be baked.
#[expect(clippy::expect_used, reason = "a test without its picture cannot go on")]
pub fn svg(credential: &Value) -> Vec<u8> {
    bake::svg_bake(DRAWING.as_bytes(), &credential.to_string()).expect("a baked SVG")
}

/// The same with the grade in it made better: its signature fails.
pub fn altered(badge: &Value) -> Value {
    let mut badge = badge.clone();
    if let Some(value) = badge.pointer_mut("/credentialSubject/result/0/value") {
        *value = json!("10");
    }
    badge
}
