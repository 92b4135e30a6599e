//! Commands and flags (`interfaces.md` section 2).

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};
use model::Timestamp;

/// Wrong usage, by the convention of `sysexits.h`.
const USAGE: u8 = 64;

/// A wallet for credentials of education: issue, keep, share and check.
#[derive(Parser)]
#[command(name = "eduwallet", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Every role and sandbox peers on this machine with sample data; Ctrl-C ends it
    Demo(DemoArguments),
    /// Serve the roles of the configuration
    Serve(ServeArguments),
    /// Write a commented configuration, make keys, and say what is next
    Init(InitArguments),
    /// Bring the databases of the configuration up to date
    Migrate(ConfigArguments),
    /// Check any credential or presentation
    Verify(VerifyArguments),
    /// Print the description of the machine APIs (OpenAPI 3.1)
    Openapi {
        /// Of one role alone
        #[arg(value_name = "ROLE")]
        of: Option<crate::openapi::Of>,
    },
    /// Print the JSON Schema of the configuration file
    ConfigSchema,
}

#[derive(Args)]
pub(crate) struct DemoArguments {
    /// The wallet's port; the others follow it
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..65523))]
    pub(crate) base_port: u16,
    /// Write a description of the running demo to this file once everything answers
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Keep the databases here; without it they are in a temporary folder and gone afterwards
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Use databases of its own on this PostgreSQL server instead of SQLite files
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// The present moment of the demo
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    pub(crate) now: Option<Timestamp>,
}

#[derive(Args)]
pub(crate) struct InitArguments {
    /// The folder to write into
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// Who runs this server; flags that are missing are asked at a terminal
    #[arg(long)]
    pub(crate) operator: Option<String>,
    /// The wallet's public address
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) wallet_url: Option<String>,
    /// The issuer's public address
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) issuer_url: Option<String>,
    /// The verifier's public address
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) verifier_url: Option<String>,
    /// The address of eduID's discovery document
    #[arg(long, value_name = "URL")]
    pub(crate) eduid_discovery: Option<String>,
}

#[derive(Args)]
pub(crate) struct ConfigArguments {
    /// The configuration file
    #[arg(long, value_name = "FILE", default_value = "eduwallet.toml")]
    pub(crate) config: PathBuf,
}

#[derive(Args)]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
    /// What this process does; several processes may share a PostgreSQL database
    #[arg(long, value_delimiter = ',', default_value = "wallet,issuer,verifier,worker")]
    pub(crate) roles: Vec<Part>,
}

/// A part of the work that a process takes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// The learner's wallet.
    Wallet,
    /// The institutions' issuer.
    Issuer,
    /// The verifier.
    Verifier,
    /// Periodic work and the outbox of the roles that this configuration has.
    Worker,
}

#[derive(Args)]
pub(crate) struct VerifyArguments {
    /// The file to check, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print one JSON report (also when standard output is no terminal)
    #[arg(long)]
    pub(crate) json: bool,
    /// A JWK or JWK set with the issuer's key: the only key that is tried
    #[arg(long, value_name = "FILE")]
    pub(crate) issuer_jwk: Option<PathBuf>,
    /// The status list token that the credential names
    #[arg(long, value_name = "FILE")]
    pub(crate) status: Option<PathBuf>,
    /// The register of parties that vouches for issuers
    #[arg(long, value_name = "FILE", env = "EDUWALLET_REGISTER")]
    pub(crate) register: Option<PathBuf>,
    /// The moment at which to judge
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    pub(crate) now: Option<Timestamp>,
    /// The nonce that the presentation must carry
    #[arg(long, requires = "audience")]
    pub(crate) nonce: Option<String>,
    /// The audience that the presentation must carry
    #[arg(long, requires = "nonce")]
    pub(crate) audience: Option<String>,
    /// Open no connection
    #[arg(long)]
    pub(crate) offline: bool,
    /// Fetch status lists from http://localhost even when they are not of a credential's own issuer there
    #[arg(long)]
    pub(crate) allow_localhost: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "not a moment such as 2026-11-22T14:03:00Z".to_owned())
}

impl Cli {
    /// Reads the command line; asking for help is no error, anything not understood is 64.
    pub(crate) fn read() -> Result<Self, ExitCode> {
        Self::try_parse().map_err(|error| {
            let _ = error.print();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(USAGE),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn nonce_and_audience_go_together() {
        assert!(Cli::try_parse_from(["eduwallet", "verify", "-", "--nonce", "n"]).is_err());
        assert!(Cli::try_parse_from(["eduwallet", "verify", "-", "--nonce", "n", "--audience", "a"]).is_ok());
    }
}
