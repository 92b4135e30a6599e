//! From a checked document to RDF quads.

use super::{JsonLdError, MAX_QUADS, contexts};
use crate::Map;
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::Quad;

/// The quads of `document`, base IRI null, contexts from the bundle.
pub(super) fn of(document: &Map) -> Result<Vec<Quad>, JsonLdError> {
    let text = serde_json::to_vec(document).map_err(|_| JsonLdError::Form)?;
    let parser = JsonLdParser::new().for_slice(&text).with_load_document_callback(|url, _| {
        let file = contexts::context(url).ok_or("not bundled")?;
        Ok(JsonLdRemoteDocument { document: file.as_bytes().to_vec(), document_url: url.into() })
    });
    let mut quads = Vec::new();
    for quad in parser {
        quads.push(quad.map_err(|_| JsonLdError::Form)?);
        if quads.len() > MAX_QUADS {
            return Err(JsonLdError::Limit);
        }
    }
    Ok(quads)
}
