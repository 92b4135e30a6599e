//! Small charts as inline SVG: classes and presentation attributes only, with a title and a description; a table stands beside each.

use std::fmt::Write as _;

use crate::Lang;
use crate::head::number;
use crate::overview::LoadRow;
use crate::text::{Html, escape};

const WIDE: f64 = 328.0;
const ROW: usize = 58;

/// Bars of valid study load, one for each level, a piece for each credential. All rows must have one unit.
pub fn study_load(lang: Lang, rows: &[LoadRow]) -> Html {
    let most = rows.iter().map(total).fold(0.0, f64::max);
    if most <= 0.0 {
        return Html::default();
    }
    let scale = most * 1.5; // leave room: a full bar would look finished
    let mut out = format!("<svg viewBox=\"0 0 328 {}\" role=\"img\" aria-labelledby=\"ct cd\"><title id=\"ct\">", rows.len() * ROW - 12);
    out.push_str(lang.pick("Je geldige studielast per niveau", "Your valid study load by level"));
    let _infallible = write!(out, "</title><desc id=\"cd\">{}</desc>", escape(&described(lang, rows)));
    for (at, row) in rows.iter().enumerate() {
        let y = at * ROW;
        let _infallible = write!(
            out,
            "<text class=\"c-s\" x=\"0\" y=\"{}\">{}</text><text class=\"c-t\" x=\"328\" y=\"{}\" text-anchor=\"end\">{}\u{a0}{}</text>\
             <rect class=\"c-2\" x=\"0\" y=\"{}\" width=\"328\" height=\"22\"/>",
            y + 13,
            escape(&level(lang, row)),
            y + 13,
            number(lang, total(row)),
            row.unit.words(lang),
            y + 20,
        );
        let mut x = 0.0;
        for (_, amount) in &row.parts {
            let wide = amount / scale * WIDE;
            let _infallible =
                write!(out, "<rect class=\"c-1\" x=\"{x:.1}\" y=\"{}\" width=\"{:.1}\" height=\"22\"/>", y + 20, (wide - 2.0).max(1.0));
            if wide > 30.0 {
                let _infallible = write!(out, "<text class=\"c-w\" x=\"{:.1}\" y=\"{}\">{}</text>", x + 8.0, y + 36, number(lang, *amount));
            }
            x += wide;
        }
    }
    out.push_str("</svg>");
    Html(out)
}

/// The sum of a row.
pub(crate) fn total(row: &LoadRow) -> f64 {
    row.parts.iter().map(|(_, amount)| amount).sum()
}

/// The level of a row in words.
pub(crate) fn level(lang: Lang, row: &LoadRow) -> String {
    row.level.clone().unwrap_or_else(|| lang.pick("Zonder niveau", "No level").to_owned())
}

fn described(lang: Lang, rows: &[LoadRow]) -> String {
    let mut out = String::new();
    for row in rows {
        let parts: Vec<String> =
            row.parts.iter().map(|(title, amount)| format!("{} ({})", title.get(lang), number(lang, *amount))).collect();
        let _infallible = write!(
            out,
            "{}: {}\u{a0}{}, {} {}. ",
            level(lang, row),
            number(lang, total(row)),
            row.unit.words(lang),
            lang.pick("uit", "from"),
            parts.join(", ")
        );
    }
    out.trim_end().to_owned()
}

/// The scale of a qualification framework from 1 to 8 with one level marked.
pub fn level_scale(lang: Lang, figure: u8) -> Html {
    let label = match lang {
        Lang::Nl => format!("Niveau\u{a0}{figure} van 8 in het kwalificatieraamwerk"),
        Lang::En => format!("Level\u{a0}{figure} of 8 in the qualifications framework"),
    };
    let mut out = format!("<svg viewBox=\"0 0 328 58\" role=\"img\" aria-label=\"{}\">", escape(&label));
    for at in 1..=8_u8 {
        let x = f32::from(at - 1) * 41.0;
        let (body, word) = if at == figure { ("c-1", "c-w") } else { ("c-2", "c-t") };
        let _infallible = write!(
            out,
            "<rect class=\"{body}\" x=\"{x}\" y=\"0\" width=\"38\" height=\"30\"/><text class=\"{word}\" x=\"{}\" y=\"20\" text-anchor=\"middle\">{at}</text>",
            x + 19.0
        );
        if at == figure {
            let _infallible = write!(out, "<path class=\"c-1\" d=\"M{} 38h12l-6-6z\"/>", x + 13.0);
            let anchor = match at {
                1 => ("start", x),
                8 => ("end", x + 38.0),
                _ => ("middle", x + 19.0),
            };
            let _infallible =
                write!(out, "<text class=\"c-s\" x=\"{}\" y=\"53\" text-anchor=\"{}\">{}</text>", anchor.1, anchor.0, comparable(lang, at));
        }
    }
    out.push_str("</svg>");
    Html(out)
}

/// What stands at a level of the scale in Dutch education, to explain the scale; it says nothing about the credential.
pub fn comparable(lang: Lang, figure: u8) -> &'static str {
    match (figure, lang) {
        (1, _) => "mbo 1",
        (2, _) => "mbo 2",
        (3, _) => "mbo 3",
        (4, _) => "mbo 4",
        (5, _) => "associate degree",
        (6, _) => "bachelor",
        (7, _) => "master",
        (8, Lang::Nl) => "doctoraat",
        (8, Lang::En) => "doctorate",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Text;
    use crate::head::Unit;

    #[test]
    fn a_bar_says_in_words_what_it_draws() {
        let rows = [LoadRow {
            level: Some("NLQF\u{a0}6".to_owned()),
            unit: Unit::Ec,
            parts: vec![(Text::same("A & B"), 5.0), (Text::same("C"), 2.5)],
        }];
        let svg = study_load(Lang::Nl, &rows).0;
        assert!(svg.contains("NLQF\u{a0}6: 7,5\u{a0}EC, uit A &amp; B (5), C (2,5).") && svg.contains("role=\"img\""), "{svg}");
        assert!(study_load(Lang::Nl, &[]).0.is_empty());
    }

    #[test]
    fn the_scale_marks_one_level() {
        let svg = level_scale(Lang::En, 6).0;
        assert_eq!(svg.matches("class=\"c-1\" x=").count(), 1);
        assert!(svg.contains("bachelor"));
    }
}
