//! The words of failures with badges from elsewhere: files, and platforms that push and read.

use super::Told;
use crate::Lang;

/// What is told of a code, when it is one of these.
pub(super) fn told(lang: Lang, code: &str) -> Option<&'static Told> {
    let (_, nl, en) = TOLD.iter().find(|(known, ..)| *known == code)?;
    Some(lang.pick(nl, en))
}

static TOLD: [(&str, Told, Told); 9] = [
    (
        "import_missing",
        Told {
            title: "Er is geen bestand gekozen",
            what: "Er was niets om te bekijken.",
            now: "Kies het bestand van de badge en druk op Bekijken.",
        },
        Told {
            title: "No file was chosen",
            what: "There was nothing to look at.",
            now: "Choose the file of the badge and press Look at it.",
        },
    ),
    (
        "import_known",
        Told {
            title: "Je hebt deze badge al",
            what: "Dezelfde badge, of een nieuwere versie ervan, staat in je wallet. Er is niets veranderd.",
            now: "Bekijk hem in je wallet.",
        },
        Told {
            title: "You have this badge already",
            what: "The same badge, or a newer version of it, is in your wallet. Nothing was changed.",
            now: "Look at it in your wallet.",
        },
    ),
    (
        "import_format",
        Told {
            title: "Dit is geen badge die we kunnen lezen",
            what: "Er zit geen Open Badge 3.0 in, of meer dan één, of hij is niet gebouwd zoals het hoort. We hebben niets bewaard.",
            now: "Kies het bestand zoals je het kreeg. Was het een oudere soort badge? Vraag de uitgever om een nieuwe.",
        },
        Told {
            title: "This is no badge that we can read",
            what: "There is no Open Badge 3.0 in it, or more than one, or it is not built as it should be. We kept nothing.",
            now: "Choose the file as you were given it. Was it a badge of an older kind? Ask the issuer for a new one.",
        },
    ),
    (
        "import_unchecked",
        Told {
            title: "We kunnen deze badge nu niet controleren",
            what: "De sleutel van de uitgever was niet te krijgen. Dan kan niemand zeggen of de badge echt is. We hebben niets bewaard.",
            now: "Probeer het later opnieuw. Lukt het dan nog niet? Laat het de uitgever weten.",
        },
        Told {
            title: "We cannot check this badge now",
            what: "The key of its issuer could not be had, so that nobody can tell whether the badge is genuine. We kept nothing.",
            now: "Try again later. Still not? Tell the issuer.",
        },
    ),
    (
        "import_revoked",
        Told {
            title: "Deze badge is ingetrokken",
            what: "De uitgever heeft de badge ingetrokken. We hebben hem niet bewaard.",
            now: "Vraag de uitgever waarom, of om een nieuwe.",
        },
        Told {
            title: "This badge was withdrawn",
            what: "Its issuer withdrew the badge. We did not keep it.",
            now: "Ask the issuer why, or for a new one.",
        },
    ),
    (
        "no_credential_in_image",
        Told {
            title: "In dit plaatje zit geen badge",
            what: "Het is alleen een plaatje: de badge zelf zit er niet in. Dat gebeurt als een plaatje is gekopieerd of met een chat-app is verstuurd.",
            now: "Download de badge opnieuw waar je hem kreeg, en kies dat bestand.",
        },
        Told {
            title: "There is no badge in this picture",
            what: "It is a picture only: the badge itself is not in it. That happens when a picture was copied or sent by a chat app.",
            now: "Download the badge again from where you got it, and choose that file.",
        },
    ),
    (
        "open_badges_2",
        Told {
            title: "Deze badge is van een oudere soort",
            what: "Het is een Open Badge 2.0. Deze wallet leest versie 3.0.",
            now: "Vraag de uitgever om de badge als Open Badge 3.0.",
        },
        Told {
            title: "This badge is of an older kind",
            what: "It is an Open Badge 2.0. This wallet reads version 3.0.",
            now: "Ask the issuer for the badge as Open Badge 3.0.",
        },
    ),
    (
        "platform_unknown",
        Told {
            title: "We weten niet wie je stuurt",
            what: "Het platform waar je vandaan komt, is hier niet aangemeld, of noemt een ander adres om naar terug te gaan. Er is niets gedeeld.",
            now: "Ga terug naar het platform en begin daar opnieuw. Lukt het dan nog niet? Laat het het platform weten.",
        },
        Told {
            title: "We do not know who sends you",
            what: "The platform that you come from is not registered here, or says that you should go back to another address. Nothing was shared.",
            now: "Go back to the platform and begin there again. Still not? Tell the platform.",
        },
    ),
    (
        "platform_waiting",
        Told {
            title: "Dit platform mag nog niet koppelen",
            what: "De beheerder van deze wallet bekijkt platforms voordat ze iets aan studenten mogen vragen. Dit platform is nog niet toegelaten. Er is niets gedeeld.",
            now: "Laat het het platform weten, of vraag het de beheerder van deze wallet.",
        },
        Told {
            title: "This platform may not connect yet",
            what: "The operator of this wallet looks at platforms before they may ask learners. This one was not admitted yet. Nothing was shared.",
            now: "Tell the platform, or ask the operator of this wallet.",
        },
    ),
];
