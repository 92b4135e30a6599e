//! What a type is called that this software does not know: its type metadata is fetched once, when a credential of it comes, and its
//! integrity checked; never when something is verified. Where there is none, the issuer's own words stand in.

use std::collections::HashMap;

use http::egress::{Egress, Outgoing};
use model::LocalText;
use model::held::ClaimLabel;
use model::receipt::OfferedCredential;
use serde_json::Value;
use vc::sd_jwt::Segment;
use vc::type_metadata::{MAX_EXTENDS, Resolution, TypeMetadata, resolve};

use crate::hold::form::Form;

/// Names for people.
pub(super) struct Described {
    /// What the type is called.
    pub(super) title: LocalText,
    /// What its claims are called; empty for types that are known here.
    pub(super) labels: Vec<ClaimLabel>,
}

/// What the type of a credential is called.
pub(super) async fn of(egress: &Egress, offered: &OfferedCredential, text: &str) -> Described {
    let plain = || Described { title: offered.name.clone(), labels: offered.labels.clone() };
    let form = Form::read(&offered.format, text);
    let Some((vct, form)) = form.as_ref().and_then(|form| Some((form.vct()?, form))) else { return plain() };
    if vc::bundled::type_metadata(vct).is_some() {
        return Described { title: offered.name.clone(), labels: Vec::new() };
    }
    let integrity = form.document().get("vct#integrity").and_then(Value::as_str);
    match fetched(egress, vct, integrity).await {
        Some(metadata) => described(&metadata).unwrap_or_else(plain),
        None => plain(),
    }
}

/// The metadata of a type with all that it extends. `None` when it cannot be had, or is not the document that is meant.
async fn fetched(egress: &Egress, vct: &str, integrity: Option<&str>) -> Option<TypeMetadata> {
    let mut documents: HashMap<String, Vec<u8>> = HashMap::new();
    for _ in 0..=MAX_EXTENDS {
        let needed = match resolve(vct, integrity, &|name| documents.get(name).map(Vec::as_slice)) {
            Ok(Resolution::Resolved(metadata)) => return Some(metadata),
            Ok(Resolution::Needs(name)) => name,
            Err(error) => {
                tracing::info!(code = error.code(), "the metadata of a type is not used");
                return None;
            }
        };
        egress.check(&needed).ok()?;
        let answer = egress.send(Outgoing::get(&needed).accept("application/json")).await.ok()?;
        documents.insert(needed, (answer.status == 200).then(|| answer.body.to_vec())?);
    }
    None
}

fn described(metadata: &TypeMetadata) -> Option<Described> {
    let in_both = |text: &dyn Fn(&str) -> Option<String>| {
        let nl = text("nl")?;
        Some(LocalText { en: text("en").filter(|en| *en != nl), nl })
    };
    let title = in_both(&|language| metadata.display_name(language).map(str::to_owned))?;
    let label = |path: &vc::sd_jwt::Path| in_both(&|language| metadata.label(path, language).map(str::to_owned));
    let labels = metadata.claims.iter().filter_map(|claim| {
        let path = claim.path.segments().iter().map(|segment| match segment {
            Segment::Key(name) => Value::from(name.as_str()),
            Segment::Index(at) => Value::from(*at),
            Segment::All => Value::Null,
        });
        Some(ClaimLabel { path: path.collect(), label: label(&claim.path)? })
    });
    Some(Described { labels: labels.collect(), title })
}
