//! The style sheet, the script and the icons, built in; names carry a hash of the content, so browsers may keep them for good.

use std::sync::LazyLock;

use aws_lc_rs::digest;

const STYLE: &str = concat!(include_str!("../assets/tokens.css"), include_str!("../assets/site.css"), include_str!("../assets/pages.css"));
const SCRIPT: &str = include_str!("../assets/app.js");
/// Of the scan page alone: most visits do without a camera.
const SCAN: &str = include_str!("../assets/scan.js");
const ICONS: &str = include_str!("../assets/icons.svg");
const FAVICON: &str = include_str!("../assets/favicon.svg");

/// A file that every role serves under `/assets/`, unchanged for ever under this name.
#[derive(Clone, Copy, Debug)]
pub struct Asset {
    /// Its bytes.
    pub body: &'static [u8],
    /// Its `Content-Type`.
    pub content_type: &'static str,
}

struct Named {
    path: String,
    asset: Asset,
}

struct Built {
    style: Named,
    script: Named,
    scan: Named,
    favicon: Named,
}

static BUILT: LazyLock<Built> = LazyLock::new(|| Built {
    style: named("site", "css", STYLE, "text/css; charset=utf-8"),
    script: named("app", "js", SCRIPT, "text/javascript; charset=utf-8"),
    scan: named("scan", "js", SCAN, "text/javascript; charset=utf-8"),
    favicon: named("favicon", "svg", FAVICON, "image/svg+xml"),
});

fn named(stem: &str, extension: &str, body: &'static str, content_type: &'static str) -> Named {
    let hash = digest::digest(&digest::SHA256, body.as_bytes());
    let short: String = hash.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Named { path: format!("/assets/{stem}.{short}.{extension}"), asset: Asset { body: body.as_bytes(), content_type } }
}

/// Path of the style sheet, with its hash.
pub fn style_path() -> &'static str {
    &BUILT.style.path
}

/// Path of the script, with its hash.
pub fn script_path() -> &'static str {
    &BUILT.script.path
}

/// Path of the scan page's own script, with its hash.
pub fn scan_path() -> &'static str {
    &BUILT.scan.path
}

/// Path of the picture in the browser's tab.
pub fn favicon_path() -> &'static str {
    &BUILT.favicon.path
}

/// The file at a path such as `/assets/site.0123456789abcdef.css`. Answer it with
/// `Cache-Control: public, max-age=31536000, immutable`; an unknown path is a 404.
pub fn find(path: &str) -> Option<Asset> {
    let built = &*BUILT;
    [&built.style, &built.script, &built.scan, &built.favicon].into_iter().find(|named| named.path == path).map(|named| named.asset)
}

/// Where `layout.html` wants its icons.
const PLACE: &str = "<!--sprite-->";

/// Puts the symbols that a document uses, and no others, where `layout.html` wants them.
pub(crate) fn with_sprite(document: &str) -> String {
    let used: String = symbols().filter(|(name, _)| document.contains(&format!("\"#{name}\""))).map(|(_, symbol)| symbol).collect();
    let sprite = if used.is_empty() { String::new() } else { format!("<svg class=\"sprite\" aria-hidden=\"true\">{used}</svg>") };
    document.replacen(PLACE, &sprite, 1)
}

/// Name and markup of every symbol in `icons.svg`, which has one a line.
fn symbols() -> impl Iterator<Item = (&'static str, &'static str)> {
    ICONS.lines().filter_map(|line| {
        let name = line.strip_prefix("<symbol id=\"")?.split('"').next()?;
        Some((name, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_their_hashed_name_only() {
        assert!(find(style_path()).is_some_and(|asset| asset.content_type.starts_with("text/css")));
        assert!(find(script_path()).is_some() && find(scan_path()).is_some() && find(favicon_path()).is_some());
        assert!(find("/assets/site.css").is_none());
    }

    #[test]
    fn a_document_carries_only_the_icons_it_uses() {
        let document = with_sprite("<!--sprite--><use href=\"#i-ok\"/>");
        assert!(document.contains("id=\"i-ok\"") && !document.contains("i-bin"), "{document}");
        assert_eq!(with_sprite("<!--sprite--><p>"), "<p>");
    }

    #[test]
    fn the_script_stays_small_and_the_style_calls_nobody() {
        assert!(SCRIPT.len() + SCAN.len() <= 15 * 1024);
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}
