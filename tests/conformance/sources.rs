//! Reads Rust sources as the compiler does, from a crate's root through its `mod` items, and finds the test functions in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Item};

/// A function that is, or could be, a test.
#[derive(Clone, Default)]
pub(crate) struct Function {
    /// Whether the test harness runs it.
    pub(crate) runs: bool,
    /// Why it does not always run, or does not fail when it should.
    pub(crate) excuse: Option<&'static str>,
    /// Its body.
    pub(crate) body: TokenStream,
}

/// Functions by their full names.
#[derive(Default)]
pub(crate) struct Sources(BTreeMap<String, Function>);

/// Where modules are that a file names: beside it, or in a folder called as it is.
struct Place {
    folder: PathBuf,
}

impl Sources {
    /// Reads a crate. Its name stands before every function's.
    pub(crate) fn read(&mut self, name: &str, root: &Path) {
        let folder = root.parent().unwrap().to_path_buf();
        self.file(name, root, &Place { folder }, None);
    }

    /// Reads a text as if it were a crate of one file.
    #[cfg(test)]
    pub(crate) fn of(name: &str, text: &str) -> Self {
        let mut sources = Self::default();
        sources.items(name, syn::parse_file(text).unwrap().items, &Place { folder: PathBuf::new() }, None);
        sources
    }

    /// A function, by its full name.
    pub(crate) fn find(&self, name: &str) -> Option<&Function> {
        self.0.get(name)
    }

    /// The full names of functions that the harness runs.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, function)| function.runs).map(|(name, _)| name.as_str())
    }

    /// The body of a function with those of its module that it calls.
    pub(crate) fn with_called(&self, name: &str) -> TokenStream {
        let mut whole = self.find(name).map(|function| function.body.clone()).unwrap_or_default();
        let (module, _) = name.rsplit_once("::").unwrap_or_default();
        let said: BTreeSet<String> = crate::check::words(whole.clone()).into_iter().collect();
        let called = said.iter().filter_map(|word| self.find(&format!("{module}::{word}")));
        let bodies: Vec<TokenStream> = called.map(|function| function.body.clone()).collect();
        whole.extend(bodies);
        whole
    }

    fn file(&mut self, path: &str, file: &Path, place: &Place, excuse: Option<&'static str>) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.items(path, parsed.items, place, excuse);
    }

    fn items(&mut self, path: &str, items: Vec<Item>, place: &Place, excuse: Option<&'static str>) {
        let mut listed = Vec::new();
        for item in items {
            match item {
                Item::Fn(function) => {
                    let own = excuses(&function.attrs).or(excuse);
                    let runs = function.attrs.iter().any(is_test);
                    let found = Function { runs, excuse: own, body: function.block.to_token_stream() };
                    self.0.insert(format!("{path}::{}", function.sig.ident), found);
                }
                Item::Macro(call) if call.mac.path.is_ident("on_each_database") => listed.extend(words(call.mac.tokens)),
                Item::Mod(module) => self.module(path, module, place, excuse),
                _ => {}
            }
        }
        for name in listed {
            if let Some(function) = self.0.get_mut(&format!("{path}::{name}")) {
                function.runs = true;
            }
        }
    }

    fn module(&mut self, path: &str, module: syn::ItemMod, place: &Place, excuse: Option<&'static str>) {
        let (name, inner) = (module.ident.to_string(), format!("{path}::{}", module.ident));
        let excuse = excuses(&module.attrs).or(excuse);
        let folder = place.folder.join(&name);
        if let Some((_, items)) = module.content {
            return self.items(&inner, items, &Place { folder }, excuse);
        }
        let beside = place.folder.join(format!("{name}.rs"));
        let file = if beside.is_file() { beside } else { folder.join("mod.rs") };
        self.file(&inner, &file, &Place { folder }, excuse);
    }
}

fn is_test(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "test")
}

/// Why a test under these attributes does not always run and count.
fn excuses(attributes: &[Attribute]) -> Option<&'static str> {
    attributes.iter().find_map(|attribute| {
        let path = attribute.path();
        match attribute.meta.to_token_stream().to_string().replace(' ', "").as_str() {
            "cfg(test)" => None,
            _ if path.is_ident("ignore") => Some("is ignored"),
            _ if path.is_ident("cfg") || path.is_ident("cfg_attr") => Some("is there under a condition only"),
            _ if path.is_ident("should_panic") => Some("passes when it panics"),
            _ if path.is_ident("path") => Some("lies in a file that its name does not tell"),
            _ => None,
        }
    })
}

/// The words of a list.
fn words(tokens: TokenStream) -> Vec<String> {
    let word = |token| if let TokenTree::Ident(word) = token { Some(word.to_string()) } else { None };
    tokens.into_iter().filter_map(word).collect()
}
