//! The words of a verdict in Dutch.

use super::{Checks, Line, Words};

pub(super) const NL: Words = Words {
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
    logo_from: |keeper| format!("Naam en logo van de uitgever komen uit het register van {keeper}."),
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
    do_ask_file: "Vraag de houder om het bewijs zelf: een bestand of een gedeelde link, geen schermafdruk.",
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
    then_called: "Heette toen",
    called_then: |name| format!("Toen het bewijs werd gemaakt heette de uitgever {name}."),
    since: "De instelling nu",
    left: |gone| format!("De uitgever is {gone}."),
    gone: |date| format!("gestopt op {date}"),
    gone_into: |date, successor| format!("op {date} verder gegaan als {successor}"),
    left_more: "Wat de uitgever voor die dag heeft ondertekend, is nog te controleren: het register bewaart de sleutels en de laatste statuslijst.",
    according_to: |issuer| format!("Volgens {issuer}."),
    results: "Resultaten",
    no_value: "niet vermeld",
    scale_range: |from, to| format!("schaal van {from} tot en met {to}"),
    scale_values: |values| format!("mogelijk: {values}"),
    required: |least| format!("nodig om te slagen: {least}"),
    alignments: "Waar dit op aansluit",
    evidence: "Bewijsstukken",
    evidence_unseen: "Deze stukken hebben wij niet bekeken. Wat er nu op die plek staat, weten we niet.",
    endorsements: "Wat anderen erover zeggen",
    endorsements_apart: "Elke aanbeveling is apart ondertekend en apart gecontroleerd. Het bewijs zelf wordt er niet meer of minder geldig van.",
    endorsed_by_nobody: "Aanbeveling",
    endorsement_hidden: "De handtekening onder deze aanbeveling klopt niet of is niet te controleren. Daarom laten we niet zien wat er staat en van wie het zou zijn.",
    endorses: ["over dit bewijs", "over wat is behaald", "over de instelling", "over iets anders"],
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
        format_not_checked: Line { title: "Niets om te controleren", text: |_| String::new(), more: "" },
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
            more: "Probeer het later nog eens: misschien is de uitgever even niet bereikbaar.",
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
        issuer_key_revoked: Line {
            title: "Sleutel ingetrokken",
            text: |n| format!("De sleutel waarmee dit is ondertekend, geldt volgens het register van {} niet meer.", n.keeper),
            more: "Hij kan in verkeerde handen zijn gekomen. Wat ermee is ondertekend, geeft de uitgever opnieuw uit: vraag om een nieuw bewijs.",
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
