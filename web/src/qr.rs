//! QR codes as SVG: always black on white, with the quiet zone of four modules, and never the only way in.

use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder};

use crate::text::{Html, escape};

const QUIET: usize = 4;

/// The code of an address, error correction M, as an inline SVG of class `qr`; nothing when it holds more than a code can.
pub fn svg(address: &str, label: &str) -> Html {
    let Ok(code) = QRBuilder::new(address).ecl(ECL::M).build() else { return Html::default() };
    let side = code.size + 2 * QUIET;
    let mut path = String::new();
    for y in 0..code.size {
        let row = code.data.get(y * code.size..(y + 1) * code.size).unwrap_or_default();
        let mut x = 0;
        while let Some(module) = row.get(x) {
            if !module.value() {
                x += 1;
                continue;
            }
            let run = row.iter().skip(x).take_while(|module| module.value()).count();
            let _infallible = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            x += run;
        }
    }
    Html(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"{}\"><path d=\"{path}\"/></svg>",
        escape(label)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_link_fits_version_4() {
        let html = svg("https://eduwallet.example/s/4KT9W2MZ4KT9W2MZ4KT9W2", "QR").0;
        assert!(html.contains("viewBox=\"0 0 41 41\""), "{html}");
        assert!(!html.contains("style="));
    }

    #[test]
    fn the_finder_pattern_stands_in_the_corner() {
        assert!(svg("https://eduwallet.example/", "QR").0.contains("M4 4h7v1h-7z"));
    }
}
