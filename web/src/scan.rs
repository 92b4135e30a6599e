//! The page where a link from elsewhere is pasted.

/// `GET`, `POST /wallet/scan`.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// What was pasted, when it could not be used.
    pub link: String,
    /// Why it could not be used.
    pub problem: Option<ScanProblem>,
}

/// Why a pasted link could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanProblem {
    /// Nothing was pasted.
    Empty,
    /// It is no offer and no request.
    NotForWallets,
    /// Its time is over.
    Expired,
    /// Too long to be one.
    TooLong,
}
