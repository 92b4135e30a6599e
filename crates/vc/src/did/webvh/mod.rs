//! `did:webvh` 1.0: a DID whose document is the end of a log that proves itself (identity.foundation/didwebvh/v1.0).
//!
//! [`Log::read`] checks the log entry by entry, [`Log::witnessed`] what its witnesses said, [`Log::resolution`] gives a version.

mod entry;
mod parameters;
mod proof;
mod witness;

use serde_json::{Value, json};
use url::Url;

use self::entry::{Entry, is_hash};
use self::parameters::{Parameters, Witnesses};
use super::web::Place;
use super::{DidError, Document};
use crate::Map;

/// The longest log that is read, in bytes, and in entries. Every entry costs a signature.
const MAX_LOG: usize = 1 << 20;
const MAX_ENTRIES: usize = 2_000;
/// How far ahead the time of an entry may be, in seconds.
const AHEAD: i64 = 300;
/// How a DID of this method begins.
const PREFIX: &str = "did:webvh:";

/// Why a log was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Not JSON lines of the shape of an entry, or too many of them.
    #[error("malformed log")]
    Malformed,
    /// A version of the method that is not known.
    #[error("unknown version of did:webvh")]
    Method,
    /// A parameter that is unknown, of the wrong shape, or not allowed where it stands.
    #[error("parameters of an entry")]
    Parameters,
    /// `updateKeys` are not those that the entry before committed to, or are missing while they must be there.
    #[error("keys that the entry before did not announce")]
    PreRotation,
    /// The list of witnesses names one twice, none, or a threshold that cannot be met.
    #[error("witness parameter")]
    WitnessParameter,
    /// Entry numbers do not count up by one.
    #[error("numbers of entries")]
    Number,
    /// The hash in `versionId` is not that of the entry.
    #[error("hash of an entry")]
    Hash,
    /// The self-certifying identifier is not that of the first entry.
    #[error("SCID of the first entry")]
    Scid,
    /// `state.id` is no DID of this log, or moved although that is not allowed.
    #[error("identifier of a document")]
    Identifier,
    /// `versionTime` is no UTC time, or not after that of the entry before.
    #[error("times of entries")]
    Time,
    /// `versionTime` lies ahead.
    #[error("entry of the future")]
    Future,
    /// The proof is missing, of another suite, by a key that is not authorized, or does not verify.
    #[error("proof of an entry")]
    Proof,
    /// Something was added after the DID was deactivated.
    #[error("entry after the end")]
    Ended,
    /// Not enough witnesses approved.
    #[error("witnesses")]
    Witness,
    /// No entry is of the DID that was asked.
    #[error("log of another DID")]
    Other,
}

impl LogError {
    /// The error of a resolution result: `invalidDid`, or as the published test suite divides it, `invalidParameters` and
    /// `invalidProof`.
    pub fn resolution_error(self) -> &'static str {
        match self {
            Self::Parameters | Self::PreRotation | Self::WitnessParameter => "invalidParameters",
            Self::Proof => "invalidProof",
            _ => "invalidDid",
        }
    }
}

/// The part of a DID that certifies itself, and where its log is.
fn parts(did: &str, allow_localhost: bool) -> Result<(&str, Place), DidError> {
    let name = did.strip_prefix(PREFIX).ok_or(DidError::Method)?;
    let (scid, place) = name.split_once(':').ok_or(DidError::Malformed)?;
    let place = Place::read(place, allow_localhost)?;
    if is_hash(scid) { Ok((scid, place)) } else { Err(DidError::Malformed) }
}

/// The addresses of the log of a DID and of the file of its witnesses.
///
/// # Errors
/// As [`super::web_url`], and [`DidError::Malformed`] when the identifier is not the hash that the method makes.
pub fn addresses(did: &str, allow_localhost: bool) -> Result<[Url; 2], DidError> {
    let (_, place) = parts(did, allow_localhost)?;
    Ok([place.file("did.jsonl")?, place.file("did-witness.json")?])
}

/// Which version of a DID is asked for (section "Reading did:webvh DID URLs").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// The newest.
    Latest,
    /// That with this number, from 1.
    Number(u64),
    /// That with this `versionId`.
    Id(&'a str),
    /// That which was the newest at this time, Unix seconds.
    Time(i64),
}

impl<'a> Which<'a> {
    /// From the query of a DID URL; anything but one of the three parameters of the method is refused.
    fn of_query(query: Option<&'a str>) -> Result<Self, DidError> {
        let Some(query) = query else { return Ok(Self::Latest) };
        match query.split_once('=') {
            _ if query.contains('&') => Err(DidError::Malformed),
            Some(("versionId", id)) => Ok(Self::Id(id)),
            Some(("versionNumber", number)) => number.parse().map(Self::Number).map_err(|_| DidError::Malformed),
            Some(("versionTime", time)) => entry::moment(time).map(Self::Time).map_err(|_| DidError::Malformed),
            _ => Err(DidError::Malformed),
        }
    }
}

/// A log, as far as it holds.
#[derive(Debug, Clone)]
pub struct Log {
    scid: String,
    versions: Vec<Version>,
    fault: Option<LogError>,
}

/// One entry that holds.
#[derive(Debug, Clone)]
struct Version {
    id: String,
    time: i64,
    time_text: String,
    state: Map,
    did: String,
    after: Parameters,
    /// Who must have approved it.
    approval: Approval,
}

/// Whose approval an entry needs.
#[derive(Debug, Clone, Default)]
struct Approval {
    /// The witnesses in force when it was made; with the first list, that list.
    by: Option<Witnesses>,
    /// A shorter list of the same witnesses that the entry brings in. See [`witness::approved`].
    or: Option<Witnesses>,
}

/// What a log says about a DID at one version.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// The DID document, with the services that the method implies.
    pub document: Map,
    /// `didDocumentMetadata` of a resolution result.
    pub metadata: Map,
    /// The DID was ended.
    pub deactivated: bool,
}

impl Log {
    /// Reads `did.jsonl` of a DID and checks every entry: parameters, numbers, times, hashes, keys, proofs. What follows the first
    /// entry that does not hold is not believed; the entries before it can still be asked for.
    ///
    /// # Errors
    /// Why not even the first entry holds, or [`LogError::Other`] when no entry is of this DID.
    pub fn read(did: &str, bytes: &[u8], now: i64) -> Result<Self, LogError> {
        let scid = did.strip_prefix(PREFIX).and_then(|name| name.split(':').next()).ok_or(LogError::Other)?;
        let mut log = Self { scid: scid.to_owned(), versions: Vec::new(), fault: None };
        if bytes.len() > MAX_LOG {
            return Err(LogError::Malformed);
        }
        for (at, line) in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).enumerate() {
            let next = if at < MAX_ENTRIES { log.next(line, now) } else { Err(LogError::Malformed) };
            match next {
                Ok(version) => log.versions.push(version),
                Err(error) => {
                    log.fault = Some(error);
                    break;
                }
            }
        }
        if log.versions.is_empty() {
            return Err(log.fault.unwrap_or(LogError::Malformed));
        }
        if !log.versions.iter().any(|version| version.did == did) {
            return Err(log.fault.unwrap_or(LogError::Other));
        }
        Ok(log)
    }

    /// The next entry, checked in the order of section "Read (Resolve)"; what costs least comes first.
    fn next(&self, line: &[u8], now: i64) -> Result<Version, LogError> {
        let before = self.versions.last();
        let entry = Entry::read(line)?;
        let (change, after) = Parameters::read(&entry.parameters, before.map(|version| &version.after), &self.scid)?;
        entry.check_number(self.versions.len())?;
        let time = entry.time(before.map(|version| version.time), now, AHEAD)?;
        let did = entry.identifier(&self.scid, before.map(|version| (version.did.as_str(), after.portable)))?;
        if before.is_none() {
            entry.check_scid(&self.scid)?;
        }
        entry.check_hash(before.map_or(self.scid.as_str(), |version| version.id.as_str()))?;
        let keys = match before {
            // With pre-rotation an entry is signed by the keys that it brings, without by those before it.
            Some(version) if version.after.next_key_hashes.is_empty() => &version.after.update_keys,
            _ => &after.update_keys,
        };
        entry.check_proofs(keys, now)?;
        let in_force = before.and_then(|version| version.after.witness.clone());
        let approval = match in_force {
            None => Approval { by: after.witness.clone(), or: None },
            Some(by) => Approval { or: change.witness.filter(|list| list.is_part_of(&by)), by: Some(by) },
        };
        Ok(Version { id: entry.id, time, time_text: entry.time, state: entry.state, did, after, approval })
    }

    /// Whether the file of the witnesses is needed.
    pub fn needs_witnesses(&self) -> bool {
        self.versions.iter().any(|version| version.approval.by.is_some())
    }

    /// Checks what the witnesses said, from `did-witness.json` (none when it was not there): what was not approved is not believed.
    ///
    /// # Errors
    /// [`LogError::Witness`] when not even the first entry was approved.
    pub fn witnessed(mut self, file: Option<&[u8]>, now: i64) -> Result<Self, LogError> {
        let ids: Vec<&str> = self.versions.iter().map(|version| version.id.as_str()).collect();
        let approvals: Vec<&Approval> = self.versions.iter().map(|version| &version.approval).collect();
        let holds = witness::approved(&ids, &approvals, file, now);
        if holds < self.versions.len() {
            self.versions.truncate(holds);
            self.fault = Some(LogError::Witness);
        }
        if self.versions.is_empty() { Err(LogError::Witness) } else { Ok(self) }
    }

    /// A version of the DID.
    ///
    /// # Errors
    /// Why the log does not hold, when the version asked is the newest or lies behind the fault; [`DidError::NotFound`] when there
    /// is no such version.
    pub fn resolution(&self, which: Which<'_>) -> Result<Resolution, DidError> {
        let found = match which {
            Which::Latest => self.versions.len().checked_sub(1).filter(|_| self.fault.is_none()),
            Which::Number(number) => usize::try_from(number).ok().and_then(|number| number.checked_sub(1)),
            Which::Id(id) => self.versions.iter().position(|version| version.id == id),
            Which::Time(time) => {
                let at = self.versions.iter().rposition(|version| version.time <= time);
                // Behind the last entry that holds nobody knows what was.
                at.filter(|at| self.fault.is_none() || at + 1 < self.versions.len())
            }
        };
        let missing = self.fault.map_or(DidError::NotFound, DidError::Log);
        let missing = if which == Which::Number(0) { DidError::NotFound } else { missing };
        let version = found.and_then(|at| self.versions.get(at)).ok_or(missing)?;
        let (first, last) = (self.versions.first().unwrap_or(version), self.versions.last().unwrap_or(version));
        let number = found.map_or(0, |at| at + 1);
        let metadata = json!({
            "versionId": version.id, "versionNumber": number, "versionTime": version.time_text,
            "created": first.time_text, "updated": last.time_text, "scid": self.scid,
            "portable": last.after.portable, "deactivated": last.after.deactivated,
        });
        let metadata = metadata.as_object().cloned().unwrap_or_default();
        Ok(Resolution { document: with_services(version)?, metadata, deactivated: last.after.deactivated })
    }
}

/// The document with the services that every DID of this method has, unless it says otherwise itself (section "DID URL Handling").
fn with_services(version: &Version) -> Result<Map, DidError> {
    let address = parts(&version.did, true)?.1.address()?;
    let mut document = version.state.clone();
    let services = document.entry("service").or_insert_with(|| json!([]));
    let services = services.as_array_mut().ok_or(DidError::Document)?;
    let said = |services: &[Value], fragment: &str| {
        let own = |id: &str| id == fragment || id.strip_prefix(&version.did) == Some(fragment);
        services.iter().any(|service| service.get("id").and_then(Value::as_str).is_some_and(own))
    };
    if !said(services, "#files") {
        services.push(json!({"id": "#files", "type": "relativeRef", "serviceEndpoint": address}));
    }
    if !said(services, "#whois") {
        services.push(json!({
            "@context": "https://identity.foundation/linked-vp/contexts/v1", "id": "#whois",
            "type": "LinkedVerifiablePresentation", "serviceEndpoint": format!("{address}/whois.vp"),
        }));
    }
    Ok(document)
}

/// The document of a DID, from what was fetched for [`addresses`].
pub(super) fn document(
    did: &str,
    query: Option<&str>,
    fetched: &dyn Fn(&Url) -> Option<Vec<u8>>,
    (now, allow_localhost): (i64, bool),
) -> Result<Document, DidError> {
    let which = Which::of_query(query)?;
    let [log, witnesses] = addresses(did, allow_localhost)?;
    let bytes = fetched(&log).ok_or(DidError::NotFound)?;
    let mut log = Log::read(did, &bytes, now).map_err(DidError::Log)?;
    if log.needs_witnesses() {
        log = log.witnessed(fetched(&witnesses).as_deref(), now).map_err(DidError::Log)?;
    }
    let resolution = log.resolution(which)?;
    if resolution.deactivated && which == Which::Latest {
        return Err(DidError::Deactivated);
    }
    let id = resolution.document.get("id").and_then(Value::as_str).ok_or(DidError::Document)?;
    Document::read(&resolution.document, id)
}
