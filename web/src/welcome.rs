//! The front page: what this is, who runs it, and the way in.

use crate::view::{template, words};
use crate::{Lang, PageView};

/// `GET /`.
#[derive(Clone, Debug)]
pub struct Welcome {
    /// Where logging in starts.
    pub login_href: String,
    /// Set while logging in cannot work: eduID does not answer.
    pub eduid_down: bool,
}

impl Welcome {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let welcome = Self { login_href: "/auth/login".to_owned(), eduid_down: false };
        vec![("default", welcome.clone()), ("eduid-down", Self { eduid_down: true, ..welcome })]
    }
}

impl PageView for Welcome {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    template!(Welcome, "wallet/welcome.html", Words);
}

struct Words {
    title: &'static str,
    points: [&'static str; 3],
    log_in: &'static str,
    log_in_how: &'static str,
    down: &'static str,
    no_eduid: &'static str,
    no_eduid_text: &'static str,
    check: &'static str,
    check_text: &'static str,
    check_link: &'static str,
    operator: &'static str,
    operator_text: &'static str,
    operator_link: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Je bewijzen op één plek",
    points: [
        "Koppel je school, dan komen je bewijzen vanzelf binnen.",
        "Je kiest wat je vanuit deze wallet deelt, met wie en hoe lang.",
        "Een werkgever ziet in één minuut of het klopt.",
    ],
    log_in: "Inloggen met eduID",
    log_in_how: "Je logt in op de site van eduID en komt daarna hier terug.",
    down: "eduID geeft nu geen antwoord, dus inloggen lukt even niet. Er is niets kwijt. Probeer het over een paar minuten opnieuw.",
    no_eduid: "Nog geen eduID?",
    no_eduid_text: "Een eduID is gratis. Je maakt er een aan op de site van eduID, als je daar voor het eerst inlogt.",
    check: "Wilt u een bewijs controleren?",
    check_text: "Daar is geen account voor nodig. Open de link of scan de code die u kreeg.",
    check_link: "Controleer een bestand of code",
    operator: "Wie beheert deze wallet?",
    operator_text: "De beheerder bewaart je bewijzen en je sleutels versleuteld voor je.",
    operator_link: "Lees wat de beheerder technisch kan",
};

const EN: Words = Words {
    title: "Your credentials in one place",
    points: [
        "Connect your school and your credentials arrive by themselves.",
        "You choose what you share from this wallet, with whom and for how long.",
        "An employer sees in one minute whether it is right.",
    ],
    log_in: "Log in with eduID",
    log_in_how: "You log in at eduID’s site and then come back here.",
    down: "eduID is not answering now, so logging in does not work for a moment. Nothing is lost. Try again in a few minutes.",
    no_eduid: "No eduID yet?",
    no_eduid_text: "An eduID is free. You make one at eduID’s site when you log in there for the first time.",
    check: "Do you want to check a credential?",
    check_text: "You need no account for that. Open the link or scan the code that you were given.",
    check_link: "Check a file or code",
    operator: "Who runs this wallet?",
    operator_text: "The operator keeps your credentials and your keys for you, encrypted.",
    operator_link: "Read what the operator could technically do",
};
