//! The operator's register file, seen afresh at every use.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use model::register::{Register, RegisterError};

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
