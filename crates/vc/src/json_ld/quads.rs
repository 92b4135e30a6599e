//! From a checked document to RDF quads.

use super::{JsonLdError, MAX_QUADS, contexts};
use crate::Map;
use oxjsonld::{JsonLdErrorCode, JsonLdParser, JsonLdRemoteDocument, JsonLdSyntaxError};
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
        quads.push(quad.map_err(|error| refusal(&error))?);
        if quads.len() > MAX_QUADS {
            return Err(JsonLdError::Limit);
        }
    }
    Ok(quads)
}

fn refusal(error: &JsonLdSyntaxError) -> JsonLdError {
    use JsonLdErrorCode as Code;
    match error.code() {
        // Contexts that contradict each other, such as one of Open Badges 3.0.1 on top of VCDM 2.0.
        Some(Code::ProtectedTermRedefinition | Code::InvalidContextNullification | Code::LoadingRemoteContextFailed) => {
            JsonLdError::Context
        }
        _ => JsonLdError::Form,
    }
}
