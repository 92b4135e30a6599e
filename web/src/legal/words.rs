//! The words of the help, privacy, accessibility and licence pages.

use crate::view::words;

/// A heading and its paragraphs.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) text: &'static [&'static str],
}

pub(crate) struct Words {
    pub(crate) help_title: &'static str,
    pub(crate) privacy_title: &'static str,
    pub(crate) accessibility_title: &'static str,
    pub(crate) licence_title: &'static str,
    pub(crate) run_by: fn(&str) -> String,
    pub(crate) contact: &'static str,
    pub(crate) no_contact: &'static str,
    pub(crate) version: fn(&str) -> String,
    pub(crate) help_wallet: &'static [Section],
    pub(crate) help_issuer: &'static [Section],
    pub(crate) help_verifier: &'static [Section],
    pub(crate) privacy_wallet: &'static [Section],
    pub(crate) privacy_issuer: &'static [Section],
    pub(crate) privacy_verifier: &'static [Section],
    pub(crate) accessibility: &'static [Section],
    pub(crate) licence: &'static [Section],
}

words!(Words);

const NL: Words = Words {
    help_title: "Hulp",
    privacy_title: "Privacy",
    accessibility_title: "Toegankelijkheid",
    licence_title: "Licentie en onafhankelijkheid",
    run_by: |operator| format!("Deze dienst wordt beheerd door {operator}."),
    contact: "Vragen? Mail",
    no_contact: "De beheerder heeft hier geen mailadres opgegeven.",
    version: |version| format!("Eduwallet, versie {version}."),
    help_wallet: &[
        Section {
            title: "Hoe komt een bewijs in mijn wallet?",
            text: &[
                "Koppel je school op de pagina Scholen. Daarna komen je bewijzen vanzelf binnen.",
                "Kreeg je een link of QR-code van je school? Open die, of plak de link in je wallet.",
            ],
        },
        Section {
            title: "Hoe laat ik een bewijs zien?",
            text: &[
                "Open het bewijs en kies Delen. Je kiest wat erin staat en tot wanneer de link werkt.",
                "Vraagt een organisatie om een bewijs? Dan zie je eerst wie dat is, wat er gevraagd wordt en waarom. Daarna kies je.",
            ],
        },
        Section {
            title: "Ik wil stoppen met delen",
            text: &["Ga naar Gedeeld en kies de link. Stoppen werkt direct. Wat iemand al heeft gezien, kun je niet terugnemen."],
        },
        Section {
            title: "Er klopt iets niet in mijn bewijs",
            text: &["De school maakt het bewijs en kan het verbeteren. Neem contact op met je school."],
        },
        Section {
            title: "Een bewijs controleren",
            text: &["Open de link die u kreeg, of plak het bewijs op de pagina Controleren. U hebt geen account nodig."],
        },
    ],
    help_issuer: &[
        Section {
            title: "Voor studenten",
            text: &["Je school maakt hier je bewijzen. Je bewaart ze in een wallet naar keuze. Koppel je school in die wallet."],
        },
        Section {
            title: "Voor medewerkers",
            text: &[
                "Op de balie ziet u welke resultaten binnenkwamen, wat er is besloten en waarom. U kunt een bewijs opschorten of intrekken.",
                "Staat een resultaat geparkeerd? Dan staat erbij wat er ontbreekt. Vul het aan bij de bron, dan gaat het vanzelf verder.",
            ],
        },
        Section {
            title: "Voor ontwikkelaars",
            text: &[
                "De beschrijving van de API staat op /api/openapi.json. De gegevens van de uitgever staan onder /.well-known/openid-credential-issuer.",
            ],
        },
    ],
    help_verifier: &[
        Section {
            title: "Een bewijs vragen zonder account",
            text: &[
                "Kies wat u wilt zien, zeg wie u bent en waarvoor u het nodig hebt. U krijgt een link voor één persoon. Die ziet dat niemand voor uw naam instaat.",
            ],
        },
        Section {
            title: "Vragen als organisatie",
            text: &[
                "De beheerder van het register neemt uw organisatie op: wie u bent, wat u mag vragen, waarvoor, op welke grond en hoe lang u het bewaart.",
                "Daarna krijgt u een toegangssleutel. Daarmee vraagt u op de pagina Stel één vraag, of vanuit uw eigen systeem via /api/v1/requests.",
            ],
        },
        Section {
            title: "Wat zegt de uitslag?",
            text: &[
                "Groen betekent: alles is gecontroleerd en klopt. Geel: echt, maar er is iets om op te letten. Rood: niet geldig. Een controle die we niet konden doen, is grijs, en dan is de uitslag nooit groen.",
            ],
        },
    ],
    privacy_wallet: &[
        Section {
            title: "Wat we bewaren",
            text: &[
                "Je bewijzen, de sleutels waarmee je ze deelt, met welke scholen je gekoppeld bent, welke links je maakte, en wat je deelde met wie. Van wat je deelde bewaren we de soort gegevens, niet de gegevens zelf.",
            ],
        },
        Section {
            title: "Wie erbij kan",
            text: &[
                "Alles is versleuteld, met een sleutel per persoon. De beheerder bewaart die sleutels op deze server en kan er daarom technisch bij. Wij kunnen niet beloven dat dat onmogelijk is.",
                "Wil je dat niet? Je school kan een bewijs ook geven aan een wallet op je eigen apparaat.",
            ],
        },
        Section {
            title: "Wat je school ziet",
            text: &["Je school ziet dat je een bewijs hebt opgehaald. Niet of je het deelt, weigert of verwijdert."],
        },
        Section {
            title: "Wat een ander ziet",
            text: &["Alleen wat je zelf deelt. Bij een link tellen we hoe vaak hij is geopend. Wie dat was, weten we niet."],
        },
        Section {
            title: "Wissen",
            text: &[
                "Verwijder je een bewijs of je hele wallet, dan vernietigen we de sleutel. De gegevens zijn dan binnen 24 uur onleesbaar, en binnen 30 dagen ook in reservekopieën.",
                "Onder Privacy en instellingen kun je alles meenemen als bestand.",
            ],
        },
        Section {
            title: "Nieuws en mail",
            text: &[
                "Nieuws in je wallet wissen we na 90 dagen. Stuurt de beheerder ook mail, dan bewaren we daarvoor het mailadres dat eduID bij het inloggen gaf. In een mail staat nooit om welk bewijs het gaat. Je kiest zelf wat je wilt weten; alleen inloggen op een nieuw apparaat melden we altijd.",
            ],
        },
        Section {
            title: "Cookies",
            text: &[
                "Een cookie om je ingelogd te houden, en een om dit apparaat te herkennen als je weer inlogt. Van je apparaat bewaren we verder niets. Geen andere partijen, geen metingen van wie je bent.",
            ],
        },
    ],
    privacy_issuer: &[
        Section {
            title: "Wat we bewaren",
            text: &[
                "Wat nodig is om een bewijs te maken, te verbeteren of in te trekken: uit welk resultaat het kwam, wanneer, en de stand. Elke instelling is zelf verantwoordelijk voor haar gegevens.",
            ],
        },
        Section {
            title: "Wat we niet bewaren",
            text: &[
                "Geen burgerservicenummer of onderwijsnummer. Die gooien we bij binnenkomst weg. We weten niet waar een bewijs wordt gebruikt.",
            ],
        },
        Section {
            title: "De statuslijst",
            text: &[
                "Wie een bewijs controleert, haalt een lijst op met de stand van heel veel bewijzen. Wij zien niet welk bewijs die bezoeker bekeek.",
            ],
        },
        Section { title: "Cookies", text: &["Eén cookie voor wie inlogt. Geen andere partijen."] },
    ],
    privacy_verifier: &[
        Section {
            title: "Wat we bewaren",
            text: &[
                "Een vraag, wie hem stelde, waarvoor, en het antwoord. Het antwoord is versleuteld en wordt gewist op de dag die in de vraag staat. De uitslag en de tijden blijven, zonder gegevens van de persoon.",
            ],
        },
        Section { title: "Wie het antwoord ziet", text: &["Alleen de organisatie die vroeg. Wij gebruiken het nergens anders voor."] },
        Section { title: "Controleren", text: &["Van een bewijs dat u hier plakt of uploadt, bewaren we niets."] },
        Section {
            title: "Cookies",
            text: &["Eén cookie als u een vraag opent of stelt, om het antwoord bij de goede browser te krijgen. Geen andere partijen."],
        },
    ],
    accessibility: &[
        Section {
            title: "Wat we willen",
            text: &[
                "Iedereen moet deze pagina’s kunnen gebruiken: met een toetsenbord, een schermlezer, op een telefoon, met grote letters of zonder JavaScript. We streven naar WCAG 2.2, niveau AA.",
            ],
        },
        Section {
            title: "Hoe we dat controleren",
            text: &[
                "Bij elke verandering controleert een programma alle pagina’s, licht en donker, in twee talen. Een onderzoek door mensen met een beperking is nog niet gedaan.",
            ],
        },
        Section {
            title: "Werkt er iets niet?",
            text: &["Laat het ons weten. Schrijf welke pagina het is en wat u wilde doen. Binnen twee weken krijgt u antwoord."],
        },
    ],
    licence: &[
        Section {
            title: "Onafhankelijk",
            text: &[
                "Dit is onafhankelijke software. Hij is niet gemaakt, goedgekeurd of beheerd door SURF, Npuls, Studielink, MBO Digitaal of eduID.",
            ],
        },
        Section {
            title: "Licentie",
            text: &[
                "Eduwallet is open source onder de Apache-licentie, versie 2.0. U mag het gebruiken, bekijken, veranderen en verspreiden onder de voorwaarden van die licentie. Er is geen garantie.",
            ],
        },
        Section {
            title: "Van anderen",
            text: &["De software gebruikt open bouwstenen van anderen, elk met een eigen licentie. De lijst staat bij de broncode."],
        },
    ],
};

const EN: Words = Words {
    help_title: "Help",
    privacy_title: "Privacy",
    accessibility_title: "Accessibility",
    licence_title: "Licence and independence",
    run_by: |operator| format!("This service is run by {operator}."),
    contact: "Questions? Mail",
    no_contact: "The operator has not given a mail address here.",
    version: |version| format!("Eduwallet, version {version}."),
    help_wallet: &[
        Section {
            title: "How does a credential get into my wallet?",
            text: &[
                "Connect your school on the page Schools. After that your credentials arrive by themselves.",
                "Were you given a link or QR code by your school? Open it, or paste the link into your wallet.",
            ],
        },
        Section {
            title: "How do I show a credential?",
            text: &[
                "Open the credential and choose Share. You choose what is in it and until when the link works.",
                "Does an organisation ask for a credential? Then you first see who that is, what is asked and why. Then you choose.",
            ],
        },
        Section {
            title: "I want to stop sharing",
            text: &["Go to Shared and choose the link. Stopping works at once. What somebody has already seen you cannot take back."],
        },
        Section {
            title: "Something in my credential is wrong",
            text: &["The school makes the credential and can correct it. Contact your school."],
        },
        Section {
            title: "Checking a credential",
            text: &["Open the link that you were given, or paste the credential on the page Check. You need no account."],
        },
    ],
    help_issuer: &[
        Section {
            title: "For students",
            text: &[
                "Your school makes your credentials here. You keep them in a wallet of your choice. Connect your school in that wallet.",
            ],
        },
        Section {
            title: "For staff",
            text: &[
                "At the desk you see which results came in, what was decided and why. You can suspend or withdraw a credential.",
                "Is a result parked? Then it says what is missing. Add it at the source and it goes on by itself.",
            ],
        },
        Section {
            title: "For developers",
            text: &[
                "The description of the API is at /api/openapi.json. The issuer’s metadata are under /.well-known/openid-credential-issuer.",
            ],
        },
    ],
    help_verifier: &[
        Section {
            title: "Asking without an account",
            text: &[
                "Choose what you want to see, say who you are and what you need it for. You get a link for one person, who sees that nobody vouches for your name.",
            ],
        },
        Section {
            title: "Asking as an organisation",
            text: &[
                "The keeper of the register admits your organisation: who you are, what you may ask, what for, on which ground and how long you keep it.",
                "Then you get an access key. With it you ask on the page Ask one question, or from your own system through /api/v1/requests.",
            ],
        },
        Section {
            title: "What does the verdict say?",
            text: &[
                "Green means: everything was checked and is right. Yellow: genuine, but take note of something. Red: not valid. A check that we could not make is grey, and then the verdict is never green.",
            ],
        },
    ],
    privacy_wallet: &[
        Section {
            title: "What we keep",
            text: &[
                "Your credentials, the keys with which you share them, which schools you are connected to, which links you made, and what you shared with whom. Of what you shared we keep the kinds of data, not the data themselves.",
            ],
        },
        Section {
            title: "Who can get at it",
            text: &[
                "Everything is encrypted, with a key per person. The operator keeps those keys on this server and could therefore technically get at it. We cannot promise that this is impossible.",
                "Do you not want that? Your school can also give a credential to a wallet on your own device.",
            ],
        },
        Section {
            title: "What your school sees",
            text: &["Your school sees that you collected a credential. Not whether you share, refuse or delete it."],
        },
        Section {
            title: "What others see",
            text: &["Only what you share yourself. Of a link we count how often it was opened. Who that was we do not know."],
        },
        Section {
            title: "Erasing",
            text: &[
                "If you delete a credential or your whole wallet, we destroy the key. The data are unreadable within 24 hours, and within 30 days in backups too.",
                "Under Privacy and settings you can take everything with you as a file.",
            ],
        },
        Section {
            title: "News and mail",
            text: &[
                "We erase news in your wallet after 90 days. If the operator sends mail too, we keep the mail address for it that eduID gave when you logged in. A mail never says which credential it is about. You choose what you want to know; only a login on a new device is always told.",
            ],
        },
        Section {
            title: "Cookies",
            text: &[
                "A cookie to keep you logged in, and one to know this device again when you log in. Of your device we keep nothing else. No other parties, no measuring of who you are.",
            ],
        },
    ],
    privacy_issuer: &[
        Section {
            title: "What we keep",
            text: &[
                "What is needed to make, correct or withdraw a credential: from which result it came, when, and its state. Each institution is itself responsible for its data.",
            ],
        },
        Section {
            title: "What we do not keep",
            text: &["No citizen service number or education number. We drop those at the door. We do not know where a credential is used."],
        },
        Section {
            title: "The status list",
            text: &[
                "Whoever checks a credential fetches a list with the state of very many credentials. We do not see which credential that visitor looked at.",
            ],
        },
        Section { title: "Cookies", text: &["One cookie for those who log in. No other parties."] },
    ],
    privacy_verifier: &[
        Section {
            title: "What we keep",
            text: &[
                "A question, who asked it, what for, and the answer. The answer is encrypted and erased on the day that the question names. The verdict and the times stay, without data about the person.",
            ],
        },
        Section { title: "Who sees the answer", text: &["Only the organisation that asked. We use it for nothing else."] },
        Section { title: "Checking", text: &["Of a credential that you paste or upload here we keep nothing."] },
        Section {
            title: "Cookies",
            text: &["One cookie when you open or ask a question, to get the answer to the right browser. No other parties."],
        },
    ],
    accessibility: &[
        Section {
            title: "What we want",
            text: &[
                "Everybody should be able to use these pages: with a keyboard, a screen reader, on a phone, with large letters or without JavaScript. We aim at WCAG 2.2, level AA.",
            ],
        },
        Section {
            title: "How we check that",
            text: &[
                "At every change a program checks all pages, light and dark, in two languages. An evaluation by people with a disability has not been done yet.",
            ],
        },
        Section {
            title: "Does something not work?",
            text: &["Let us know. Write which page it is and what you wanted to do. You get an answer within two weeks."],
        },
    ],
    licence: &[
        Section {
            title: "Independent",
            text: &[
                "This is independent software. It is not made, endorsed or operated by SURF, Npuls, Studielink, MBO Digitaal or eduID.",
            ],
        },
        Section {
            title: "Licence",
            text: &[
                "Eduwallet is open source under the Apache License, version 2.0. You may use, study, change and distribute it under the terms of that licence. There is no warranty.",
            ],
        },
        Section {
            title: "From others",
            text: &[
                "The software uses open building blocks of others, each with a licence of its own. The list stands with the source code.",
            ],
        },
    ],
};
