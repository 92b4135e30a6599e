//! Query strings and form bodies in which no parameter may come twice (RFC 6749 section 3.1).

use std::collections::BTreeMap;

/// Parameters of a query string or an `application/x-www-form-urlencoded` body.
#[derive(Clone, Default)]
pub struct Params(BTreeMap<String, String>);

/// A parameter came twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a parameter came twice")]
pub struct Repeated;

impl Params {
    /// Reads a query string or a form body. A parameter without a value counts as absent.
    ///
    /// # Errors
    /// [`Repeated`] when a parameter comes twice.
    pub fn parse(text: &str) -> Result<Self, Repeated> {
        let mut found = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
            if found.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(Repeated);
            }
        }
        found.retain(|_, value| !value.is_empty());
        Ok(Self(found))
    }

    /// The value of a parameter.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Takes the value of a parameter out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }

    /// All parameters, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Writes parameters as a form body, in the given order.
pub fn encode<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_comes_once() {
        assert_eq!(Params::parse("scope=a&scope=b").err(), Some(Repeated));
        let params = Params::parse("a=1+2%263&b=").unwrap();
        assert_eq!(params.text("a"), Some("1 2&3"));
        assert_eq!(params.text("b"), None);
    }
}
