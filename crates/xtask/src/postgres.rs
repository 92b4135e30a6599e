//! A PostgreSQL server of our own for as long as a task runs.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use crate::run;

/// A running server; dropping it stops it and removes its files.
pub(crate) struct Postgres {
    folder: PathBuf,
    binaries: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts a server, with `durable` as an operator would run it, otherwise as fast as it goes. `None` when it is not installed.
    pub(crate) fn start(durable: bool) -> io::Result<Option<Self>> {
        let Some(binaries) = binaries() else { return Ok(None) };
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("eduwallet-postgres-{port}"));
        fs::create_dir_all(&folder)?;
        let server = Self { folder, binaries, port };
        server.set_up(durable)?;
        Ok(Some(server))
    }

    /// The address of its administrative database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn set_up(&self, durable: bool) -> io::Result<()> {
        if run::is_root() {
            // initdb refuses root.
            self.check(Command::new("chown").arg("postgres").arg(&self.folder))?;
        }
        let data = self.folder.join("data");
        let mut init = self.as_owner("initdb");
        init.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]).arg(&data);
        self.check(&mut init)?;
        let mut options = format!("-p {} -c listen_addresses=127.0.0.1 -c max_connections=300 -k {}", self.port, self.folder.display());
        if !durable {
            options.push_str(" -c fsync=off -c full_page_writes=off");
        }
        let mut start = self.as_owner("pg_ctl");
        start.arg("-D").arg(&data).arg("-l").arg(self.folder.join("log")).arg("-o").arg(options).args(["-w", "start"]);
        self.check(&mut start)
    }

    fn as_owner(&self, program: &str) -> Command {
        let program = self.binaries.join(program);
        if run::is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        }
    }

    fn check(&self, command: &mut Command) -> io::Result<()> {
        let log = fs::File::options().create(true).append(true).open(std::env::temp_dir().join("eduwallet-postgres.log"))?;
        let status = command.current_dir(std::env::temp_dir()).stdout(log.try_clone()?).stderr(log).status()?;
        status.success().then_some(()).ok_or_else(|| io::Error::other(format!("{command:?} failed")))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.as_owner("pg_ctl");
        stop.arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "-w", "stop"]);
        if self.check(&mut stop).is_err() {
            run::say("the throwaway PostgreSQL did not stop");
        }
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// The folder with `initdb`: on the PATH, or where Debian puts it.
pub(crate) fn binaries() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let places: Vec<PathBuf> = debian.collect();
    run::find("initdb", &places).and_then(|file| file.parent().map(Path::to_path_buf))
}
