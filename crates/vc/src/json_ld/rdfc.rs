//! RDF Dataset Canonicalization (RDFC-1.0) within a budget.
//!
//! The algorithm is exponential for graphs that are built to be so ("dataset poisoning", its section 7.1). Every hash and
//! every step of a permutation is counted here, and the count has an end: refusing does not depend on a clock.

use super::{JsonLdError, MAX_BLANK_NODES};
use aws_lc_rs::digest;
use oxrdf::{GraphName, NamedOrBlankNode, Quad, Term};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

/// Most work for one document. A unit is a hash of about one block, or one step: under a microsecond.
const MAX_WORK: usize = 250_000;
/// Most work for documents that come together: one message holds many of them, and each has several proofs.
const MAX_WORK_TOGETHER: usize = 4 * MAX_WORK;

/// What is left of the work for documents that come together.
#[derive(Debug)]
pub struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(MAX_WORK_TOGETHER))
    }
}

impl Budget {
    fn spend(&self, units: usize) {
        self.0.set(self.0.get().saturating_sub(units));
    }
}

/// The hash inside RDFC-1.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-256, what RDFC-1.0 takes when nothing is said.
    Sha256,
    /// SHA-384, for ECDSA on P-384.
    Sha384,
}

/// The canonical N-Quads of a dataset: a line for each quad, sorted, each once.
pub(super) fn canonical(quads: &[Quad], hash: Hash, budget: &Budget) -> Result<String, JsonLdError> {
    let mut dataset = Dataset::of(quads, hash)?;
    dataset.most = MAX_WORK.min(budget.0.get());
    let named = dataset.spend(quads.len()).and_then(|()| dataset.name_blank_nodes());
    budget.spend(dataset.work);
    named?;
    let label = |blank: usize| dataset.canonical.label(blank).unwrap_or_default();
    let mut lines: Vec<String> = dataset.rows.iter().map(|row| row.line(label)).collect();
    lines.sort_unstable();
    Ok(lines.concat())
}

/// A component of a quad: its N-Quads text, or the number of a blank node.
enum Part {
    Text(String),
    Blank(usize),
}

struct Row {
    subject: Part,
    predicate: String,
    object: Part,
    graph: Option<Part>,
}

impl Row {
    /// The row as a line of N-Quads, blank nodes labelled by `label`.
    fn line(&self, label: impl Fn(usize) -> String) -> String {
        let mut out = String::with_capacity(160);
        let mut put = |part: &Part| match part {
            Part::Text(text) => out.push_str(text),
            Part::Blank(blank) => {
                out.push_str("_:");
                out.push_str(&label(*blank));
            }
        };
        put(&self.subject);
        put(&Part::Text(format!(" {} ", self.predicate)));
        put(&self.object);
        if let Some(graph) = &self.graph {
            put(&Part::Text(" ".into()));
            put(graph);
        }
        out.push_str(" .\n");
        out
    }

    /// The blank nodes of the row with the letter of their place.
    fn blanks(&self) -> impl Iterator<Item = (char, usize)> + '_ {
        [('s', Some(&self.subject)), ('o', Some(&self.object)), ('g', self.graph.as_ref())].into_iter().filter_map(|(place, part)| {
            match part {
                Some(Part::Blank(blank)) => Some((place, *blank)),
                _ => None,
            }
        })
    }
}

/// Issues labels in the order of asking (RDFC-1.0 section 4.6).
#[derive(Clone)]
struct Issuer {
    prefix: &'static str,
    order: Vec<usize>,
    number: HashMap<usize, usize>,
}

impl Issuer {
    fn new(prefix: &'static str) -> Self {
        Self { prefix, order: Vec::new(), number: HashMap::new() }
    }

    fn label(&self, blank: usize) -> Option<String> {
        self.number.get(&blank).map(|number| format!("{}{number}", self.prefix))
    }

    fn issue(&mut self, blank: usize) -> String {
        let next = self.order.len();
        let number = *self.number.entry(blank).or_insert(next);
        if number == next {
            self.order.push(blank);
        }
        format!("{}{number}", self.prefix)
    }
}

struct Dataset {
    rows: Vec<Row>,
    /// The rows of each blank node.
    of_blank: Vec<Vec<usize>>,
    /// Hash First Degree Quads of each blank node.
    first_degree: Vec<String>,
    canonical: Issuer,
    hash: Hash,
    work: usize,
    most: usize,
}

impl Dataset {
    fn of(quads: &[Quad], hash: Hash) -> Result<Self, JsonLdError> {
        let mut numbers = HashMap::new();
        let mut number = |label: &str| {
            let next = numbers.len();
            *numbers.entry(label.to_owned()).or_insert(next)
        };
        // A dataset is a set: what a document says twice counts once.
        let mut seen = HashSet::new();
        let rows: Vec<Row> = quads.iter().filter(|quad| seen.insert(*quad)).map(|quad| row(quad, &mut number)).collect();
        if numbers.len() > MAX_BLANK_NODES {
            return Err(JsonLdError::Limit);
        }
        let mut of_blank = vec![Vec::new(); numbers.len()];
        for (at, row) in rows.iter().enumerate() {
            for (_, blank) in row.blanks() {
                if let Some(rows) = of_blank.get_mut(blank)
                    && rows.last() != Some(&at)
                {
                    rows.push(at);
                }
            }
        }
        Ok(Self { rows, of_blank, first_degree: Vec::new(), canonical: Issuer::new("c14n"), hash, work: 0, most: MAX_WORK })
    }

    fn spend(&mut self, units: usize) -> Result<(), JsonLdError> {
        self.work = self.work.saturating_add(units);
        if self.work > self.most { Err(JsonLdError::Limit) } else { Ok(()) }
    }

    /// Hexadecimal hash of `text`.
    fn digest(&mut self, text: &str) -> Result<String, JsonLdError> {
        self.spend(1 + text.len() / 64)?;
        let algorithm = match self.hash {
            Hash::Sha256 => &digest::SHA256,
            Hash::Sha384 => &digest::SHA384,
        };
        Ok(hex(digest::digest(algorithm, text.as_bytes()).as_ref()))
    }

    /// The canonicalization algorithm (section 4.4.3), up to the labels.
    fn name_blank_nodes(&mut self) -> Result<(), JsonLdError> {
        let mut by_hash: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for blank in 0..self.of_blank.len() {
            let hash = self.hash_first_degree(blank)?;
            by_hash.entry(hash.clone()).or_default().push(blank);
            self.first_degree.push(hash);
        }
        for blanks in by_hash.values() {
            if let [blank] = blanks.as_slice() {
                self.canonical.issue(*blank);
            }
        }
        for blanks in by_hash.values().filter(|blanks| blanks.len() > 1) {
            let mut found = Vec::new();
            for blank in blanks {
                if self.canonical.label(*blank).is_none() {
                    let mut issuer = Issuer::new("b");
                    issuer.issue(*blank);
                    found.push(self.hash_n_degree(*blank, issuer)?);
                }
            }
            found.sort_by(|a, b| a.0.cmp(&b.0));
            for blank in found.iter().flat_map(|(_, issuer)| &issuer.order) {
                self.canonical.issue(*blank);
            }
        }
        Ok(())
    }

    /// Hash First Degree Quads (section 4.7).
    fn hash_first_degree(&mut self, blank: usize) -> Result<String, JsonLdError> {
        let rows = self.of_blank.get(blank).map(Vec::as_slice).unwrap_or_default();
        let label = |other: usize| if other == blank { "a".to_owned() } else { "z".to_owned() };
        let mut lines: Vec<String> = rows.iter().filter_map(|at| self.rows.get(*at)).map(|row| row.line(label)).collect();
        lines.sort_unstable();
        self.digest(&lines.concat())
    }

    /// Hash Related Blank Node (section 4.8).
    fn hash_related(&mut self, related: usize, predicate: &str, issuer: &Issuer, place: char) -> Result<String, JsonLdError> {
        let mut input = String::from(place);
        if place != 'g' {
            input.push_str(predicate);
        }
        match self.canonical.label(related).or_else(|| issuer.label(related)) {
            Some(label) => {
                input.push_str("_:");
                input.push_str(&label);
            }
            None => input.push_str(self.first_degree.get(related).map(String::as_str).unwrap_or_default()),
        }
        self.digest(&input)
    }

    /// Hash N-Degree Quads (section 4.9).
    fn hash_n_degree(&mut self, blank: usize, mut issuer: Issuer) -> Result<(String, Issuer), JsonLdError> {
        let mut input = String::new();
        for (hash, related) in self.related(blank, &issuer)? {
            let mut chosen: Option<(String, Issuer)> = None;
            let mut orders = Permutations::of(related);
            while let Some(order) = orders.next() {
                self.spend(1 + order.len() + issuer.order.len() / 8)?;
                if let Some(found) = self.path(order, issuer.clone(), chosen.as_ref().map(|(path, _)| path.as_str()))? {
                    chosen = Some(found);
                }
            }
            let (path, next) = chosen.ok_or(JsonLdError::Limit)?;
            input.push_str(&hash);
            input.push_str(&path);
            issuer = next;
        }
        Ok((self.digest(&input)?, issuer))
    }

    /// The blank nodes next to `blank`, by the hash of how they stand to it.
    fn related(&mut self, blank: usize, issuer: &Issuer) -> Result<BTreeMap<String, Vec<usize>>, JsonLdError> {
        let mut neighbours = Vec::new();
        for row in self.of_blank.get(blank).into_iter().flatten().filter_map(|at| self.rows.get(*at)) {
            let others = row.blanks().filter(|(_, other)| *other != blank);
            neighbours.extend(others.map(|(place, other)| (place, other, row.predicate.clone())));
        }
        self.spend(neighbours.len())?;
        let mut out: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, other, predicate) in neighbours {
            let hash = self.hash_related(other, &predicate, issuer, place)?;
            out.entry(hash).or_default().push(other);
        }
        Ok(out)
    }

    /// The path of one order of related blank nodes; `None` when it is longer and greater than the best one so far.
    fn path(&mut self, order: &[usize], mut issuer: Issuer, best: Option<&str>) -> Result<Option<(String, Issuer)>, JsonLdError> {
        let worse = |path: &str| best.is_some_and(|best| path.len() >= best.len() && path > best);
        let mut path = String::new();
        let mut deeper = Vec::new();
        for blank in order {
            let label = match self.canonical.label(*blank) {
                Some(label) => label,
                None => {
                    if issuer.label(*blank).is_none() {
                        deeper.push(*blank);
                    }
                    issuer.issue(*blank)
                }
            };
            let _ = write!(path, "_:{label}");
            if worse(&path) {
                return Ok(None);
            }
        }
        for blank in deeper {
            let (hash, next) = self.hash_n_degree(blank, issuer.clone())?;
            let _ = write!(path, "_:{}<{hash}>", issuer.issue(blank));
            issuer = next;
            if worse(&path) {
                return Ok(None);
            }
        }
        Ok((best.is_none_or(|best| path.as_str() < best)).then_some((path, issuer)))
    }
}

/// All orders of a list, one after the other in place (Heap's algorithm).
struct Permutations {
    items: Vec<usize>,
    counters: Vec<usize>,
    at: usize,
    started: bool,
}

impl Permutations {
    fn of(items: Vec<usize>) -> Self {
        Self { counters: vec![0; items.len()], items, at: 0, started: false }
    }

    fn next(&mut self) -> Option<&[usize]> {
        if !self.started {
            self.started = true;
            return Some(&self.items);
        }
        while self.at < self.items.len() {
            let counter = self.counters.get_mut(self.at)?;
            if *counter < self.at {
                let from = if self.at.is_multiple_of(2) { 0 } else { *counter };
                self.items.swap(from, self.at);
                *counter += 1;
                self.at = 0;
                return Some(&self.items);
            }
            *counter = 0;
            self.at += 1;
        }
        None
    }
}

fn row(quad: &Quad, number: &mut impl FnMut(&str) -> usize) -> Row {
    let subject = match &quad.subject {
        NamedOrBlankNode::NamedNode(node) => Part::Text(iri(node.as_str())),
        NamedOrBlankNode::BlankNode(blank) => Part::Blank(number(blank.as_str())),
    };
    let object = match &quad.object {
        Term::NamedNode(node) => Part::Text(iri(node.as_str())),
        Term::BlankNode(blank) => Part::Blank(number(blank.as_str())),
        Term::Literal(value) => Part::Text(literal(value)),
    };
    let graph = match &quad.graph_name {
        GraphName::DefaultGraph => None,
        GraphName::NamedNode(node) => Some(Part::Text(iri(node.as_str()))),
        GraphName::BlankNode(blank) => Some(Part::Blank(number(blank.as_str()))),
    };
    Row { subject, predicate: iri(quad.predicate.as_str()), object, graph }
}

fn iri(text: &str) -> String {
    format!("<{text}>")
}

/// A literal in canonical N-Quads (RDFC-1.0 section 5).
fn literal(value: &oxrdf::Literal) -> String {
    let mut out = String::with_capacity(value.value().len() + 2);
    out.push('"');
    for c in value.value().chars() {
        match c {
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\0'..='\u{1f}' | '\u{7f}' => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    if let Some(language) = value.language() {
        let _ = write!(out, "@{language}");
    } else if value.datatype() != oxrdf::vocab::xsd::STRING {
        let _ = write!(out, "^^{}", iri(value.datatype().as_str()));
    }
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
