//! `eduwallet demo`: every role and the sandbox peers on loopback, with a past of 400 days that came through the product itself.
//!
//! The clock starts in the past; learners connect their schools with a browser; the institutions' results of those days are read,
//! issued and delivered; then the clock moves to the present. Nothing is written into a database from here.

mod browser;
mod databases;
mod describe;
mod gate;
mod learner;
mod page;
mod peers;
mod plan;
mod register;
mod roles;
mod story;

use std::path::{Path, PathBuf};

use http::serve::shutdown;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::cli::DemoArguments;
use crate::operations::{self, Ready};
use crate::roles::RoleError;
use crate::serve::interrupted;
use crate::{log, say};
use databases::Databases;
use peers::Peers;
use plan::Plan;
use story::Told;

/// Why the demo did not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("port {port} is taken; choose others with --base-port")]
    Bind {
        port: u16,
        #[source]
        source: std::io::Error,
    },
    #[error("the base port is too high")]
    Port,
    #[error("a file of the demo could not be written")]
    File(#[source] std::io::Error),
    #[error("{0} holds something else than a former demo; choose an empty folder")]
    Folder(PathBuf),
    #[error("a key could not be made")]
    Key(#[from] vc::key::KeyError),
    #[error("a certificate could not be made")]
    Certificate(#[from] vc::x509::X509Error),
    #[error("the sandbox could not make its keys")]
    Sandbox(#[from] sandbox::eduid::KeyFailure),
    #[error(transparent)]
    Register(#[from] http::register::RegisterFault),
    #[error(transparent)]
    Egress(#[from] http::egress::EgressSetup),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error("a configuration of the demo is not accepted: {0}")]
    Config(&'static str),
    #[error("the demo's own story")]
    Story(#[from] browser::BrowserError),
    #[error("the demo's own story")]
    Storage(#[from] storage::StorageError),
    #[error("the demo's own story: {0}")]
    Missing(String),
}

/// Marks a folder as a demo's, to be replaced by the next one.
const MARK: &str = ".eduwallet-demo";

/// Runs until Ctrl-C.
pub(crate) async fn run(arguments: DemoArguments) -> Result<(), DemoError> {
    log::start("warn");
    let folder = Folder::open(arguments.data.as_deref())?;
    let plan = Plan::new(&arguments)?;
    let metrics = operations::metrics();
    let (stopper, stop) = shutdown();
    let ready = Ready::default();

    let listeners = [plan.ports.bind(0).await?, plan.ports.bind(1).await?, plan.ports.bind(2).await?];
    let operations = plan.ports.bind(9).await?;
    let sandbox = [plan.ports.bind(10).await?, plan.ports.bind(11).await?, plan.ports.bind(12).await?];

    let peers = Peers::new(&plan)?;
    peers.serve(sandbox, &stop);
    let register_file = folder.path.join("register.json");
    let register = register::write(&plan, &register_file)?;
    let databases = Databases::make(arguments.postgres.as_deref(), &folder.path, plan.random.as_ref()).await?;
    let roles = roles::open(&plan, &peers, register, &databases).await?;
    let mut tasks = JoinSet::new();
    for (listener, router) in listeners.into_iter().zip(roles::routers(&roles, &ready, &plan.agent)) {
        let stop = stop.clone();
        tasks.spawn(async move {
            let _ = http::serve::serve(listener, router, stop).await;
        });
    }
    let router = operations::router(ready.clone(), roles.databases.clone(), metrics);
    let stopping = stop.clone();
    tasks.spawn(async move {
        let _ = http::serve::serve(operations, router, stopping).await;
    });

    let told = tokio::select! {
        told = story::tell(&plan, &roles, &mut tasks, &stop) => Some(told),
        () = interrupted() => None,
    };
    let outcome = match told {
        Some(Ok(told)) => {
            let description = describe::description(&plan, &peers, &told, &register_file);
            ready.set();
            present(arguments.json.as_deref(), &description, &plan, &told).await
        }
        Some(Err(error)) => Err(error),
        None => Ok(()),
    };
    stopper.stop();
    while tasks.join_next().await.is_some() {}
    roles.close().await;
    databases.drop().await;
    outcome
}

/// The demo's present: told to scripts and people, until Ctrl-C.
async fn present(json: Option<&Path>, description: &Value, plan: &Plan, told: &Told) -> Result<(), DemoError> {
    if let Some(path) = json {
        describe::write(path, description).map_err(DemoError::File)?;
    }
    describe::table(plan, told);
    interrupted().await;
    say::line("stopping");
    Ok(())
}

/// The demo's folder: a given one, or a temporary one that goes with the process.
struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    fn open(asked: Option<&Path>) -> Result<Self, DemoError> {
        let folder = match asked {
            Some(path) => Self { path: path.to_owned(), temporary: false },
            None => {
                let name = format!("eduwallet-demo-{}", vc::random::token128(&vc::random::SystemRandom));
                Self { path: std::env::temp_dir().join(name), temporary: true }
            }
        };
        let holds_something = std::fs::read_dir(&folder.path).is_ok_and(|mut entries| entries.next().is_some());
        if holds_something {
            if !folder.path.join(MARK).exists() {
                return Err(DemoError::Folder(folder.path.clone()));
            }
            std::fs::remove_dir_all(&folder.path).map_err(DemoError::File)?;
        }
        private_folder(&folder.path).map_err(DemoError::File)?;
        std::fs::write(folder.path.join(MARK), "").map_err(DemoError::File)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

#[cfg(unix)]
fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)
}
