//! The words of a verdict in Dutch and English: one entry per outcome of a check.

use crate::view::words;

/// What a sentence about a check may name, already in the page's language.
pub(crate) struct Named<'a> {
    /// The issuer, by the register; `the issuer` when nobody vouches for a name.
    pub(crate) issuer: &'a str,
    /// Who keeps the register.
    pub(crate) keeper: &'a str,
    /// The date or time that the check is about; empty when there is none.
    pub(crate) when: &'a str,
}

type Say = for<'a, 'b> fn(&'a Named<'b>) -> String;

/// One outcome of one check: a heading, a sentence, and what stands in the fold.
pub(crate) struct Line {
    pub(crate) title: &'static str,
    pub(crate) text: Say,
    pub(crate) more: &'static str,
}

pub(crate) struct Words {
    pub(crate) faces: [&'static str; 4],
    pub(crate) checked_at: fn(&str, &str) -> String,
    pub(crate) signature_fits: &'static str,
    pub(crate) do_not_trust: &'static str,
    pub(crate) unavailable_reason: &'static str,
    pub(crate) shared_thing: &'static str,
    pub(crate) several: fn(usize) -> String,
    pub(crate) one_of: fn(usize, usize) -> String,
    pub(crate) level: fn(&str, &str) -> String,
    pub(crate) level_by_institution: fn(&str, &str) -> String,
    pub(crate) achieved_by: &'static str,
    pub(crate) enrolled_person: &'static str,
    pub(crate) issued_by: &'static str,
    pub(crate) issuer_says: &'static str,
    pub(crate) enrolled_at: &'static str,
    pub(crate) achieved_on: &'static str,
    pub(crate) result: &'static str,
    pub(crate) born: &'static str,
    pub(crate) valid_until: &'static str,
    pub(crate) was_valid_until: &'static str,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    pub(crate) as_of: &'static str,
    pub(crate) state: &'static str,
    pub(crate) phase: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) code: &'static str,
    pub(crate) enrolment_state: fn(&str) -> Option<&'static str>,
    pub(crate) enrolment_phase: fn(&str) -> Option<&'static str>,
    pub(crate) enrolment_mode: fn(&str) -> Option<&'static str>,
    pub(crate) what_checked: &'static str,
    pub(crate) hidden_title: &'static str,
    pub(crate) hidden_text: &'static str,
    pub(crate) what_to_do: &'static str,
    pub(crate) do_ask_again: &'static str,
    pub(crate) do_call: &'static str,
    pub(crate) do_keep_report: &'static str,
    pub(crate) report_link: &'static str,
    pub(crate) paste_again: &'static str,
    pub(crate) name_title: &'static str,
    pub(crate) name_confirmed: fn(&str, &str) -> String,
    pub(crate) name_unrecorded: &'static str,
    pub(crate) name_more: &'static str,
    pub(crate) key_title: &'static str,
    pub(crate) key_here: &'static str,
    pub(crate) key_here_more: &'static str,
    pub(crate) key_wallet: &'static str,
    pub(crate) key_wallet_more: &'static str,
    pub(crate) not_title: &'static str,
    pub(crate) not_diploma: &'static str,
    pub(crate) not_now: fn(&str) -> String,
    pub(crate) not_person: &'static str,
    pub(crate) shared_until: fn(&str) -> String,
    pub(crate) shared_open: &'static str,
    pub(crate) answered: fn(&str, &str) -> String,
    pub(crate) pasted: &'static str,
    pub(crate) what_can: fn(&str) -> String,
    pub(crate) the_holder: &'static str,
    pub(crate) outcomes_by: fn(&str) -> String,
    pub(crate) tested_by: fn(&str) -> String,
    pub(crate) level_and_load: &'static str,
    pub(crate) scale_label: fn(&str, &str) -> String,
    pub(crate) scale: [&'static str; 8],
    pub(crate) level_is: fn(&str, &str, &str) -> String,
    pub(crate) level_not_verified: &'static str,
    pub(crate) ec_hours: fn(&str, &str) -> String,
    pub(crate) sbu_hours: fn(&str) -> String,
    pub(crate) plain_hours: fn(&str) -> String,
    pub(crate) also_in_it: &'static str,
    pub(crate) keep_copy: &'static str,
    pub(crate) certificate: &'static str,
    pub(crate) data: &'static str,
    pub(crate) report: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) elsewhere_text: fn(&str) -> String,
    pub(crate) elsewhere_link: &'static str,
    pub(crate) counted: &'static str,
    pub(crate) checks: Checks,
}

/// Every outcome of every check.
pub(crate) struct Checks {
    pub(crate) format_ok: Line,
    pub(crate) format_failed: Line,
    pub(crate) format_not_checked: Line,
    pub(crate) signature_ok: Line,
    pub(crate) signature_failed: Line,
    pub(crate) signature_not_checked: Line,
    pub(crate) issuer_ok: Line,
    pub(crate) issuer_own_register: Line,
    pub(crate) issuer_key_given: Line,
    pub(crate) issuer_unknown: Line,
    pub(crate) issuer_suspended: Line,
    pub(crate) issuer_not_checked: Line,
    pub(crate) dates_ok: Line,
    pub(crate) dates_expired: Line,
    pub(crate) dates_not_yet: Line,
    pub(crate) dates_not_checked: Line,
    pub(crate) status_ok: Line,
    pub(crate) status_revoked: Line,
    pub(crate) status_suspended: Line,
    pub(crate) status_superseded: Line,
    pub(crate) status_not_checked: Line,
    pub(crate) schema_ok: Line,
    pub(crate) schema_failed: Line,
    pub(crate) schema_not_checked: Line,
    pub(crate) binding_ok: Line,
    pub(crate) binding_failed: Line,
    pub(crate) binding_not_checked: Line,
    pub(crate) query_ok: Line,
    pub(crate) query_failed: Line,
    pub(crate) query_not_checked: Line,
}

words!(Words);

const NL: Words = Words {
    faces: ["Echt en geldig", "Echt, let op", "Niet geldig", "Niet te controleren"],
    checked_at: |date, time| format!("Gecontroleerd op {date} om {time}"),
    signature_fits: "De handtekening klopt.",
    do_not_trust: "Vertrouw dit bewijs niet.",
    unavailable_reason: "Hier staat geen bewijs dat we kunnen lezen.",
    shared_thing: "gedeeld bewijs",
    several: |n| format!("{n} bewijzen"),
    one_of: |i, n| format!("Bewijs {i} van {n}"),
    level: |framework, level| format!("niveau {framework}\u{a0}{level}"),
    level_by_institution: |framework, level| format!("niveau volgens de instelling: {framework}\u{a0}{level}"),
    achieved_by: "Behaald door",
    enrolled_person: "Ingeschreven",
    issued_by: "Uitgereikt door",
    issuer_says: "Opgegeven uitgever",
    enrolled_at: "Bij",
    achieved_on: "Behaald op",
    result: "Resultaat",
    born: "Geboren op",
    valid_until: "Geldig tot",
    was_valid_until: "Was geldig tot",
    from: "Vanaf",
    until: "Tot en met",
    as_of: "Stand op",
    state: "Inschrijving",
    phase: "Fase",
    mode: "Vorm",
    code: "Opleidingscode",
    enrolment_state: |state| match state {
        "associated" => Some("actief"),
        "finished" => Some("afgerond"),
        "cancelled" | "canceled" => Some("beëindigd"),
        "pending" => Some("in behandeling"),
        "queued" => Some("op de wachtlijst"),
        "denied" => Some("afgewezen"),
        _ => None,
    },
    enrolment_phase: |phase| match phase {
        "associate_degree" | "associate degree" => Some("associate degree"),
        "propedeuse" | "propaedeutic" => Some("propedeuse"),
        "bachelor" => Some("bachelor"),
        "master" => Some("master"),
        _ => None,
    },
    enrolment_mode: |mode| match mode {
        "full-time" => Some("voltijd"),
        "part-time" => Some("deeltijd"),
        "dual training" => Some("duaal"),
        "self-paced" => Some("eigen tempo"),
        _ => None,
    },
    what_checked: "Wat hebben we gecontroleerd?",
    hidden_title: "We laten de inhoud niet zien",
    hidden_text: "Iemand kan het bewijs hebben veranderd. Daarom ziet u hier geen naam, geen titel en geen school. Die zouden onwaar kunnen zijn.",
    what_to_do: "Wat kunt u doen?",
    do_ask_again: "Vraag de houder om een nieuwe link.",
    do_call: "Klopt die ook niet? Bel de school. Zoek het nummer zelf op, gebruik niet een nummer uit een mail.",
    do_keep_report: "Bewaar het controlerapport als u dit wilt melden.",
    report_link: "Naar het controlerapport",
    paste_again: "Een ander bewijs controleren",
    name_title: "Naam volgens de instelling",
    name_confirmed: |source, date| {
        if date.is_empty() { format!("Bevestigd via {source}.") } else { format!("Bevestigd via {source}, op {date}.") }
    },
    name_unrecorded: "Niet vastgelegd hoe de naam is bevestigd.",
    name_more: "De instelling zegt in het ondertekende bewijs waar de naam vandaan komt. Wij hebben de persoon niet zelf gezien.",
    key_title: "Sleutel van de houder",
    key_here: "Beheerd door deze wallet-server.",
    key_here_more: "De houder deelde dit met een sleutel die de wallet bewaart. De beheerder van de wallet kan daar technisch bij.",
    key_wallet: "De wallet van de houder bewees dat die de sleutel heeft.",
    key_wallet_more: "Het bewijs is gekoppeld aan een sleutel. Het antwoord is met die sleutel ondertekend, voor deze vraag.",
    not_title: "Wat betekent dit niet?",
    not_diploma: "Dit is geen diploma of graad.",
    not_now: |date| {
        if date.is_empty() {
            "Dit zegt hoe het was toen het bewijs werd gemaakt.".to_owned()
        } else {
            format!("Dit zegt hoe het was op {date}. Daarna kan er iets veranderd zijn.")
        }
    },
    not_person: "Deze pagina zegt niet wie er nu voor u zit: vraag bij twijfel een identiteitsbewijs.",
    shared_until: |date| format!("Gedeeld door de houder zelf, tot {date}."),
    shared_open: "Gedeeld door de houder zelf, tot de houder stopt met delen.",
    answered: |purpose, date| format!("Antwoord op de vraag “{purpose}”. De gegevens worden hier gewist op {date}."),
    pasted: "U gaf dit bewijs zelf aan deze pagina. Wij bewaren het niet.",
    what_can: |who| format!("Wat kan {who} nu?"),
    the_holder: "de houder",
    outcomes_by: |issuer| format!("Leeruitkomsten volgens {issuer}."),
    tested_by: |how| format!("Getoetst met: {how}."),
    level_and_load: "Niveau en studielast",
    scale_label: |level, framework| format!("Niveau {level} van 8 van het raamwerk {framework}"),
    scale: ["mbo entree", "mbo 2", "mbo 3", "mbo 4", "associate degree", "bachelor", "master", "doctoraat"],
    level_is: |framework, level, like| format!("{framework}\u{a0}{level} is het niveau van: {like}."),
    level_not_verified: "Dit niveau staat in het bewijs volgens de instelling. Niemand anders heeft het bevestigd.",
    ec_hours: |value, hours| format!("{value}\u{a0}EC staat voor ongeveer {hours}\u{a0}uur studie."),
    sbu_hours: |value| format!("{value}\u{a0}SBU zijn {value}\u{a0}uur studie, les en praktijk samen."),
    plain_hours: |value| format!("De studielast is {value}\u{a0}uur."),
    also_in_it: "Dit staat er ook in",
    keep_copy: "Bewaar een kopie",
    certificate: "Certificaat om te printen",
    data: "Gegevens (het bewijs zelf)",
    report: "Controlerapport (JSON)",
    elsewhere: "Controleer het ergens anders",
    elsewhere_text: |host| {
        format!(
            "Vertrouw niet alleen op een groen vinkje. Kijk of het webadres van deze pagina begint met {host}. Download de gegevens en laat ze ook door een ander programma controleren."
        )
    },
    elsewhere_link: "Een bestand controleren",
    counted: "De houder ziet hoe vaak deze pagina is geopend, niet door wie.",
    checks: Checks {
        format_ok: Line { title: "Leesbaar bewijs", text: |_| "Het bestand heeft de vorm van een digitaal bewijs.".to_owned(), more: "" },
        format_failed: Line {
            title: "Geen leesbaar bewijs",
            text: |_| "Het bestand heeft niet de vorm van een digitaal bewijs.".to_owned(),
            more: "Misschien is er een stuk weggevallen bij het kopiëren.",
        },
        format_not_checked: Line { title: "Vorm: niet gecontroleerd", text: |_| String::new(), more: "" },
        signature_ok: Line {
            title: "Niet veranderd",
            text: |n| format!("De digitale handtekening van {} klopt.", n.issuer),
            more: "Als iemand één letter verandert, klopt de handtekening niet meer.",
        },
        signature_failed: Line {
            title: "Veranderd of beschadigd",
            text: |_| "De digitale handtekening klopt niet.".to_owned(),
            more: "Dit kan opzet zijn, maar ook een fout bij het kopiëren.",
        },
        signature_not_checked: Line {
            title: "Handtekening: niet gecontroleerd",
            text: |_| "We konden de sleutel van de uitgever niet vinden.".to_owned(),
            more: "",
        },
        issuer_ok: Line {
            title: "Uitgever bekend",
            text: |n| format!("{} staat in het register van {}.", n.issuer, n.keeper),
            more: "De naam en het webadres van de uitgever op deze pagina komen uit dat register, niet uit het bewijs zelf.",
        },
        issuer_own_register: Line {
            title: "Uitgever bekend, in het eigen register",
            text: |n| format!("{} staat in het register van {}. Dat register houdt de uitgever zelf bij.", n.issuer, n.keeper),
            more: "Er is geen ander die voor de naam van deze uitgever instaat.",
        },
        issuer_key_given: Line {
            title: "Sleutel door uzelf opgegeven",
            text: |_| "De handtekening past bij de sleutel die u opgaf.".to_owned(),
            more: "Van wie die sleutel is, moet u zelf weten.",
        },
        issuer_unknown: Line {
            title: "Uitgever onbekend",
            text: |n| format!("Deze uitgever staat niet in het register van {}.", n.keeper),
            more: "De handtekening klopt, maar wij weten niet van wie die is. De naam in het bewijs heeft de uitgever zelf ingevuld.",
        },
        issuer_suspended: Line {
            title: "Uitgever geschorst",
            text: |n| format!("{} mag volgens het register van {} nu geen bewijzen uitgeven.", n.issuer, n.keeper),
            more: "Vraag de uitgever naar de reden.",
        },
        issuer_not_checked: Line {
            title: "Uitgever: niet gecontroleerd",
            text: |_| "Zonder juiste handtekening weten we niet wie dit heeft gemaakt.".to_owned(),
            more: "",
        },
        dates_ok: Line {
            title: "Nog geldig",
            text: |n| if n.when.is_empty() { "Zonder einddatum.".to_owned() } else { format!("Geldig tot {}.", n.when) },
            more: "We vergelijken met de klok van deze server.",
        },
        dates_expired: Line {
            title: "Niet meer geldig",
            text: |n| {
                if n.when.is_empty() { "De einddatum van dit bewijs is voorbij.".to_owned() } else { format!("Verlopen op {}.", n.when) }
            },
            more: "Het bewijs was echt, maar de einddatum is voorbij. Vraag de houder naar een nieuw bewijs.",
        },
        dates_not_yet: Line {
            title: "Nog niet geldig",
            text: |n| if n.when.is_empty() { "Dit bewijs gaat later in.".to_owned() } else { format!("Geldig vanaf {}.", n.when) },
            more: "We vergelijken met de klok van deze server.",
        },
        dates_not_checked: Line { title: "Geldigheid: niet gecontroleerd", text: |_| String::new(), more: "" },
        status_ok: Line {
            title: "Niet ingetrokken",
            text: |n| {
                if n.when.is_empty() {
                    format!("Volgens de statuslijst van {}.", n.issuer)
                } else {
                    format!("Volgens de statuslijst van {}, opgehaald op {}.", n.issuer, n.when)
                }
            },
            more: "De uitgever kan een bewijs intrekken of opschorten. Dat is hier niet gebeurd.",
        },
        status_revoked: Line {
            title: "Ingetrokken",
            text: |n| format!("{} heeft dit bewijs ingetrokken.", n.issuer),
            more: "Een ingetrokken bewijs wordt niet meer geldig. De reden staat niet in de statuslijst; de houder weet die wel.",
        },
        status_suspended: Line {
            title: "Opgeschort",
            text: |n| format!("{} heeft dit bewijs voor nu opgeschort.", n.issuer),
            more: "Een opgeschort bewijs kan later weer geldig worden. Open deze pagina dan opnieuw.",
        },
        status_superseded: Line {
            title: "Vervangen",
            text: |n| format!("{} heeft dit bewijs vervangen door een nieuwer.", n.issuer),
            more: "Vraag de houder naar het nieuwe bewijs.",
        },
        status_not_checked: Line {
            title: "Ingetrokken of niet: niet gecontroleerd",
            text: |n| {
                if n.when.is_empty() {
                    "De statuslijst van de uitgever was niet te gebruiken.".to_owned()
                } else {
                    format!("De statuslijst van de uitgever was niet te gebruiken. De laatste keer was op {}.", n.when)
                }
            },
            more: "Probeer het later nog eens, dan halen we de lijst opnieuw op.",
        },
        schema_ok: Line {
            title: "Volledig ingevuld",
            text: |_| "De inhoud heeft de vorm die bij dit soort bewijs hoort.".to_owned(),
            more: "",
        },
        schema_failed: Line {
            title: "Niet goed ingevuld",
            text: |_| "De inhoud heeft niet de vorm die bij dit soort bewijs hoort.".to_owned(),
            more: "Dit is een fout van de uitgever.",
        },
        schema_not_checked: Line { title: "Vorm van de inhoud: niet gecontroleerd", text: |_| String::new(), more: "" },
        binding_ok: Line {
            title: "Gedeeld door de houder",
            text: |_| "Ondertekend met de sleutel waaraan het bewijs is gekoppeld.".to_owned(),
            more: "Wie alleen een kopie van het bewijs heeft, kan dit niet.",
        },
        binding_failed: Line {
            title: "Niet gedeeld door de houder",
            text: |_| "De handtekening van de houder klopt niet.".to_owned(),
            more: "Misschien heeft iemand anders een kopie van het bewijs gestuurd.",
        },
        binding_not_checked: Line { title: "Houder: niet gecontroleerd", text: |_| String::new(), more: "" },
        query_ok: Line { title: "Past bij de vraag", text: |_| "Alles wat gevraagd was, staat erin.".to_owned(), more: "" },
        query_failed: Line { title: "Past niet bij de vraag", text: |_| "Er ontbreekt iets dat gevraagd was.".to_owned(), more: "" },
        query_not_checked: Line { title: "Vraag: niet gecontroleerd", text: |_| String::new(), more: "" },
    },
};

const EN: Words = Words {
    faces: ["Genuine and valid", "Genuine, take note", "Not valid", "Cannot be checked"],
    checked_at: |date, time| format!("Checked on {date} at {time}"),
    signature_fits: "The signature is right.",
    do_not_trust: "Do not trust this credential.",
    unavailable_reason: "There is no credential here that we can read.",
    shared_thing: "shared credential",
    several: |n| format!("{n} credentials"),
    one_of: |i, n| format!("Credential {i} of {n}"),
    level: |framework, level| format!("level {framework}\u{a0}{level}"),
    level_by_institution: |framework, level| format!("level according to the institution: {framework}\u{a0}{level}"),
    achieved_by: "Achieved by",
    enrolled_person: "Enrolled",
    issued_by: "Issued by",
    issuer_says: "Issuer as stated",
    enrolled_at: "At",
    achieved_on: "Achieved on",
    result: "Result",
    born: "Born on",
    valid_until: "Valid until",
    was_valid_until: "Was valid until",
    from: "From",
    until: "Up to and including",
    as_of: "As it was on",
    state: "Enrolment",
    phase: "Phase",
    mode: "Form",
    code: "Programme code",
    enrolment_state: |state| match state {
        "associated" => Some("active"),
        "finished" => Some("finished"),
        "cancelled" | "canceled" => Some("ended"),
        "pending" => Some("being handled"),
        "queued" => Some("on the waiting list"),
        "denied" => Some("refused"),
        _ => None,
    },
    enrolment_phase: |phase| match phase {
        "associate_degree" | "associate degree" => Some("associate degree"),
        "propedeuse" | "propaedeutic" => Some("first year"),
        "bachelor" => Some("bachelor"),
        "master" => Some("master"),
        _ => None,
    },
    enrolment_mode: |mode| match mode {
        "full-time" => Some("full-time"),
        "part-time" => Some("part-time"),
        "dual training" => Some("work and study"),
        "self-paced" => Some("self-paced"),
        _ => None,
    },
    what_checked: "What did we check?",
    hidden_title: "We do not show the content",
    hidden_text: "Somebody may have changed the credential. That is why you see no name, no title and no school here. They could be untrue.",
    what_to_do: "What can you do?",
    do_ask_again: "Ask the holder for a new link.",
    do_call: "Is that one not right either? Call the school. Look up the number yourself, do not use a number from a mail.",
    do_keep_report: "Keep the report of the check if you want to report this.",
    report_link: "To the report of the check",
    paste_again: "Check another credential",
    name_title: "Name according to the institution",
    name_confirmed: |source, date| {
        if date.is_empty() { format!("Confirmed through {source}.") } else { format!("Confirmed through {source}, on {date}.") }
    },
    name_unrecorded: "How the name was confirmed is not recorded.",
    name_more: "In the signed credential the institution says where the name comes from. We have not seen the person ourselves.",
    key_title: "Key of the holder",
    key_here: "Kept by this wallet server.",
    key_here_more: "The holder shared this with a key that the wallet keeps. The operator of the wallet could technically use it.",
    key_wallet: "The holder’s wallet proved that it has the key.",
    key_wallet_more: "The credential is tied to a key. The answer was signed with that key, for this question.",
    not_title: "What does this not mean?",
    not_diploma: "This is not a diploma or degree.",
    not_now: |date| {
        if date.is_empty() {
            "This says how it was when the credential was made.".to_owned()
        } else {
            format!("This says how it was on {date}. Something may have changed since.")
        }
    },
    not_person: "This page does not say who is in front of you now: if in doubt, ask for an identity document.",
    shared_until: |date| format!("Shared by the holder, until {date}."),
    shared_open: "Shared by the holder, until the holder stops sharing.",
    answered: |purpose, date| format!("Answer to the question “{purpose}”. The data are erased here on {date}."),
    pasted: "You gave this credential to this page yourself. We do not keep it.",
    what_can: |who| format!("What can {who} do now?"),
    the_holder: "the holder",
    outcomes_by: |issuer| format!("Learning outcomes according to {issuer}."),
    tested_by: |how| format!("Tested with: {how}."),
    level_and_load: "Level and workload",
    scale_label: |level, framework| format!("Level {level} of 8 of the {framework} framework"),
    scale: ["mbo entry", "mbo 2", "mbo 3", "mbo 4", "associate degree", "bachelor", "master", "doctorate"],
    level_is: |framework, level, like| format!("{framework}\u{a0}{level} is the level of: {like}."),
    level_not_verified: "This level stands in the credential according to the institution. Nobody else confirmed it.",
    ec_hours: |value, hours| format!("{value}\u{a0}EC stands for about {hours}\u{a0}hours of study."),
    sbu_hours: |value| format!("{value}\u{a0}SBU are {value}\u{a0}hours of study, lessons and practice together."),
    plain_hours: |value| format!("The workload is {value}\u{a0}hours."),
    also_in_it: "This is also in it",
    keep_copy: "Keep a copy",
    certificate: "Certificate to print",
    data: "Data (the credential itself)",
    report: "Report of the check (JSON)",
    elsewhere: "Check it somewhere else",
    elsewhere_text: |host| {
        format!(
            "Do not trust a green tick alone. See whether the web address of this page starts with {host}. Download the data and have other software check them too."
        )
    },
    elsewhere_link: "Check a file",
    counted: "The holder sees how often this page was opened, not by whom.",
    checks: Checks {
        format_ok: Line { title: "Readable credential", text: |_| "The file has the shape of a digital credential.".to_owned(), more: "" },
        format_failed: Line {
            title: "No readable credential",
            text: |_| "The file does not have the shape of a digital credential.".to_owned(),
            more: "Perhaps a piece was lost in copying.",
        },
        format_not_checked: Line { title: "Shape: not checked", text: |_| String::new(), more: "" },
        signature_ok: Line {
            title: "Not changed",
            text: |n| format!("The digital signature of {} is right.", n.issuer),
            more: "If somebody changes one letter, the signature is no longer right.",
        },
        signature_failed: Line {
            title: "Changed or damaged",
            text: |_| "The digital signature is wrong.".to_owned(),
            more: "This can be on purpose, but also a mistake in copying.",
        },
        signature_not_checked: Line {
            title: "Signature: not checked",
            text: |_| "We could not find the issuer’s key.".to_owned(),
            more: "",
        },
        issuer_ok: Line {
            title: "Issuer known",
            text: |n| format!("{} stands in the register of {}.", n.issuer, n.keeper),
            more: "The name and web address of the issuer on this page come from that register, not from the credential itself.",
        },
        issuer_own_register: Line {
            title: "Issuer known, in its own register",
            text: |n| format!("{} stands in the register of {}. The issuer keeps that register itself.", n.issuer, n.keeper),
            more: "Nobody else vouches for the name of this issuer.",
        },
        issuer_key_given: Line {
            title: "Key given by you",
            text: |_| "The signature fits the key that you gave.".to_owned(),
            more: "Whose key that is, you have to know yourself.",
        },
        issuer_unknown: Line {
            title: "Issuer unknown",
            text: |n| format!("This issuer does not stand in the register of {}.", n.keeper),
            more: "The signature is right, but we do not know whose it is. The issuer filled in the name in the credential itself.",
        },
        issuer_suspended: Line {
            title: "Issuer suspended",
            text: |n| format!("According to the register of {1}, {0} may not issue credentials now.", n.issuer, n.keeper),
            more: "Ask the issuer for the reason.",
        },
        issuer_not_checked: Line {
            title: "Issuer: not checked",
            text: |_| "Without a right signature we do not know who made this.".to_owned(),
            more: "",
        },
        dates_ok: Line {
            title: "Still valid",
            text: |n| if n.when.is_empty() { "Without an end date.".to_owned() } else { format!("Valid until {}.", n.when) },
            more: "We compare with the clock of this server.",
        },
        dates_expired: Line {
            title: "No longer valid",
            text: |n| {
                if n.when.is_empty() { "The end date of this credential has passed.".to_owned() } else { format!("Expired on {}.", n.when) }
            },
            more: "The credential was genuine, but its end date has passed. Ask the holder for a new one.",
        },
        dates_not_yet: Line {
            title: "Not valid yet",
            text: |n| if n.when.is_empty() { "This credential starts later.".to_owned() } else { format!("Valid from {}.", n.when) },
            more: "We compare with the clock of this server.",
        },
        dates_not_checked: Line { title: "Validity: not checked", text: |_| String::new(), more: "" },
        status_ok: Line {
            title: "Not withdrawn",
            text: |n| {
                if n.when.is_empty() {
                    format!("According to the status list of {}.", n.issuer)
                } else {
                    format!("According to the status list of {}, fetched on {}.", n.issuer, n.when)
                }
            },
            more: "The issuer can withdraw or suspend a credential. That has not happened here.",
        },
        status_revoked: Line {
            title: "Withdrawn",
            text: |n| format!("{} has withdrawn this credential.", n.issuer),
            more: "A withdrawn credential does not become valid again. The reason is not in the status list; the holder knows it.",
        },
        status_suspended: Line {
            title: "Suspended",
            text: |n| format!("{} has suspended this credential for now.", n.issuer),
            more: "A suspended credential can become valid again. Open this page again later.",
        },
        status_superseded: Line {
            title: "Replaced",
            text: |n| format!("{} has replaced this credential by a newer one.", n.issuer),
            more: "Ask the holder for the new credential.",
        },
        status_not_checked: Line {
            title: "Withdrawn or not: not checked",
            text: |n| {
                if n.when.is_empty() {
                    "The status list of the issuer could not be used.".to_owned()
                } else {
                    format!("The status list of the issuer could not be used. The last time was on {}.", n.when)
                }
            },
            more: "Try again later, then we fetch the list again.",
        },
        schema_ok: Line {
            title: "Filled in completely",
            text: |_| "The content has the shape that belongs to this kind of credential.".to_owned(),
            more: "",
        },
        schema_failed: Line {
            title: "Not filled in right",
            text: |_| "The content does not have the shape that belongs to this kind of credential.".to_owned(),
            more: "This is a mistake of the issuer.",
        },
        schema_not_checked: Line { title: "Shape of the content: not checked", text: |_| String::new(), more: "" },
        binding_ok: Line {
            title: "Shared by the holder",
            text: |_| "Signed with the key that the credential is tied to.".to_owned(),
            more: "Somebody who only has a copy of the credential cannot do this.",
        },
        binding_failed: Line {
            title: "Not shared by the holder",
            text: |_| "The signature of the holder is wrong.".to_owned(),
            more: "Perhaps somebody else sent a copy of the credential.",
        },
        binding_not_checked: Line { title: "Holder: not checked", text: |_| String::new(), more: "" },
        query_ok: Line { title: "Fits the question", text: |_| "Everything that was asked is in it.".to_owned(), more: "" },
        query_failed: Line { title: "Does not fit the question", text: |_| "Something that was asked is missing.".to_owned(), more: "" },
        query_not_checked: Line { title: "Question: not checked", text: |_| String::new(), more: "" },
    },
};
