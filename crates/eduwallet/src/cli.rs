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
    /// The institutions' signing keys: show them, give a new one, cut one off
    Keys(KeysArguments),
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
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..65521))]
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
pub(crate) struct KeysArguments {
    #[command(subcommand)]
    pub(crate) deed: KeysDeed,
}

#[derive(Subcommand)]
pub(crate) enum KeysDeed {
    /// Show every key with its state; also while servers run
    List {
        #[command(flatten)]
        of: KeysOf,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the keys of one institution as its entry in a register remembers them
    Archive(KeysOf),
    /// Give an institution new keys; they are published at once and sign from a day later on
    Rotate {
        #[command(flatten)]
        of: KeysOf,
        /// The key of this algorithm alone
        #[arg(long, value_name = "ALG")]
        algorithm: Option<KeyAlgorithm>,
        /// Let the new keys sign at once
        #[arg(long)]
        now: bool,
    },
    /// Cut off a key that may be in wrong hands: it is published no more, and another one signs
    Revoke {
        #[command(flatten)]
        of: KeysOf,
        /// The key, as `keys list` names it
        #[arg(value_name = "KID")]
        kid: String,
        /// Revoke everything that it signed, and issue it again
        #[arg(long)]
        take_back: bool,
        /// Do not write it into the register file of this configuration
        #[arg(long)]
        keep_register: bool,
    },
}

#[derive(Args)]
pub(crate) struct KeysOf {
    #[command(flatten)]
    pub(crate) config: ConfigArguments,
    /// The institution; needed where the configuration has several
    #[arg(long, value_name = "SLUG")]
    pub(crate) institution: Option<String>,
}

/// An algorithm that institutions sign with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyAlgorithm {
    /// P-256, with a certificate.
    #[value(name = "ES256")]
    Es256,
    /// Ed25519, found by the institution's DID.
    #[value(name = "EdDSA")]
    EdDsa,
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
    /// The file to check, `-` for standard input, or the address of a shared link
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Print one JSON report (also when standard output is no terminal)
    #[arg(long)]
    pub(crate) json: bool,
    /// A JWK or JWK set with the issuer's key: the only key that is tried
    #[arg(long, value_name = "FILE")]
    pub(crate) issuer_jwk: Option<PathBuf>,
    /// A status list that the credential names, a token or a signed credential; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) status: Vec<PathBuf>,
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
