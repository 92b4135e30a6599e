//! The invented world that all sandbox peers share: people, institutions, what they studied, and when.

mod catalogue;
pub(crate) mod document;
mod history;
pub(crate) mod record;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use uuid::Builder;
use vc::encoding::{b64url, sha256};

use record::Record;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// How far before the present the demo's clock starts, in days.
pub const HISTORY_DAYS: i64 = 400;

/// People, institutions and their associations. Everything is a function of a start time and a seed, so a demo that is started again
/// over the same data finds the same world.
pub struct World {
    seed: [u8; 32],
    personas: Vec<Persona>,
    institutions: Vec<Institution>,
}

/// Somebody who can sign in at the sandbox eduID.
pub struct Persona {
    /// Value of the button on the login page, such as `samira`.
    pub id: &'static str,
    /// First name.
    pub given_name: &'static str,
    /// Such as `de`, or empty.
    pub surname_prefix: &'static str,
    /// Surname without prefix.
    pub surname: &'static str,
    /// Full-date.
    pub birth_date: &'static str,
    /// Learner or staff, and where.
    pub kind: PersonaKind,
}

/// What a persona is.
pub enum PersonaKind {
    /// A learner, known at these institutions (slugs).
    Learner(&'static [&'static str]),
    /// Staff of one institution.
    Staff {
        /// Slug of the institution.
        institution: &'static str,
        /// May approve what others prepared.
        approver: bool,
    },
}

impl Persona {
    /// Prefix and surname.
    pub fn family_name(&self) -> String {
        if self.surname_prefix.is_empty() { self.surname.to_owned() } else { format!("{} {}", self.surname_prefix, self.surname) }
    }

    /// First and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name())
    }

    /// Whether this is staff of an institution.
    pub fn is_staff_of(&self, slug: &str) -> bool {
        matches!(self.kind, PersonaKind::Staff { institution, .. } if institution == slug)
    }
}

/// An institution with its OOAPI endpoint. No `Debug`: it holds the endpoint's credentials.
pub struct Institution {
    /// Path segment and eduID service name, such as `hogeschool-voorbeeld`.
    pub slug: &'static str,
    /// Dutch name.
    pub name_nl: &'static str,
    /// English name.
    pub name_en: &'static str,
    /// `higher professional education` or `secondary vocational education`.
    pub sector: &'static str,
    /// BRIN, invented.
    pub brin: &'static str,
    /// Home domain, under `.example`.
    pub schac_home: &'static str,
    /// City.
    pub city: &'static str,
    /// Basic user of the OOAPI endpoint, also its OAuth2 client id.
    pub user: String,
    /// Its password, also the OAuth2 client secret.
    pub password: String,
    pub(crate) catalogue: document::Catalogue,
    pub(crate) records: Mutex<BTreeMap<String, Record>>,
}

/// One association as the demo's description file lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociationNote {
    /// `associationId`.
    pub id: String,
    /// Persona, or none for a student who cannot sign in here.
    pub persona: Option<&'static str>,
    /// Code of the course or programme, such as `data-analyse-basis`.
    pub about: String,
    /// The result's state (`completed passed`, `in progress` …), or the association's when there is no result.
    pub state: String,
}

impl World {
    /// The demo's world. `start`: Unix seconds at which its history begins, [`HISTORY_DAYS`] before the present.
    /// `seed`: whatever makes identifiers and passwords of this world its own.
    pub fn demo(start: i64, seed: [u8; 32]) -> Self {
        let institutions = catalogue::INSTITUTIONS.iter().map(|about| history::institution(about, start, &seed)).collect();
        Self { seed, personas: history::personas(), institutions }
    }

    /// Everybody who can sign in.
    pub fn personas(&self) -> &[Persona] {
        &self.personas
    }

    /// One persona.
    pub fn persona(&self, id: &str) -> Option<&Persona> {
        self.personas.iter().find(|persona| persona.id == id)
    }

    /// All institutions.
    pub fn institutions(&self) -> &[Institution] {
        &self.institutions
    }

    /// One institution.
    pub fn institution(&self, slug: &str) -> Option<&Institution> {
        self.institutions.iter().find(|institution| institution.slug == slug)
    }

    /// The eduID value of a persona for a service. All clients and the OOAPI data of one institution are one service, named by its slug;
    /// every other service, such as `wallet`, has another value.
    pub fn eduid(&self, persona: &str, service: &str) -> Option<String> {
        self.persona(persona).map(|persona| eduid(&self.seed, persona.id, service))
    }

    /// `sub` of a persona for one client: pairwise.
    pub(crate) fn subject(&self, persona: &str, client_id: &str) -> String {
        b64url(derive(&self.seed, &["sub", persona, client_id]))
    }

    /// Times at which something changes at an institution, in order. A clock that jumps over several of them only sees the last.
    pub fn milestones(&self) -> Vec<i64> {
        let mut times: Vec<i64> = self.institutions.iter().flat_map(Institution::milestones).collect();
        times.sort_unstable();
        times.dedup();
        times
    }
}

impl Institution {
    /// Path of the v5 endpoint on the institutions' server, without trailing slash.
    pub fn path(&self) -> String {
        format!("/ooapi/{}/v5", self.slug)
    }

    /// The associations that exist at `now`, also those that others wrote since.
    pub fn associations(&self, now: i64) -> Vec<AssociationNote> {
        self.locked(|records| records.values().filter_map(|record| record.note(now)).collect())
    }

    /// The document of one association at `now`, as served unexpanded.
    pub fn association(&self, id: &str, now: i64) -> Option<Value> {
        self.locked(|records| records.get(id).and_then(|record| record.at(now)).cloned())
    }

    /// Codes of the courses that this institution offers, with Dutch and English name.
    pub fn courses(&self) -> Vec<(&'static str, &'static str, &'static str)> {
        self.catalogue.about.courses.iter().map(|course| (course.code, course.name.0, course.name.1)).collect()
    }

    /// The persona behind a `personId`, if that person can sign in.
    pub(crate) fn persona_of(&self, person: &str) -> Option<&'static str> {
        history::personas().into_iter().map(|persona| persona.id).find(|id| self.catalogue.id(&["person", id]) == person)
    }

    /// Code of the course or programme of an offering.
    pub(crate) fn about(&self, offering: &str) -> String {
        let offering = self.catalogue.offerings.get(offering);
        let course = offering.and_then(|it| it.get("course")).and_then(Value::as_str).and_then(|id| self.catalogue.courses.get(id));
        let code = course.and_then(|it| it.pointer("/primaryCode/code")).and_then(Value::as_str);
        code.unwrap_or(self.catalogue.about.programme.code).to_owned()
    }

    fn milestones(&self) -> Vec<i64> {
        self.locked(|records| records.values().flat_map(Record::times).collect())
    }

    pub(crate) fn locked<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Record>) -> T) -> T {
        act(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

pub(crate) fn eduid(seed: &[u8; 32], person: &str, service: &str) -> String {
    uuid(seed, &["eduid", person, service])
}

pub(crate) fn derive(seed: &[u8; 32], parts: &[&str]) -> [u8; 32] {
    let mut input = seed.to_vec();
    for part in parts {
        input.push(0);
        input.extend_from_slice(part.as_bytes());
    }
    sha256(&input)
}

/// A UUID in version 4's form that is always the same for the same seed and names.
pub(crate) fn uuid(seed: &[u8; 32], parts: &[&str]) -> String {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(derive(seed, parts)) {
        *to = from;
    }
    Builder::from_random_bytes(bytes).into_uuid().to_string()
}
