//! Sealing of personal data at rest: master key → a key per scope → a random data key per owner.
//!
//! Data keys are random and wrapped, never derived, because deleting the wrapped key is the deletion. A sealed cell is
//! AES-256-GCM with table, column, row, owner and version as associated data, so that a swapped or copied cell does not open.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::{digest, hmac};
use vc::random::Random;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::role::Role;
use crate::{Result, Row, StorageError, Tx, args, statements};

/// The version byte of sealed cells, wrapped keys and blind indexes.
const VERSION: u8 = 1;

statements! {
    FIND_DATA_KEYS = "SELECT owner, wrapped FROM data_key WHERE scope = $1 AND owner IN ('', $2)";
    INSERT_DATA_KEY = "INSERT INTO data_key (scope, owner, version, wrapped) VALUES ($1, $2, $3, $4) ON CONFLICT (scope, owner) DO NOTHING";
    DELETE_DATA_KEY = "DELETE FROM data_key WHERE scope = $1 AND owner = $2";
}

/// The key that an operator keeps outside the database; each role has a branch of its own.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// From 32 bytes of a file, a system credential or a key module.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Whose data a sealed cell is: the unit in which data can be made unreadable.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    scope: String,
    id: String,
}

impl Owner {
    /// A learner of the wallet.
    pub fn learner(id: &str) -> Self {
        Self { scope: "learner".to_owned(), id: id.to_owned() }
    }

    /// A person at an institution of the issuer.
    pub fn person(institution: &str, id: &str) -> Self {
        Self { scope: format!("institution/{institution}"), id: format!("person/{id}") }
    }

    /// An institution of the issuer, for its own secrets.
    pub fn institution(slug: &str) -> Self {
        Self { scope: format!("institution/{slug}"), id: "own".to_owned() }
    }

    /// A request of a verifying organisation.
    pub fn request(organisation: &str, id: &str) -> Self {
        Self { scope: format!("organisation/{organisation}"), id: format!("request/{id}") }
    }

    /// A verifying organisation, for its own secrets.
    pub fn organisation(slug: &str) -> Self {
        Self { scope: format!("organisation/{slug}"), id: "own".to_owned() }
    }

    /// The role itself: sessions, sign-in attempts, work that belongs to nobody.
    pub fn role() -> Self {
        Self { scope: "role".to_owned(), id: "own".to_owned() }
    }

    /// The scope and the id, as kept beside sealed work.
    pub(crate) fn parts(&self) -> (&str, &str) {
        (&self.scope, &self.id)
    }

    /// Whose key wraps those of everybody in this scope.
    fn whole_scope(&self) -> Self {
        Self { scope: self.scope.clone(), id: String::new() }
    }

    pub(crate) fn from_parts(scope: String, id: String) -> Self {
        Self { scope, id }
    }
}

/// The place of a sealed value: it opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's identifier.
    pub row: &'a str,
    /// Whose data it is.
    pub owner: &'a Owner,
}

impl Cell<'_> {
    fn associated_data(&self) -> Vec<u8> {
        let (scope, id) = self.owner.parts();
        [self.table, self.column, self.row, scope, id].join("\u{1f}").into_bytes()
    }

    fn broken(&self) -> StorageError {
        StorageError::Sealed { table: self.table, column: self.column }
    }
}

/// An unwrapped data key, for as long as a transaction lives.
#[derive(Clone)]
pub(crate) struct DataKey(Zeroizing<[u8; 32]>);

/// What seals the cells of one owner, for as long as one piece of work lives: longer than the transaction that opened the key.
pub struct Sealer {
    owner: Owner,
    key: DataKey,
    random: Arc<dyn Random>,
}

impl Sealer {
    /// Whose cells it seals.
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Seals `plain` for a cell of its owner, as [`Tx::seal`] does.
    ///
    /// # Errors
    /// When the cell is another owner's, or the cipher refuses.
    pub fn seal(&self, cell: &Cell<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        if *cell.owner != self.owner {
            return Err(cell.broken());
        }
        let mut nonce = [0u8; NONCE_LEN];
        self.random.fill(&mut nonce);
        encrypt(&self.key.0, &cell.associated_data(), plain, nonce).ok_or_else(|| cell.broken())
    }
}

/// A role's branches of the master key.
pub(crate) struct RoleKeys {
    wrap: Zeroizing<[u8; 32]>,
    index: Zeroizing<[u8; 32]>,
    mac: Zeroizing<[u8; 32]>,
}

struct Bytes32;
impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

impl RoleKeys {
    /// # Errors
    /// When HKDF refuses, which it does for no length that we ask.
    pub(crate) fn derive(master: &MasterKey, role: &str) -> Result<Self> {
        let extracted = Salt::new(HKDF_SHA256, b"eduwallet master key v1").extract(&master.0);
        let branch = |purpose: &str| -> Result<Zeroizing<[u8; 32]>> {
            let mut key = Zeroizing::new([0u8; 32]);
            let info = [role.as_bytes(), b"/", purpose.as_bytes()];
            let material = extracted.expand(&info, Bytes32).map_err(|_| KEY_CELL)?;
            material.fill(key.as_mut_slice()).map_err(|_| KEY_CELL)?;
            Ok(key)
        };
        Ok(Self { wrap: branch("wrap")?, index: branch("index")?, mac: branch("mac")? })
    }

    pub(crate) fn blind_index(&self, domain: &str, text: &str) -> Vec<u8> {
        let mut value = vec![VERSION];
        value.extend_from_slice(&keyed(&self.index, domain, text.as_bytes()));
        value
    }

    pub(crate) fn mac(&self, domain: &str, message: &[u8]) -> [u8; 32] {
        keyed(&self.mac, domain, message)
    }
}

fn keyed(key: &[u8; 32], domain: &str, message: &[u8]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(domain.as_bytes());
    context.update(&[0]);
    context.update(message);
    let mut out = [0u8; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

/// What a random token, code or link is found by: its SHA-256. For values of 128 bits and more only; shorter ones need a slow hash.
pub fn hash_token(token: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, token.as_bytes()).as_ref().to_vec()
}

fn encrypt(key: &[u8; 32], associated: &[u8], plain: &[u8], nonce: [u8; NONCE_LEN]) -> Option<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated), &mut body).ok()?;
    let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.append(&mut body);
    Some(sealed)
}

fn decrypt(key: &[u8; 32], associated: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (version, rest) = sealed.split_first()?;
    let (nonce, body) = rest.split_at_checked(NONCE_LEN)?;
    if *version != VERSION {
        return None;
    }
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut body = Zeroizing::new(body.to_vec());
    let plain = key.open_in_place(Nonce::try_assume_unique_for_key(nonce).ok()?, Aad::from(associated), &mut body).ok()?.len();
    body.truncate(plain);
    Some(body)
}

/// Seals `plain` under a key that is not in the database, such as one derived from a share link's token.
///
/// # Errors
/// When the cipher refuses.
pub fn seal_with(key: &[u8; 32], cell: &Cell<'_>, plain: &[u8], random: &dyn Random) -> Result<Vec<u8>> {
    let mut nonce = [0u8; NONCE_LEN];
    random.fill(&mut nonce);
    encrypt(key, &cell.associated_data(), plain, nonce).ok_or_else(|| cell.broken())
}

/// Opens what [`seal_with`] sealed.
///
/// # Errors
/// When the key is another, or the cell was changed or moved.
pub fn open_with(key: &[u8; 32], cell: &Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    decrypt(key, &cell.associated_data(), sealed).ok_or_else(|| cell.broken())
}

impl<R: Role> Tx<R> {
    /// Seals `plain` for its cell under its owner's data key, which is made when the owner has none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn seal(&mut self, cell: &Cell<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        self.sealer(cell.owner).await?.seal(cell, plain)
    }

    /// What seals cells of `owner` under its data key, which is made when the owner has none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sealer(&mut self, owner: &Owner) -> Result<Sealer> {
        let key = self.data_key(owner).await?;
        Ok(Sealer { owner: owner.clone(), key, random: self.shared_random() })
    }

    /// Opens a sealed cell.
    ///
    /// # Errors
    /// [`StorageError::Sealed`] when the cell was changed or moved, or when its owner was forgotten.
    pub async fn open(&mut self, cell: &Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let key = self.find_data_key(cell.owner).await?.ok_or_else(|| cell.broken())?;
        decrypt(&key.0, &cell.associated_data(), sealed).ok_or_else(|| cell.broken())
    }

    /// As [`Tx::open`], for text.
    ///
    /// # Errors
    /// As [`Tx::open`], and when the bytes are not UTF-8.
    pub async fn open_text(&mut self, cell: &Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<String>> {
        let bytes = self.open(cell, sealed).await?;
        std::str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| cell.broken())
    }

    /// Destroys an owner's data key: everything sealed under it is unreadable from the commit on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(&mut self, owner: &Owner) -> Result<()> {
        self.opened().remove(owner);
        let (scope, id) = owner.parts();
        self.execute(DELETE_DATA_KEY, args![scope, id]).await?;
        Ok(())
    }

    async fn data_key(&mut self, owner: &Owner) -> Result<DataKey> {
        if let Some(key) = self.find_data_key(owner).await? {
            return Ok(key);
        }
        let scope = self.scope_key(owner).await?;
        self.make_key(owner, &scope.0).await?;
        // Another server may have been first; then its key is the one.
        self.find_data_key(owner).await?.ok_or(KEY_CELL)
    }

    /// The key of an owner, by the key of its scope, which the role's branch of the master key opens: all of it in one trip.
    async fn find_data_key(&mut self, owner: &Owner) -> Result<Option<DataKey>> {
        if let Some(key) = self.opened().get(owner) {
            return Ok(Some(key.clone()));
        }
        let scope = owner.whole_scope();
        let rows = self.rows(FIND_DATA_KEYS, args![owner.parts().0, owner.parts().1]).await?;
        let Some(scope_wrapped) = wrapped(&rows, &scope)? else { return Ok(None) };
        let scope_key = unwrap(&scope, &self.keys().wrap, &scope_wrapped)?;
        self.opened().insert(scope, scope_key.clone());
        let Some(own) = wrapped(&rows, owner)? else { return Ok(None) };
        let key = unwrap(owner, &scope_key.0, &own)?;
        self.opened().insert(owner.clone(), key.clone());
        Ok(Some(key))
    }

    /// The key of an owner's scope, which is made when there is none yet.
    async fn scope_key(&mut self, owner: &Owner) -> Result<DataKey> {
        let scope = owner.whole_scope();
        if let Some(key) = self.opened().get(&scope) {
            return Ok(key.clone());
        }
        let wrap = Zeroizing::new(*self.keys().wrap);
        self.make_key(&scope, &wrap).await?;
        // Another server may have been first; then its key is the one.
        let rows = self.rows(FIND_DATA_KEYS, args![scope.parts().0, scope.parts().1]).await?;
        let key = unwrap(&scope, &wrap, &wrapped(&rows, &scope)?.ok_or(KEY_CELL)?)?;
        self.opened().insert(scope, key.clone());
        Ok(key)
    }

    async fn make_key(&mut self, owner: &Owner, wrap: &[u8; 32]) -> Result<()> {
        let mut fresh = Zeroizing::new([0u8; 32]);
        self.random().fill(fresh.as_mut_slice());
        let nonce = self.nonce();
        let wrapped = encrypt(wrap, &wrapping_data(owner), fresh.as_slice(), nonce).ok_or(KEY_CELL)?;
        let (scope, id) = owner.parts();
        self.execute(INSERT_DATA_KEY, args![scope, id, i64::from(VERSION), wrapped]).await?;
        Ok(())
    }

    fn nonce(&self) -> [u8; NONCE_LEN] {
        let mut nonce = [0u8; NONCE_LEN];
        self.random().fill(&mut nonce);
        nonce
    }
}

const KEY_CELL: StorageError = StorageError::Sealed { table: "data_key", column: "wrapped" };

/// The wrapped key of an owner among the rows of its scope.
fn wrapped(rows: &[Row], owner: &Owner) -> Result<Option<Vec<u8>>> {
    for row in rows {
        if row.text("owner")? == owner.id {
            return row.blob("wrapped").map(Some);
        }
    }
    Ok(None)
}

fn unwrap(owner: &Owner, wrap: &[u8; 32], wrapped: &[u8]) -> Result<DataKey> {
    let plain = decrypt(wrap, &wrapping_data(owner), wrapped).ok_or(KEY_CELL)?;
    let mut key = Zeroizing::new([0u8; 32]);
    if plain.len() != key.len() {
        return Err(KEY_CELL);
    }
    key.copy_from_slice(&plain);
    Ok(DataKey(key))
}

fn wrapping_data(owner: &Owner) -> Vec<u8> {
    let (scope, id) = owner.parts();
    ["data_key", "wrapped", scope, id].join("\u{1f}").into_bytes()
}
