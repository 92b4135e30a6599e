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
use http::{Shutdown, Stopper};
use model::{ShiftedClock, Timestamp};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::cli::DemoArguments;
use crate::operations::{self, Ready};
use crate::roles::Roles;
use crate::serve::interrupted;
use crate::{log, say};
use databases::Databases;
use peers::Peers;
use plan::{Plan, Ports};
use story::Told;

pub use crate::roles::RoleError;
pub use browser::BrowserError;

/// Why the demo did not run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
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
    #[error("the sandbox badge platform could not make its key")]
    Badges(#[from] sandbox::BadgesFailure),
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

/// How a demo is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The wallet's port; the others follow it. 0: any that are free.
    pub base_port: u16,
    /// Where it keeps its files; none means a temporary folder that is gone afterwards.
    pub data: Option<PathBuf>,
    /// The administrative address of a PostgreSQL server, for databases of its own there instead of SQLite files.
    pub postgres: Option<String>,
    /// The present moment; none means the real one.
    pub now: Option<Timestamp>,
    /// Collects metrics: of the whole process, so the first that asks gets them.
    pub metrics: bool,
}

/// Starts a demo and tells its past; when this returns, everything answers. Several can run in one process.
///
/// # Errors
/// [`DemoError`].
pub async fn start(options: Options) -> Result<Running, DemoError> {
    let mut running = Running::set_up(options).await?;
    match running.tell().await {
        Ok(()) => Ok(running),
        Err(error) => {
            running.stop().await;
            Err(error)
        }
    }
}

/// Runs until Ctrl-C.
pub(crate) async fn run(arguments: DemoArguments) -> Result<(), DemoError> {
    log::start("warn");
    let DemoArguments { base_port, json, data, postgres, now } = arguments;
    let mut running = Running::set_up(Options { base_port, data, postgres, now, metrics: true }).await?;
    let told = tokio::select! {
        told = running.tell() => Some(told),
        () = interrupted() => None,
    };
    let outcome = match told {
        Some(Ok(())) => running.present(json.as_deref()).await,
        Some(Err(error)) => Err(error),
        None => Ok(()),
    };
    running.stop().await;
    outcome
}

/// A demo that runs.
pub struct Running {
    plan: Plan,
    peers: Peers,
    roles: Roles,
    told: Told,
    ready: Ready,
    register_file: PathBuf,
    databases: Databases,
    tasks: JoinSet<()>,
    stopper: Stopper,
    stop: Shutdown,
    folder: Folder,
}

impl Running {
    /// Everything listens, nothing has happened yet.
    async fn set_up(options: Options) -> Result<Self, DemoError> {
        let folder = Folder::open(options.data.as_deref())?;
        let (ports, listeners) = Ports::take(options.base_port).await?;
        let plan = Plan::new(ports, options.now)?;
        let metrics = options.metrics.then(operations::metrics).flatten();
        let (stopper, stop) = shutdown();
        let ready = Ready::default();

        let peers = Peers::new(&plan).await?;
        peers.serve(listeners.sandbox, &stop);
        let register_file = folder.path.join("register.json");
        let register = register::write(&plan, &register_file)?;
        let databases = Databases::make(options.postgres.as_deref(), &folder.path, plan.random.as_ref()).await?;
        let roles = roles::open(&plan, &peers, register, &databases).await?;
        let mut tasks = JoinSet::new();
        let operations = operations::router(ready.clone(), roles.databases.clone(), metrics);
        let routers = roles::routers(&roles, &ready, &plan.agent).into_iter().chain([operations]);
        for (listener, router) in listeners.roles.into_iter().chain([listeners.operations]).zip(routers) {
            let stop = stop.clone();
            tasks.spawn(async move {
                if let Err(error) = http::serve::serve(listener, router, stop).await {
                    tracing::error!(%error, "a server of the demo ended");
                }
            });
        }
        Ok(Self { plan, peers, roles, told: Told::default(), ready, register_file, databases, tasks, stopper, stop, folder })
    }

    /// The past, up to the present; then everybody is served.
    async fn tell(&mut self) -> Result<(), DemoError> {
        self.told = story::tell(&self.plan, &self.roles, &mut self.tasks, &self.stop).await?;
        self.ready.set();
        Ok(())
    }

    /// The demo's present: told to scripts and people, until Ctrl-C.
    async fn present(&self, json: Option<&Path>) -> Result<(), DemoError> {
        if let Some(path) = json {
            describe::write(path, &self.description()).map_err(DemoError::File)?;
        }
        describe::table(&self.plan, &self.told);
        interrupted().await;
        say::line("stopping");
        Ok(())
    }

    /// The document of the description file (`interfaces.md` section 3).
    pub fn description(&self) -> Value {
        describe::description(&self.plan, &self.peers, &self.told, &self.register_file)
    }

    /// The clock of everybody in this demo.
    pub fn clock(&self) -> &ShiftedClock {
        &self.plan.clock
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        &self.folder.path
    }

    /// The address of a role's database: of `wallet`, `issuer` or `verifier`.
    pub fn database(&self, role: &str) -> String {
        self.databases.url(role)
    }

    /// Stops everything, requests under way finished, and removes what is temporary.
    pub async fn stop(mut self) {
        self.stopper.stop();
        while self.tasks.join_next().await.is_some() {}
        self.roles.close().await;
        self.databases.drop().await;
    }
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
