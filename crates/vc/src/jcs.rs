//! JSON Canonicalization Scheme (RFC 8785): one text for one value.

use serde_json::{Number, Value};

/// A value that the scheme has no text for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JcsError {
    /// A number that an IEEE 754 double does not hold: rounding it would sign another number than the one that stands there.
    #[error("a number that JSON programs do not agree on")]
    Number,
}

/// The canonical text of `value`: no white space, members sorted by UTF-16 code units, numbers as ECMAScript writes them.
pub fn canonical(value: &Value) -> Result<String, JcsError> {
    let mut out = String::new();
    write(value, &mut out)?;
    Ok(out)
}

fn write(value: &Value, out: &mut String) -> Result<(), JcsError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(ryu_js::Buffer::new().format_finite(double(number)?)),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out)?;
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (at, (name, value)) in sorted.into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(value, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// The double of a number; integers that no double equals are refused (RFC 8785 section 3.2.2.3, I-JSON).
pub(crate) fn double(number: &Number) -> Result<f64, JcsError> {
    let value = number.as_f64().filter(|value| value.is_finite()).ok_or(JcsError::Number)?;
    let exact = match (number.as_u64(), number.as_i64()) {
        (Some(n), _) => same(u128::from(n), value),
        (None, Some(n)) => same(u128::from(n.unsigned_abs()), -value),
        (None, None) => true,
    };
    if exact { Ok(value) } else { Err(JcsError::Number) }
}

/// Whether the double is exactly this integer, whose magnitude fits 64 bits, or the integer is how ECMAScript writes that double:
/// the canonical form of a document is read as that document.
fn same(integer: u128, double: f64) -> bool {
    let written = integer.to_string();
    format!("{double:.0}") == written || ryu_js::Buffer::new().format_finite(double) == written
}

fn write_text(text: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                let code = c as usize;
                out.extend([code >> 4, code & 15].into_iter().filter_map(|digit| HEX.get(digit)));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(json: &str) -> String {
        canonical(&serde_json::from_str(json).unwrap()).unwrap()
    }

    /// RFC 8785 section 3.2.2: sorting, strings and numbers in one example.
    #[test]
    fn the_example_of_the_rfc() {
        let input = r#"{
            "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
            "literals": [null, true, false]
        }"#;
        let output =
            r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
        assert_eq!(text(input), output);
    }

    /// What no 64 bits hold is a double when it is read, and its text is read as the same double.
    #[test]
    fn a_canonical_number_is_its_own_canonical_form() {
        for written in
            ["18446744053709551616", "18446744073709551616", "-9223372036854774784", "-9223372036854775809", "9007199254740993.0", "1e21"]
        {
            let once = text(written);
            assert_eq!(text(&once), once);
        }
    }

    /// A reader that is one unit off would canonicalise another number than the signer did.
    #[test]
    fn numbers_are_read_as_ecmascript_reads_them() {
        for (written, expected) in [
            ("5999999999999999999999999999999999999999999999999999999999999999999999", "6e+69"),
            ("1.7976931348623157e308", "1.7976931348623157e+308"),
            ("2.2250738585072011e-308", "2.225073858507201e-308"),
        ] {
            assert_eq!(text(written), expected);
        }
    }

    /// RFC 8785 section 3.2.3.
    #[test]
    fn members_are_sorted_by_code_units() {
        let input = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
            "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
        let value: Value = serde_json::from_str(&text(input)).unwrap();
        let expected = [
            "Carriage Return",
            "One",
            "Control",
            "Latin Small Letter O With Diaeresis",
            "Euro Sign",
            "Emoji: Grinning Face",
            "Hebrew Letter Dalet With Dagesh",
        ];
        let places: Vec<_> = expected.iter().map(|name| text(input).find(name).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
        assert_eq!(value.as_object().unwrap().len(), expected.len());
    }

    /// RFC 8785 appendix B.
    #[test]
    fn numbers_as_ecmascript_writes_them() {
        let table: [(u64, &str); 23] = [
            (0x0000000000000000, "0"),
            (0x8000000000000000, "0"),
            (0x0000000000000001, "5e-324"),
            (0x8000000000000001, "-5e-324"),
            (0x7fefffffffffffff, "1.7976931348623157e+308"),
            (0xffefffffffffffff, "-1.7976931348623157e+308"),
            (0x4340000000000000, "9007199254740992"),
            (0xc340000000000000, "-9007199254740992"),
            (0x4430000000000000, "295147905179352830000"),
            (0x44b52d02c7e14af5, "9.999999999999997e+22"),
            (0x44b52d02c7e14af6, "1e+23"),
            (0x44b52d02c7e14af7, "1.0000000000000001e+23"),
            (0x444b1ae4d6e2ef4e, "999999999999999700000"),
            (0x444b1ae4d6e2ef4f, "999999999999999900000"),
            (0x444b1ae4d6e2ef50, "1e+21"),
            (0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"),
            (0x3eb0c6f7a0b5ed8d, "0.000001"),
            (0x41b3de4355555553, "333333333.3333332"),
            (0x41b3de4355555554, "333333333.33333325"),
            (0x41b3de4355555555, "333333333.3333333"),
            (0x41b3de4355555556, "333333333.3333334"),
            (0x41b3de4355555557, "333333333.33333343"),
            (0xbecbf647612f3696, "-0.0000033333333333333333"),
        ];
        for (bits, expected) in table {
            assert_eq!(canonical(&json!(f64::from_bits(bits))).unwrap(), expected);
        }
        assert_eq!(text("[3.0,-0,1e0,100]"), "[3,0,1,100]");
    }

    #[test]
    fn integers_that_no_double_holds_are_refused() {
        assert_eq!(text("9007199254740992"), "9007199254740992");
        for bad in ["9007199254740993", "-9007199254740993", "18446744073709551615"] {
            assert_eq!(canonical(&serde_json::from_str(bad).unwrap()), Err(JcsError::Number), "{bad}");
        }
    }
}
