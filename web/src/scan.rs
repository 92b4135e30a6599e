//! The page where a code is scanned, by camera or photo, or a link from elsewhere is pasted.

mod words;

use self::words::{Said, Words};
use crate::view::template;
use crate::{Chrome, Lang, PageView, Section};

/// `GET`, `POST /wallet/scan`, and the answer to a photo that leads nowhere.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// What was pasted, when it could not be used.
    pub link: String,
    /// Why what was given could not be used.
    pub problem: Option<ScanProblem>,
    /// Whether it was given as a photo.
    pub photo: bool,
}

/// Why what was given could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanProblem {
    /// Nothing was pasted.
    Empty,
    /// It is no offer and no request.
    NotForWallets,
    /// It leads to a site that is no offer and no request.
    Site {
        /// The site's host.
        host: String,
    },
    /// It leads to a page of this wallet, such as a share.
    OwnPage {
        /// The page's path and query.
        href: String,
    },
    /// Its time is over.
    Expired,
    /// Too long to be one.
    TooLong,
    /// No photo was chosen.
    NoPhoto,
    /// There is no code in the photo, or none that can be read.
    NoCode,
    /// There are several codes for a wallet in it.
    SeveralCodes,
    /// The file is too large.
    TooLarge,
    /// The picture has too many pixels.
    TooManyPixels,
    /// The photo is HEIC, which cannot be read here.
    Heif,
    /// The file is no picture.
    NoPicture,
    /// The picture is damaged.
    Broken,
    /// Others have their photos looked at.
    Busy,
}

/// What is told of a problem.
struct Problem {
    /// What happened.
    what: String,
    /// Whether something was given, so that it is told that nothing was lost.
    tried: bool,
    /// What to do now.
    now: &'static str,
}

impl Scan {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let pasted = |problem| Self { link: "https://elders.example/?q=\"><b>".to_owned(), problem: Some(problem), photo: false };
        let photo = |problem| Self { link: String::new(), problem: Some(problem), photo: true };
        let site = || ScanProblem::Site { host: "elders.example".to_owned() };
        let own = || ScanProblem::OwnPage { href: "/s/4KT9W2MZ4KT9W2MZ4KT9W2".to_owned() };
        vec![
            ("new", Self::default()),
            ("nothing", Self { link: String::new(), ..pasted(ScanProblem::Empty) }),
            ("not-for-wallets", pasted(ScanProblem::NotForWallets)),
            ("site", pasted(site())),
            ("own-page", pasted(own())),
            ("expired", pasted(ScanProblem::Expired)),
            ("too-long", Self { link: String::new(), ..pasted(ScanProblem::TooLong) }),
            ("photo-nothing", photo(ScanProblem::NoPhoto)),
            ("photo-no-code", photo(ScanProblem::NoCode)),
            ("photo-several", photo(ScanProblem::SeveralCodes)),
            ("photo-other", photo(ScanProblem::NotForWallets)),
            ("photo-site", photo(site())),
            ("photo-own-page", photo(own())),
            ("photo-too-large", photo(ScanProblem::TooLarge)),
            ("photo-pixels", photo(ScanProblem::TooManyPixels)),
            ("photo-heif", photo(ScanProblem::Heif)),
            ("photo-no-picture", photo(ScanProblem::NoPicture)),
            ("photo-broken", photo(ScanProblem::Broken)),
            ("photo-busy", photo(ScanProblem::Busy)),
        ]
    }

    /// What is told of the problem in one of the two forms; none when the problem is in the other one.
    fn problem(&self, w: &Words, photo: bool) -> Option<Problem> {
        let problem = self.problem.as_ref().filter(|_| self.photo == photo)?;
        let Said { what, now } = match problem {
            ScanProblem::Empty => w.nothing,
            ScanProblem::NotForWallets if photo => w.photo_not_for_wallets,
            ScanProblem::NotForWallets => w.not_for_wallets,
            ScanProblem::Site { host } => return Some(Problem { what: (w.site)(host), tried: true, now: w.site_now }),
            ScanProblem::OwnPage { .. } => w.own_page,
            ScanProblem::Expired => w.expired,
            ScanProblem::TooLong => w.too_long,
            ScanProblem::NoPhoto => w.no_photo,
            ScanProblem::NoCode => w.no_code,
            ScanProblem::SeveralCodes => w.several,
            ScanProblem::TooLarge => w.too_large,
            ScanProblem::TooManyPixels => w.pixels,
            ScanProblem::Heif => w.heif,
            ScanProblem::NoPicture => w.no_picture,
            ScanProblem::Broken => w.broken,
            ScanProblem::Busy => w.busy,
        };
        let tried = !matches!(problem, ScanProblem::Empty | ScanProblem::NoPhoto);
        Some(Problem { what: what.to_owned(), tried, now })
    }

    /// The page of ours that the code leads to, for who wants to see it.
    fn own_page(&self) -> Option<&str> {
        match &self.problem {
            Some(ScanProblem::OwnPage { href }) => Some(href),
            _ => None,
        }
    }
}

impl PageView for Scan {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Credentials)
    }

    template!(Scan, "wallet/scan.html", Words);
}
