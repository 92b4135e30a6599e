//! The issuer's pages for learners and the public: who gets what, the institution, an achievement.

use crate::head::{Level, Load};
use crate::view::{template, words};
use crate::{Lang, Moment, PageView, Text};

/// What a wallet will get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Every credential of this institution, delivered from now on.
    Delivery,
    /// The credentials that are named.
    Named,
}

/// After the eduID login and before the wallet gets anything: who gets what. The form posts `choice` = `allow` or `refuse`.
#[derive(Clone, Debug)]
pub struct ChoicePage {
    /// Name of the institution.
    pub institution: Text,
    /// Name of the learner, as the institution knows it from this login.
    pub learner: String,
    /// Name of the wallet.
    pub client: String,
    /// Host of the wallet, or the loopback address of an app.
    pub client_host: String,
    /// The configuration names this wallet; otherwise only its address is known.
    pub client_known: bool,
    /// What it will get.
    pub grant: Grant,
    /// Names of the credentials or types.
    pub items: Vec<Text>,
    /// Until when; nothing means until the learner ends it.
    pub until: Option<Moment>,
    /// Where the form posts.
    pub action: String,
    /// Hidden fields of the form.
    pub hidden: Vec<(String, String)>,
}

/// A link with a name.
#[derive(Clone, Debug)]
pub struct NamedLink {
    /// The words.
    pub name: Text,
    /// The address.
    pub href: String,
}

/// The issuer's first page: the institutions it works for.
#[derive(Clone, Debug)]
pub struct IssuerHomePage {
    /// The institutions.
    pub institutions: Vec<NamedLink>,
}

/// An institution's public page.
#[derive(Clone, Debug)]
pub struct InstitutionPage {
    /// Its name.
    pub name: Text,
    /// Its own site.
    pub site: Option<String>,
    /// Its Credential Issuer Identifier.
    pub identifier: String,
    /// Who keeps the register that names it; nothing when no register does.
    pub register_keeper: Option<Text>,
    /// What it awards.
    pub achievements: Vec<NamedLink>,
    /// Where a learner connects this institution in the wallet.
    pub connect: Option<String>,
    /// The desk.
    pub desk: String,
}

/// `/{institution}/achievements/{id}`: public facts about an achievement; nothing about persons.
#[derive(Clone, Debug)]
pub struct AchievementPage {
    /// Name of the institution.
    pub institution: Text,
    /// Title.
    pub title: Text,
    /// Address of the picture, on our own origin.
    pub badge: Option<String>,
    /// Description.
    pub description: Option<Text>,
    /// Workload.
    pub workload: Option<Load>,
    /// Level.
    pub level: Option<Level>,
    /// Learning outcomes.
    pub outcomes: Vec<Text>,
    /// How it is tested.
    pub assessment: Option<Text>,
    /// Who watches over the quality: name and address.
    pub quality: Option<(String, Option<String>)>,
    /// Back to the institution.
    pub back: String,
}
