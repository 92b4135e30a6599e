//! The three roles: each names only its own store, so code of one cannot read another's database.

use crate::{Store, Tx};

/// A role, with its name in key derivation and migrations.
pub trait Role: Send + Sync + 'static {
    /// `wallet`, `issuer` or `verifier`.
    const NAME: &'static str;
}

/// The wallet's database.
#[derive(Debug)]
pub struct Wallet;
/// The issuer's database.
#[derive(Debug)]
pub struct Issuer;
/// The verifier's database.
#[derive(Debug)]
pub struct Verifier;

impl Role for Wallet {
    const NAME: &'static str = "wallet";
}
impl Role for Issuer {
    const NAME: &'static str = "issuer";
}
impl Role for Verifier {
    const NAME: &'static str = "verifier";
}

/// The wallet's store.
pub type WalletStore = Store<Wallet>;
/// The issuer's store.
pub type IssuerStore = Store<Issuer>;
/// The verifier's store.
pub type VerifierStore = Store<Verifier>;
/// A transaction on the wallet's store.
pub type WalletTx = Tx<Wallet>;
/// A transaction on the issuer's store.
pub type IssuerTx = Tx<Issuer>;
/// A transaction on the verifier's store.
pub type VerifierTx = Tx<Verifier>;
