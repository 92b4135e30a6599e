//! Reading a type metadata document, also in the words of older drafts: `lang` for `locale`, `name` for `label`,
//! schema members, an `sd` value that means nothing, and no `vct`.

use super::{
    ClaimDisplay, ClaimMetadata, Extends, Integrity, MAX_BYTES, MAX_ENTRIES, Picture, Rendering, SelectiveDisclosure, SvgTemplate,
    TypeDisplay, TypeMetadata, TypeMetadataError,
};
use crate::Map;
use crate::sd_jwt::Path;
use crate::strict_json;
use serde_json::Value;

use TypeMetadataError::Malformed;

/// Reads one document. Members that are not understood are ignored (section 5.2), such as `schema` and `schema_uri` of drafts
/// before -12; what is understood must be right.
pub fn parse(bytes: &[u8]) -> Result<TypeMetadata, TypeMetadataError> {
    if bytes.len() > MAX_BYTES {
        return Err(TypeMetadataError::Limit);
    }
    let document = strict_json::parse_object(bytes).map_err(|_| Malformed)?;
    let extends = match (text(&document, "extends")?, document.get("extends#integrity")) {
        // A hash of nothing says nothing: pilots publish one without a type that it is of.
        (None, _) => None,
        (Some(vct), None) => Some(Extends { vct, integrity: None }),
        (Some(vct), Some(value)) => {
            let integrity = value.as_str().and_then(Integrity::parse).ok_or(TypeMetadataError::Integrity)?;
            Some(Extends { vct, integrity: Some(integrity) })
        }
    };
    let metadata = TypeMetadata {
        vct: text(&document, "vct")?,
        name: text(&document, "name")?,
        description: text(&document, "description")?,
        extends,
        display: list(&document, "display", type_display)?,
        claims: list(&document, "claims", claim)?.unwrap_or_default(),
    };
    let twice = |at: usize| metadata.claims.iter().skip(at + 1);
    for (at, claim) in metadata.claims.iter().enumerate() {
        let same_id = |other: &ClaimMetadata| claim.svg_id.is_some() && other.svg_id == claim.svg_id;
        if twice(at).any(|other| other.path == claim.path || same_id(other)) {
            return Err(Malformed);
        }
    }
    Ok(metadata)
}

/// A text member, when it is there.
fn text(map: &Map, name: &str) -> Result<Option<String>, TypeMetadataError> {
    match map.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Malformed),
    }
}

fn needed(map: &Map, name: &str) -> Result<String, TypeMetadataError> {
    text(map, name)?.ok_or(Malformed)
}

/// A member that is an array of objects, when it is there.
fn list<T>(map: &Map, name: &str, read: impl Fn(&Map) -> Result<T, TypeMetadataError>) -> Result<Option<Vec<T>>, TypeMetadataError> {
    let Some(value) = map.get(name) else { return Ok(None) };
    let items = value.as_array().ok_or(Malformed)?;
    if items.len() > MAX_ENTRIES {
        return Err(TypeMetadataError::Limit);
    }
    items.iter().map(|item| read(item.as_object().ok_or(Malformed)?)).collect::<Result<_, _>>().map(Some)
}

/// `locale`, called `lang` before draft -12.
fn locale(map: &Map) -> Result<String, TypeMetadataError> {
    let locale = match text(map, "locale")? {
        None => needed(map, "lang")?,
        Some(locale) => locale,
    };
    let tag = (1..=35).contains(&locale.len()) && locale.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if tag { Ok(locale) } else { Err(Malformed) }
}

fn type_display(map: &Map) -> Result<TypeDisplay, TypeMetadataError> {
    Ok(TypeDisplay {
        locale: locale(map)?,
        name: needed(map, "name")?,
        description: text(map, "description")?,
        rendering: match map.get("rendering") {
            None => Rendering::default(),
            Some(rendering) => self::rendering(rendering.as_object().ok_or(Malformed)?)?,
        },
    })
}

fn rendering(map: &Map) -> Result<Rendering, TypeMetadataError> {
    let svg_templates = list(map, "svg_templates", svg_template)?.unwrap_or_default();
    let Some(simple) = map.get("simple") else { return Ok(Rendering { svg_templates, ..Rendering::default() }) };
    let simple = simple.as_object().ok_or(Malformed)?;
    Ok(Rendering {
        logo: picture(simple, "logo")?,
        background_image: picture(simple, "background_image")?,
        background_color: text(simple, "background_color")?.filter(|color| is_color(color)),
        text_color: text(simple, "text_color")?.filter(|color| is_color(color)),
        svg_templates,
    })
}

fn picture(map: &Map, name: &str) -> Result<Option<Picture>, TypeMetadataError> {
    let Some(picture) = map.get(name) else { return Ok(None) };
    let picture = picture.as_object().ok_or(Malformed)?;
    let (uri, integrity) = (needed(picture, "uri")?, text(picture, "uri#integrity")?);
    Ok(Some(Picture { uri, integrity, alt_text: text(picture, "alt_text")? }))
}

fn svg_template(map: &Map) -> Result<SvgTemplate, TypeMetadataError> {
    let none = Map::new();
    let properties = match map.get("properties") {
        None => &none,
        Some(properties) => properties.as_object().ok_or(Malformed)?,
    };
    Ok(SvgTemplate {
        uri: needed(map, "uri")?,
        integrity: text(map, "uri#integrity")?,
        orientation: text(properties, "orientation")?,
        color_scheme: text(properties, "color_scheme")?,
        contrast: text(properties, "contrast")?,
    })
}

/// `#rgb` or `#rrggbb`: what a page can take over without looking further.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| matches!(hex.len(), 3 | 6) && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn claim(map: &Map) -> Result<ClaimMetadata, TypeMetadataError> {
    let path = map.get("path").ok_or(Malformed)?;
    let mandatory = match map.get("mandatory") {
        None => None,
        Some(value) => Some(value.as_bool().ok_or(Malformed)?),
    };
    let sd = match text(map, "sd")?.as_deref() {
        // Pilots write `mandatory` here; what they mean by it is not said, so it rules nothing.
        None | Some("mandatory") => None,
        Some("always") => Some(SelectiveDisclosure::Always),
        Some("allowed") => Some(SelectiveDisclosure::Allowed),
        Some("never") => Some(SelectiveDisclosure::Never),
        Some(_) => return Err(Malformed),
    };
    let svg_id = text(map, "svg_id")?;
    if svg_id.as_deref().is_some_and(|id| !is_svg_id(id)) {
        return Err(Malformed);
    }
    let path: Path = serde_json::from_value(path.clone()).map_err(|_| Malformed)?;
    Ok(ClaimMetadata { path, display: list(map, "display", claim_display)?, mandatory, sd, svg_id })
}

fn claim_display(map: &Map) -> Result<ClaimDisplay, TypeMetadataError> {
    // Pilots call the label `name`, as in the display of types.
    let label = match text(map, "label")? {
        None => needed(map, "name")?,
        Some(label) => label,
    };
    Ok(ClaimDisplay { locale: locale(map)?, label, description: text(map, "description")? })
}

fn is_svg_id(id: &str) -> bool {
    let word = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    word && !id.starts_with(|c: char| c.is_ascii_digit())
}
