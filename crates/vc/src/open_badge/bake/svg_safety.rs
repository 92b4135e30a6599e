//! What an SVG may hold to be shown: shapes, text and styles. No script, no animation, nothing from outside.

use super::BakeError;
use roxmltree::{Attribute, Document, Node};

/// Namespace of SVG.
pub(super) const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// Elements of SVG that only draw, group, describe or style.
const ELEMENTS: [&str; 57] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "switch",
    "title",
    "desc",
    "metadata",
    "style",
    "view",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "textPath",
    "image",
    "marker",
    "linearGradient",
    "radialGradient",
    "stop",
    "pattern",
    "clipPath",
    "mask",
    "filter",
    "feBlend",
    "feColorMatrix",
    "feComponentTransfer",
    "feComposite",
    "feConvolveMatrix",
    "feDiffuseLighting",
    "feDisplacementMap",
    "feDistantLight",
    "feDropShadow",
    "feFlood",
    "feFuncA",
    "feFuncB",
    "feFuncG",
    "feFuncR",
    "feGaussianBlur",
    "feImage",
    "feMerge",
    "feMergeNode",
    "feMorphology",
    "feOffset",
    "fePointLight",
    "feSpecularLighting",
    "feSpotLight",
    "feTile",
    "feTurbulence",
    "solidcolor",
    "hatch",
];

/// Namespaces whose elements a browser gives behaviour.
const ACTIVE_NAMESPACES: [&str; 3] =
    ["http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/2001/xml-events"];

/// Checks every node of a document.
pub(super) fn check(document: &Document<'_>) -> Result<(), BakeError> {
    let harmless = document.root().descendants().all(|node| {
        // A processing instruction may name a style sheet.
        !node.is_pi() && (!node.is_element() || element(node))
    });
    if harmless { Ok(()) } else { Err(BakeError::Media) }
}

fn element(node: Node<'_, '_>) -> bool {
    let name = node.tag_name();
    match name.namespace() {
        Some(SVG) if !ELEMENTS.contains(&name.name()) => return false,
        Some(SVG) if name.name() == "style" => {
            let sheet: String = node.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect();
            if node.children().any(|child| child.is_element()) || !style(&sheet) {
                return false;
            }
        }
        Some(namespace) if ACTIVE_NAMESPACES.contains(&namespace) => return false,
        // Without a namespace, a lenient reader may take it for SVG or HTML.
        None | Some("") => return false,
        _ => {}
    }
    node.attributes().all(|attribute| harmless(&attribute))
}

fn harmless(attribute: &Attribute<'_, '_>) -> bool {
    let (name, value) = (attribute.name(), attribute.value());
    match attribute.namespace() {
        Some(XLINK) => name != "href" || target(value),
        Some(XML) => name != "base",
        // Metadata of drawing programs.
        Some(_) => true,
        None => {
            let handler = name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"));
            let reference = ["href", "src"].iter().any(|reference| name.eq_ignore_ascii_case(reference));
            !handler && (!reference || target(value)) && style(value)
        }
    }
}

/// A reference: to something in the same document, or to raster data that the document carries.
fn target(value: &str) -> bool {
    let value = value.trim();
    value.starts_with('#') || is_raster_data(value)
}

fn is_raster_data(value: &str) -> bool {
    const KINDS: [&str; 4] = ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"];
    KINDS.iter().any(|kind| {
        let rest = value.get(..kind.len()).filter(|start| start.eq_ignore_ascii_case(kind)).and_then(|_| value.get(kind.len()..));
        rest.is_some_and(|rest| rest.starts_with([';', ',']))
    })
}

/// A style sheet, a style, or any attribute that may hold one: it fetches nothing. An escape could hide a name, so a
/// backslash is refused where a style might read it.
fn style(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    const FETCHING: [&str; 8] = ["@import", "@font-face", "@namespace", "image-set(", "src(", "expression(", "javascript:", "-moz-binding"];
    if lower.contains('\\') && (lower.contains(['(', '@', '{'])) {
        return false;
    }
    if FETCHING.iter().any(|name| lower.contains(name)) {
        return false;
    }
    lower.match_indices("url(").all(|(at, opening)| {
        let inside = lower.get(at + opening.len()..).unwrap_or_default();
        let inside = inside.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        inside.starts_with('#') || is_raster_data(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{BakeError, svg_bake, svg_unbake};

    fn read(inner: &str) -> Result<Option<String>, BakeError> {
        let image = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:i="http://www.inkscape.org/namespaces/inkscape">{inner}</svg>"#
        );
        if svg_unbake(image.as_bytes()).is_err() {
            assert!(svg_bake(image.as_bytes(), "a.b.c").is_err(), "baked what it does not read: {inner}");
        }
        svg_unbake(image.as_bytes())
    }

    #[test]
    fn pictures_are_accepted() {
        for good in [
            r##"<defs><linearGradient id="a"/></defs><rect fill="url(#a)" style="fill: url('#a')"/>"##,
            r##"<use href="#a"/><use xlink:href="#a"/>"##,
            r#"<image href="data:image/png;base64,AAAA"/>"#,
            "<style>.a { fill: #fff; } .b { fill: url( \"#a\" ) }</style>",
            r#"<metadata><i:note i:label="https://a.example">see https://a.example</i:note></metadata>"#,
            r#"<text xml:lang="nl">één op één</text><title>onload</title>"#,
            "<!-- <script>alert(1)</script> -->",
        ] {
            assert_eq!(read(good), Ok(None), "{good}");
        }
    }

    #[test]
    fn scripts_and_references_are_refused() {
        for bad in [
            "<script>alert(1)</script>",
            "<script href='https://a.example/s.js'/>",
            "<SCRIPT>alert(1)</SCRIPT>",
            "<g><script xmlns=''>alert(1)</script></g>",
            "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
            "<foreignObject><p/></foreignObject>",
            "<rect onload='alert(1)'/>",
            "<rect ONCLICK='alert(1)'/>",
            "<a href='https://a.example'><rect/></a>",
            "<a xlink:href='javascript:alert(1)'><rect/></a>",
            "<image href='https://a.example/i.png'/>",
            "<image xlink:href='http://a.example/i.png'/>",
            "<image href='//a.example/i.png'/>",
            "<image href='i.png'/>",
            "<image href='data:image/svg+xml;base64,AAAA'/>",
            "<image href='data:text/html,a'/>",
            "<use href='https://a.example/i.svg#a'/>",
            "<feImage href='https://a.example/i.png'/>",
            "<rect fill='url(https://a.example/i.svg#a)'/>",
            "<rect style='background: URL( \"https://a.example/i.png\")'/>",
            "<rect style='fill: u\\72l(https://a.example)'/>",
            "<style>@import 'https://a.example/s.css';</style>",
            "<style>@\\69mport 'https://a.example/s.css';</style>",
            "<style>a { background: image-set('https://a.example/i.png' 1x) }</style>",
            "<style>a { background: url(#a) url(https://a.example/i.png) }</style>",
            "<style><![CDATA[ a { fill: url(https://a.example) } ]]></style>",
            "<animate attributeName='href' to='javascript:alert(1)'/>",
            "<set attributeName='onload' to='alert(1)'/>",
            "<iframe/>",
            "<audio/>",
            "<g xml:base='https://a.example/'/>",
            "<?xml-stylesheet href='https://a.example/s.css'?>",
        ] {
            assert_eq!(read(bad), Err(BakeError::Media), "{bad}");
        }
    }
}
