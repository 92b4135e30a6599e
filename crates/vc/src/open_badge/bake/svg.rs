//! SVG: one `openbadges:credential` element right behind the root's tag, with a JWT in `verify` or JSON as content.

use super::svg_safety::{self, SVG};
use super::{BakeError, MAX_CREDENTIAL, MAX_IMAGE, bakeable};
use roxmltree::{Document, Node, ParsingOptions};

/// Namespace of Open Badges 3.0 in images.
const NAMESPACE: &str = "https://purl.imsglobal.org/ob/v3p0";
/// Namespace of CLR 2.0 in images, read alike.
const CLR_NAMESPACE: &str = "https://purl.imsglobal.org/clr/v2p0";
/// Namespace of Open Badges 2.0 and older.
const OLD_NAMESPACE: &str = "http://openbadges.org";
/// Most nodes of a document.
const MAX_NODES: u32 = 100_000;
/// Most attributes of an element: the parser compares each with each.
const MAX_ATTRIBUTES: usize = 128;
/// Most namespace declarations of a document: the parser copies those of an element to the elements inside it.
const MAX_NAMESPACES: usize = 256;

/// Takes the credential out of an SVG. `None`: an image without one.
///
/// # Errors
/// `TooLarge` over a limit; `Media` for what is not well-formed, has a DTD of its own, a script or a reference to
/// something outside, or two credentials; `OlderVersion`.
pub fn svg_unbake(image: &[u8]) -> Result<Option<String>, BakeError> {
    let text = text(image)?;
    let document = parse(text)?;
    let mut found = document.descendants().filter(is_credential);
    let Some(credential) = found.next() else {
        let older = document.descendants().any(|node| node.tag_name().namespace() == Some(OLD_NAMESPACE));
        return if older { Err(BakeError::OlderVersion) } else { Ok(None) };
    };
    // Right behind the root's tag, says the specification; deeper it is something else's content.
    if found.next().is_some() || credential.parent() != Some(document.root_element()) {
        return Err(BakeError::Media);
    }
    content(credential).map(Some)
}

/// Puts a credential into an SVG; one that was there is replaced.
///
/// # Errors
/// As for reading.
pub fn svg_bake(image: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    bakeable(credential)?;
    let text = text(image)?;
    let document = parse(text)?;
    let root = document.root_element();
    let opening = opening_tag(text, root.range().start).ok_or(BakeError::Media)?;
    // The prefix must mean this namespace at the element, whatever it means at the root.
    let bound = root.lookup_namespace_uri(Some("openbadges"));
    let own = if bound.is_some() && bound != Some(NAMESPACE) { format!(" xmlns:openbadges=\"{NAMESPACE}\"") } else { String::new() };
    let element = element(credential, &own)?;

    let mut out = text.get(..opening.name_end).unwrap_or_default().to_owned();
    if bound.is_none() {
        out.push_str(&format!(" xmlns:openbadges=\"{NAMESPACE}\""));
    }
    out.push_str(text.get(opening.name_end..opening.end).unwrap_or_default());
    out.push('>');
    out.push_str(&element);
    if opening.closed {
        let name = text.get(root.range().start + 1..opening.name_end).unwrap_or_default();
        out.push_str(&format!("</{name}>"));
    }
    let mut from = opening.after;
    for old in document.descendants().filter(is_credential).map(|node| node.range()) {
        out.push_str(text.get(from..old.start).unwrap_or_default());
        from = from.max(old.end);
    }
    out.push_str(text.get(from..).unwrap_or_default());
    if out.len() > MAX_IMAGE { Err(BakeError::TooLarge) } else { Ok(out.into_bytes()) }
}

/// Whether the bytes are an SVG that only shows a picture.
pub(super) fn check(image: &[u8]) -> Result<(), BakeError> {
    parse(text(image)?).map(|_| ())
}

/// The text of an image: UTF-8, without mark, and not said to be anything else.
fn text(image: &[u8]) -> Result<&str, BakeError> {
    if image.len() > MAX_IMAGE {
        return Err(BakeError::TooLarge);
    }
    let text = std::str::from_utf8(image).map_err(|_| BakeError::Media)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let declaration = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")).map_or("", |(declaration, _)| declaration);
    if let Some((_, encoding)) = declaration.split_once("encoding") {
        let name = encoding.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'']).to_ascii_lowercase();
        if !name.starts_with("utf-8") && !name.starts_with("us-ascii") {
            return Err(BakeError::Media);
        }
    }
    Ok(text)
}

/// Parses and checks a document: an SVG that shows a picture and nothing else.
fn parse(text: &str) -> Result<Document<'_>, BakeError> {
    doctype(text)?;
    if text.matches("xmlns").count() > MAX_NAMESPACES || !tags_are_small(text) {
        return Err(BakeError::TooLarge);
    }
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => BakeError::TooLarge,
        _ => BakeError::Media,
    })?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        return Err(BakeError::Media);
    }
    svg_safety::check(&document)?;
    Ok(document)
}

/// Allows the public `DOCTYPE` of SVG, which drawing programs write and nobody fetches; refuses every declaration of
/// its own, so that there are no entities but XML's five.
fn doctype(text: &str) -> Result<(), BakeError> {
    let mut declarations = text.match_indices("<!DOCTYPE");
    let Some((at, _)) = declarations.next() else {
        return if text.contains("<!ENTITY") { Err(BakeError::Media) } else { Ok(()) };
    };
    let rest = text.get(at..).unwrap_or_default();
    let (declaration, _) = rest.split_once('>').ok_or(BakeError::Media)?;
    let public = declaration.split_whitespace().nth(2) == Some("PUBLIC") && declaration.contains("\"-//W3C//DTD SVG ");
    let bare = declaration.split_whitespace().collect::<Vec<_>>() == ["<!DOCTYPE", "svg"];
    let own = declaration.contains('[') || text.contains("<!ENTITY");
    if own || declarations.next().is_some() || !(public || bare) { Err(BakeError::Media) } else { Ok(()) }
}

/// Whether no tag has more attributes than are read. Runs before the parser and stops where the text is not well-formed,
/// since there the parser stops too.
fn tags_are_small(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, markup)) = rest.split_once('<') {
        let passed = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")].into_iter().find(|(start, _)| markup.starts_with(start));
        rest = match passed {
            Some((start, end)) => match markup.get(start.len()..).and_then(|inside| inside.split_once(end)) {
                Some((_, after)) => after,
                None => return true,
            },
            None => {
                let mut quote = None;
                let mut values = 0;
                let end = markup.bytes().position(|byte| {
                    match (quote, byte) {
                        (None, b'"' | b'\'') => {
                            values += 1;
                            quote = Some(byte);
                        }
                        (Some(open), _) if open == byte => quote = None,
                        (None, b'>') => return true,
                        _ => {}
                    }
                    values > MAX_ATTRIBUTES
                });
                match end {
                    _ if values > MAX_ATTRIBUTES => return false,
                    Some(end) => markup.get(end + 1..).unwrap_or_default(),
                    None => return true,
                }
            }
        };
    }
    true
}

fn is_credential(node: &Node<'_, '_>) -> bool {
    node.is_element() && node.tag_name().name() == "credential" && matches!(node.tag_name().namespace(), Some(NAMESPACE | CLR_NAMESPACE))
}

/// What a credential element holds: its `verify`, or its text; not both.
fn content(credential: Node<'_, '_>) -> Result<String, BakeError> {
    if credential.children().any(|child| child.is_element()) {
        return Err(BakeError::Media);
    }
    let body: String = credential.children().filter(|child| child.is_text()).filter_map(|child| child.text()).collect();
    let (verify, body) = (credential.attribute("verify").unwrap_or_default().trim(), body.trim());
    let text = match (verify, body) {
        ("", "") => return Err(BakeError::Media),
        ("", body) => body,
        (verify, "") => verify,
        _ => return Err(BakeError::Media),
    };
    if text.len() > MAX_CREDENTIAL { Err(BakeError::TooLarge) } else { Ok(text.to_owned()) }
}

/// The element for a credential; `namespace` is its own declaration, when it needs one.
fn element(credential: &str, namespace: &str) -> Result<String, BakeError> {
    let credential = credential.trim();
    if !credential.starts_with('{') {
        if !credential.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)) {
            return Err(BakeError::Media);
        }
        return Ok(format!("<openbadges:credential{namespace} verify=\"{credential}\"></openbadges:credential>"));
    }
    // Where XML cannot carry a character, JSON can say it otherwise: all of these stand in strings, or are white space.
    let json = credential.replace("]]>", "]]\\u003e").replace('\r', " ").replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff");
    if json.chars().any(|c| c < ' ' && c != '\n' && c != '\t') {
        return Err(BakeError::Media);
    }
    Ok(format!("<openbadges:credential{namespace}><![CDATA[{json}]]></openbadges:credential>"))
}

/// The root's opening tag.
struct Opening {
    /// Behind its name.
    name_end: usize,
    /// Before `>` or `/>`.
    end: usize,
    /// Behind it.
    after: usize,
    /// Whether it is `/>`.
    closed: bool,
}

/// Finds the parts of the tag that begins at `start`, in text that is well-formed.
fn opening_tag(text: &str, start: usize) -> Option<Opening> {
    let tag = text.get(start..)?;
    let name_end = start + tag.find([' ', '\t', '\r', '\n', '/', '>'])?;
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None, b'>') => {
                let closed = tag.get(..at)?.ends_with('/');
                return Some(Opening { name_end, end: start + at - usize::from(closed), after: start + at + 1, closed });
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" aria-label="a > b"><circle r="1"/></svg>"#;

    fn baked(image: &str, credential: &str) -> String {
        String::from_utf8(svg_bake(image.as_bytes(), credential).unwrap()).unwrap()
    }

    fn unbaked(image: &str) -> Option<String> {
        svg_unbake(image.as_bytes()).unwrap()
    }

    #[test]
    fn baking_twice_replaces() {
        assert_eq!(unbaked(PLAIN), None);
        let first = baked(PLAIN, "a.b.c");
        assert_eq!(
            first,
            PLAIN.replacen("<svg", "<svg xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\"", 1).replacen(
                "<circle",
                "<openbadges:credential verify=\"a.b.c\"></openbadges:credential><circle",
                1
            )
        );
        assert_eq!(unbaked(&first).as_deref(), Some("a.b.c"));
        let second = baked(&first, r#"{"a":"é ]]> & <"}"#);
        assert_eq!(second.matches("openbadges:credential").count(), 2);
        assert_eq!(second.matches("xmlns:openbadges").count(), 1);
        let read: serde_json::Value = serde_json::from_str(&unbaked(&second).unwrap()).unwrap();
        assert_eq!(read, serde_json::json!({"a": "é ]]> & <"}));
        assert_eq!(baked(&second, "a.b.c"), first);
    }

    #[test]
    fn every_shape_of_root() {
        for image in [
            r#"<svg xmlns="http://www.w3.org/2000/svg"/>"#,
            r#"<s:svg xmlns:s='http://www.w3.org/2000/svg'></s:svg>"#,
            r#"<s:svg xmlns:s='http://www.w3.org/2000/svg' />"#,
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- <svg> --><!DOCTYPE svg>\n<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n",
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><!-- a --></svg>"#,
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"><openbadges:assertion/></svg>"#,
            r#"<svg xmlns="http://www.w3.org/2000/svg"><x:credential xmlns:x="https://purl.imsglobal.org/ob/v3p0" verify="x.y.z"/><g/></svg>"#,
        ] {
            for credential in ["a.b.c", "{\"a\": 1}"] {
                assert_eq!(unbaked(&baked(image, credential)).as_deref(), Some(credential), "{image}");
            }
        }
    }

    #[test]
    fn one_credential_at_its_place() {
        let with =
            |inner: &str| format!(r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="https://purl.imsglobal.org/ob/v3p0">{inner}</svg>"#);
        assert_eq!(unbaked(&with("<o:credential> <![CDATA[ {} ]]> </o:credential>")).as_deref(), Some("{}"));
        for bad in [
            "<o:credential verify='a.b.c'/><o:credential verify='a.b.c'/>",
            "<g><o:credential verify='a.b.c'/></g>",
            "<o:credential/>",
            "<o:credential verify='a.b.c'>{}</o:credential>",
            "<o:credential><g/></o:credential>",
        ] {
            assert_eq!(svg_unbake(with(bad).as_bytes()), Err(BakeError::Media), "{bad}");
        }
        let long = format!("<o:credential>{{{}}}</o:credential>", "a".repeat(MAX_CREDENTIAL));
        assert_eq!(svg_unbake(with(&long).as_bytes()), Err(BakeError::TooLarge));
        let old = r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="http://openbadges.org"><o:assertion verify="a.b.c"/></svg>"#;
        assert_eq!(svg_unbake(old.as_bytes()), Err(BakeError::OlderVersion));
        assert_eq!(svg_bake(PLAIN.as_bytes(), "a b"), Err(BakeError::Media));
    }

    #[test]
    fn documents_that_are_no_pictures() {
        let laughs = "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
        for bad in [
            "",
            "<",
            "<svg/>",
            "<svg xmlns='http://www.w3.org/2000/svg'>",
            "<html xmlns='http://www.w3.org/1999/xhtml'/>",
            &format!("{laughs}{PLAIN}"),
            &format!("<!DOCTYPE svg SYSTEM \"https://a.example/d.dtd\">{PLAIN}"),
            &format!("<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x\" [ ]>{PLAIN}"),
            &PLAIN.replace("<circle", "&a;<circle"),
            &format!("<?xml version='1.0' encoding='UTF-16'?>{PLAIN}"),
        ] {
            assert_eq!(svg_unbake(bad.as_bytes()), Err(BakeError::Media), "{bad}");
        }
        let many = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}</svg>", "<g/>".repeat(100_001));
        assert_eq!(svg_unbake(many.as_bytes()), Err(BakeError::TooLarge));
        let attributes: String = (0..129).map(|n| format!(" a{n}='!--'")).collect();
        let wide = format!("<svg xmlns='http://www.w3.org/2000/svg'><!-- it's --><![CDATA[<a b='c]]><g{attributes}/></svg>");
        assert_eq!(svg_unbake(wide.as_bytes()), Err(BakeError::TooLarge));
        assert_eq!(svg_unbake(wide.replace(" a128='!--'", "").as_bytes()), Ok(None));
        let named: String = (0..256).map(|n| format!("<g xmlns:a{n}='b'>")).collect();
        let named = format!("<svg xmlns='http://www.w3.org/2000/svg'>{named}{}</svg>", "</g>".repeat(256));
        assert_eq!(svg_unbake(named.as_bytes()), Err(BakeError::TooLarge));
        let deep = format!("<svg xmlns='http://www.w3.org/2000/svg'>{}{}</svg>", "<g>".repeat(90_000), "</g>".repeat(90_000));
        assert!(svg_unbake(deep.as_bytes()).is_ok());
    }
}
