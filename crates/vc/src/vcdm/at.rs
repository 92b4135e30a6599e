//! Where in a document a check stands: a JSON Pointer that costs nothing until something is wrong.

use std::fmt;

/// A place in a document, as a chain back to its root.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    before: Option<&'a At<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl At<'static> {
    /// The document itself.
    pub(crate) const ROOT: At<'static> = At { before: None, step: Step::Root };
}

impl<'a> At<'a> {
    /// The member `name` here.
    pub(crate) fn key(&'a self, name: &'a str) -> Self {
        Self { before: Some(self), step: Step::Key(name) }
    }

    /// The element `index` here.
    pub(crate) fn index(&'a self, index: usize) -> Self {
        Self { before: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(before) = self.before {
            before.fmt(f)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Key(name) => write!(f, "/{}", name.replace('~', "~0").replace('/', "~1")),
            Step::Index(index) => write!(f, "/{index}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_json_pointer() {
        assert_eq!(At::ROOT.to_string(), "");
        let subject = At::ROOT.key("credentialSubject");
        let second = subject.index(1);
        assert_eq!(second.key("a/b~c").to_string(), "/credentialSubject/1/a~1b~0c");
    }
}
