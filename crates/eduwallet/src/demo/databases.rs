//! Where the demo's databases are: files in its folder, or databases of its own on a PostgreSQL server, dropped at the end.

use std::path::Path;

use storage::server::{create_database, drop_database};
use vc::random::Random;

use super::DemoError;

/// The roles, as they stand in names.
const ROLES: [&str; 3] = ["wallet", "issuer", "verifier"];

/// The addresses of the three databases.
pub(super) struct Databases {
    urls: Vec<(&'static str, String)>,
    /// Administrative address and names of what is to be dropped.
    made: Option<(String, Vec<String>)>,
}

impl Databases {
    /// Files in `folder`, or new databases on the server of the administrative address.
    pub(super) async fn make(postgres: Option<&str>, folder: &Path, random: &dyn Random) -> Result<Self, DemoError> {
        let Some(admin) = postgres else {
            let file = |role: &str| format!("sqlite:{}", folder.join(format!("{role}.db")).display());
            return Ok(Self { urls: ROLES.map(|role| (role, file(role))).to_vec(), made: None });
        };
        let tail = vc::random::token128(random).to_lowercase();
        let (mut urls, mut names) = (Vec::new(), Vec::new());
        for role in ROLES {
            let name = format!("eduwallet_demo_{tail}_{role}");
            urls.push((role, create_database(admin, &name).await?));
            names.push(name);
        }
        Ok(Self { urls, made: Some((admin.to_owned(), names)) })
    }

    /// The address of a role's database.
    pub(super) fn url(&self, role: &str) -> String {
        self.urls.iter().find(|(name, _)| *name == role).map(|(_, url)| url.clone()).unwrap_or_default()
    }

    /// Drops what was made on a server. Files stay with their folder.
    pub(super) async fn drop(self) {
        let Some((admin, names)) = self.made else { return };
        for name in names {
            if let Err(error) = drop_database(&admin, &name).await {
                tracing::warn!(name, cause = http::failure::chain(&error), "a database of the demo could not be dropped");
            }
        }
    }
}
