//! The operator's register file, seen afresh at every use.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use axum::extract::{Path as Asked, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use model::register::{Register, RegisterError};

use crate::failure::{Failed, Kind};

/// The register could not be read when the process started.
#[derive(Debug, thiserror::Error)]
pub enum RegisterFault {
    /// The file could not be read.
    #[error("the register file could not be read")]
    File(#[source] std::io::Error),
    /// The file is no register.
    #[error("the register file is not accepted")]
    Content(#[from] RegisterError),
}

struct Seen {
    bytes: Vec<u8>,
    register: Arc<Register>,
}

/// The register file. Cheap to clone.
#[derive(Clone)]
pub struct RegisterFile {
    path: Arc<Path>,
    seen: Arc<RwLock<Seen>>,
}

impl RegisterFile {
    /// Reads the file; a process without a readable register does not start.
    ///
    /// # Errors
    /// When the file cannot be read or is no register.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, RegisterFault> {
        let path = path.into();
        let bytes = std::fs::read(&path).map_err(RegisterFault::File)?;
        let register = Arc::new(Register::parse(&bytes)?);
        Ok(Self { path: path.into(), seen: Arc::new(RwLock::new(Seen { bytes, register })) })
    }

    /// The register as the file has it now. The bytes are compared, not the time of change, so that no edit is missed. A
    /// file that is being written, or was broken by an edit, is logged, and the last good one counts until it is mended.
    pub fn current(&self) -> Arc<Register> {
        let last = || self.seen.read().unwrap_or_else(PoisonError::into_inner).register.clone();
        let bytes = match std::fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::error!(cause = %error, "the register file could not be read; the last good one counts");
                return last();
            }
        };
        if self.seen.read().unwrap_or_else(PoisonError::into_inner).bytes == bytes {
            return last();
        }
        match Register::parse(&bytes) {
            Ok(register) => {
                let register = Arc::new(register);
                *self.seen.write().unwrap_or_else(PoisonError::into_inner) = Seen { bytes, register: register.clone() };
                register
            }
            Err(error) => {
                tracing::error!(cause = %error, "the register file is not accepted; the last good one counts");
                last()
            }
        }
    }
}

/// `GET /logo/{name}.png`: the logo of a party, as the register has it now. Its name is of its bytes, so that it never changes.
///
/// # Errors
/// `not_found` for a name that no logo of the register has.
pub async fn logo(State(register): State<RegisterFile>, Asked(file): Asked<String>) -> Result<impl IntoResponse, Failed> {
    let register = register.current();
    let found = file.strip_suffix(".png").and_then(|name| register.logo(name)).ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let headers = [
        (CONTENT_TYPE, "image/png"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ];
    Ok((headers, found.png().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> String {
        serde_json::json!({"name": {"nl": name}, "keeper": {"name": {"nl": "Beheerder"}}, "parties": []}).to_string()
    }

    #[test]
    fn an_edit_counts_at_once_and_a_broken_one_does_not() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), named("Een")).unwrap();
        let register = RegisterFile::open(file.path()).unwrap();
        assert_eq!(register.current().name.nl, "Een");
        std::fs::write(file.path(), named("Abc")).unwrap();
        assert_eq!(register.current().name.nl, "Abc");
        std::fs::write(file.path(), "{").unwrap();
        assert_eq!(register.current().name.nl, "Abc");
        assert!(RegisterFile::open("/nowhere/register.json").is_err());
    }
}
