//! What this wallet keeps of the learner, and what its operator could technically do.

pub mod notices;

use crate::view::{template, words};
use crate::{Chrome, Lang, Moment, PageView, Section, Text};

/// `GET /settings/privacy`.
#[derive(Clone, Debug)]
pub struct Privacy {
    /// Full name as eduID gave it.
    pub name: String,
    /// When the learner last logged in.
    pub last_login: Option<Moment>,
    /// Names of the connected schools.
    pub connected: Vec<Text>,
    /// How many credentials.
    pub credentials: usize,
    /// How many live links.
    pub links: usize,
    /// Where questions go.
    pub contact: Option<String>,
}

impl Privacy {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            name: "Samira de Vries".to_owned(),
            last_login: Some(Moment(1_795_352_000)),
            connected: vec![Text::same("Hogeschool Voorbeeld"), Text::same("ROC Voorbeeld")],
            credentials: 9,
            links: 2,
            contact: Some("privacy@voorbeeld-onderwijs.example".to_owned()),
        };
        vec![("new", Self { last_login: None, connected: vec![], credentials: 0, links: 0, contact: None, ..page.clone() }), ("used", page)]
    }
}

impl PageView for Privacy {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Other)
    }

    template!(Privacy, "wallet/privacy.html", Words);
}

struct Words {
    title: &'static str,
    intro: &'static str,
    kept: &'static str,
    name: &'static str,
    name_note: &'static str,
    last_login: &'static str,
    schools: &'static str,
    schools_none: &'static str,
    credentials: &'static str,
    links: &'static str,
    operator: &'static str,
    operator_text: fn(&str) -> String,
    operator_can: &'static [&'static str],
    operator_cannot: &'static [&'static str],
    own_device: &'static str,
    rights: &'static str,
    rights_text: &'static str,
    contact: &'static str,
    statement: &'static str,
    notices: &'static str,
    log_out: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Privacy en instellingen",
    intro: "Wat deze wallet van je bewaart, en wat de beheerder ermee zou kunnen.",
    kept: "Wat er van je staat",
    name: "Naam, zoals eduID die gaf",
    name_note: "Klopt je naam niet? Verander hem in eduID; bij de volgende keer inloggen komt hij mee.",
    last_login: "Laatst ingelogd",
    schools: "Gekoppelde scholen",
    schools_none: "Geen",
    credentials: "Bewijzen",
    links: "Links die werken",
    operator: "Wat de beheerder technisch kan",
    operator_text: |operator| {
        format!(
            "{operator} beheert deze server. Je bewijzen en sleutels staan er versleuteld, elk met een eigen sleutel voor jou. Toch is dit eerlijk om te weten:"
        )
    },
    operator_can: &[
        "De server gebruikt jouw sleutels als jij iets deelt. Wie de server en de hoofdsleutel in handen heeft, zou ze zonder jou kunnen gebruiken.",
        "De beheerder kan zien dát je wallet bestaat en wanneer je inlogt.",
        "De beheerder kan de dienst stilzetten. Bewaar daarom zelf een kopie van wat belangrijk is.",
    ],
    operator_cannot: &[
        "In logboeken en tellingen staan geen namen, geen bewijzen en geen links.",
        "Verwijder je een bewijs, dan wordt de sleutel vernietigd; binnen dertig dagen is het ook uit reservekopieën onleesbaar.",
        "Je school hoort niet wat je deelt, weigert of verwijdert.",
    ],
    own_device: "Wil je dat niemand anders bij je sleutels kan? Vraag je school om het bewijs opnieuw uit te geven aan een wallet op je eigen telefoon.",
    rights: "Je rechten",
    rights_text: "Je mag inzien, meenemen, verbeteren en laten wissen wat hier van je staat. Bewijzen bekijk en wis je zelf; voor de rest kun je de beheerder schrijven.",
    contact: "Schrijf de beheerder",
    statement: "Lees de hele privacyverklaring",
    notices: "Kies waarover je nieuws krijgt",
    log_out: "Uitloggen",
};

const EN: Words = Words {
    title: "Privacy and settings",
    intro: "What this wallet keeps of you, and what its operator could do with it.",
    kept: "What is kept of you",
    name: "Name, as eduID gave it",
    name_note: "Is your name not right? Change it in eduID; it comes along the next time you log in.",
    last_login: "Last logged in",
    schools: "Connected schools",
    schools_none: "None",
    credentials: "Credentials",
    links: "Links that work",
    operator: "What the operator could technically do",
    operator_text: |operator| {
        format!(
            "{operator} runs this server. Your credentials and keys are kept there encrypted, each with a key of your own. Still, this is fair to know:"
        )
    },
    operator_can: &[
        "The server uses your keys when you share something. Whoever holds the server and its master key could use them without you.",
        "The operator can see that your wallet exists and when you log in.",
        "The operator can switch the service off. So keep a copy yourself of what matters.",
    ],
    operator_cannot: &[
        "Logs and counts hold no names, no credentials and no links.",
        "If you delete a credential its key is destroyed; within thirty days it is unreadable in backups too.",
        "Your school is not told what you share, refuse or delete.",
    ],
    own_device: "Do you want nobody else to reach your keys? Ask your school to issue the credential again to a wallet on your own phone.",
    rights: "Your rights",
    rights_text: "You may see, take along, correct and have erased what is kept of you here. Credentials you see and erase yourself; for the rest you can write to the operator.",
    contact: "Write to the operator",
    statement: "Read the whole privacy statement",
    notices: "Choose what you are told",
    log_out: "Log out",
};
