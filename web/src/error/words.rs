//! The words of failures: for each code of the catalogue what happened and what to do, and for any other its HTTP status.

use crate::view::words;

/// What is told of one failure.
pub(crate) struct Told {
    pub(crate) title: &'static str,
    pub(crate) what: &'static str,
    pub(crate) now: &'static str,
}

pub(crate) struct Words {
    pub(crate) shared_title: &'static str,
    pub(crate) shared_nothing: &'static str,
    pub(crate) shared_uncertain: &'static str,
    pub(crate) shared_uncertain_text: &'static str,
    pub(crate) what_title: &'static str,
    pub(crate) now_title: &'static str,
    pub(crate) help_title: &'static str,
    pub(crate) help_text: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) home: &'static str,
    pub(crate) session_title: &'static str,
    pub(crate) session_what: &'static str,
    pub(crate) session_now: &'static str,
    pub(crate) session_login: &'static str,
    pub(crate) code: fn(&str) -> Option<&'static Told>,
    pub(crate) status: fn(u16) -> &'static Told,
}

words!(Words);

const NL: Words = Words {
    shared_title: "Is er iets gedeeld?",
    shared_nothing: "Nee, er is niets gedeeld",
    shared_uncertain: "Dat weten we niet zeker",
    shared_uncertain_text: "Misschien heeft de ander je antwoord toch ontvangen. Onder Activiteit zie je hoe het afloopt.",
    what_title: "Wat er gebeurde",
    now_title: "Wat nu",
    help_title: "Hulp nodig?",
    help_text: "Noem deze code, dan vinden we het snel terug:",
    retry: "Opnieuw",
    home: "Naar het begin",
    session_title: "Je bent uitgelogd",
    session_what: "Je was te lang weg, of je logde ergens anders uit. Wat je net deed, is niet gebeurd.",
    session_now: "Log opnieuw in. Daarna kun je verder waar je was.",
    session_login: "Opnieuw inloggen",
    code: |code| {
        Some(match code {
            "offer_redirect" | "offer_too_large" | "offer_unreachable" | "issuer_unreachable" | "issuer_answer" | "issuer_deferred" => {
                &Told {
                    title: "De school antwoordt niet goed",
                    what: "We konden het bewijs nu niet ophalen. Er is niets bewaard.",
                    now: "Probeer het later opnieuw met dezelfde link.",
                }
            }
            "offer_grant" | "offer_format" => &Told {
                title: "Dit aanbod past niet bij deze wallet",
                what: "De school biedt het bewijs aan op een manier of in een vorm die deze wallet niet kent.",
                now: "Vraag de school of het op een andere manier kan.",
            },
            "offer_issuer" => &Told {
                title: "Dit aanbod is van een ander",
                what: "Het aanbod noemt een andere uitgever dan eerst. We hebben niets opgehaald.",
                now: "Vraag de school om een nieuwe link.",
            },
            "issuer_unknown" => &Told {
                title: "Deze uitgever staat niet in het register",
                what: "We weten niet wie dit is. Daarom nemen we er niets van aan en sturen we geen code.",
                now: "Vraag de school of de link klopt. Vertrouw je het niet? Stop dan.",
            },
            "invalid_grant" | "invalid_client" | "credential_request_denied" => &Told {
                title: "De school geeft dit bewijs niet",
                what: "Misschien is het aanbod voor iemand anders, al opgehaald of verlopen. Er is niets bewaard.",
                now: "Is het bewijs voor jou? Vraag de school om een nieuwe link.",
            },
            "credential_format"
            | "credential_signature"
            | "credential_issuer"
            | "credential_schema"
            | "credential_type"
            | "credential_holder_key"
            | "credential_revoked" => &Told {
                title: "Dit bewijs klopt niet",
                what: "Wat de school stuurde, doorstond onze controle niet. We hebben het niet bewaard.",
                now: "Vertel de school welke code hieronder staat.",
            },
            "connect_state" | "connect_issuer" => &Told {
                title: "Dit koppelen kunnen we niet afmaken",
                what: "Het begon in een andere browser of bij iemand anders, duurde te lang, of was al klaar. Er is niets gekoppeld.",
                now: "Begin opnieuw op de pagina Scholen.",
            },
            "login_refused" => &Told {
                title: "Je bent niet ingelogd",
                what: "Bij eduID is het inloggen gestopt.",
                now: "Probeer het opnieuw als je wilt inloggen.",
            },
            "login_code" | "login_unavailable" => &Told {
                title: "Inloggen lukt nu niet",
                what: "eduID antwoordt niet, of niet zoals het hoort. Je bent niet ingelogd.",
                now: "Probeer het over een paar minuten opnieuw.",
            },
            "login_eduid" => &Told {
                title: "eduID vertelde niet genoeg",
                what: "eduID gaf ons geen eduID-nummer door. Daarmee herkennen we je; zonder kunnen we geen wallet openen. Er is niets bewaard.",
                now: "Vertel dit aan de beheerder van deze dienst: bij eduID moet het eduID-nummer worden vrijgegeven.",
            },
            "offer_ambiguous" => &Told {
                title: "Dit aanbod is dubbelzinnig",
                what: "De link bevat twee aanbiedingen tegelijk. We hebben er geen geopend.",
                now: "Vraag de school om een nieuwe link.",
            },
            "offer_uri_scheme" => &Told {
                title: "Deze link vertrouwen we niet",
                what: "De link verwijst naar een soort adres dat een school nooit gebruikt. We hebben niets opgehaald.",
                now: "Vraag de school om een nieuwe link. Kreeg je deze link per mail? Kijk wie hem stuurde.",
            },
            "offer_uri_address" => &Told {
                title: "Deze link vertrouwen we niet",
                what: "De link verwijst naar een adres binnen een netwerk. Een school gebruikt dat niet. We hebben niets opgehaald.",
                now: "Vraag de school om een nieuwe link.",
            },
            "offer_media_type" => &Told {
                title: "Dit aanbod kunnen we niet lezen",
                what: "Het aanbod heeft een vorm die niet is toegestaan.",
                now: "Vraag de school om een nieuwe link.",
            },
            "offer_invalid" => &Told {
                title: "Dit aanbod kunnen we niet lezen",
                what: "Er klopt iets niet in het aanbod van de school.",
                now: "Vraag de school om een nieuwe link.",
            },
            "offer_unknown_configuration" => &Told {
                title: "Dit bewijs kent de school zelf niet",
                what: "Het aanbod noemt een bewijs dat de school niet uitgeeft.",
                now: "Vraag de school om een nieuwe link.",
            },
            "offer_expired" | "offer_gone" => &Told {
                title: "Dit aanbod is verlopen",
                what: "De tijd om het op te halen is voorbij. Het bewijs zelf is niet weg.",
                now: "Vraag de school om een nieuw aanbod.",
            },
            "offer_withdrawn" => &Told {
                title: "Dit aanbod is ingetrokken",
                what: "De school heeft het aanbod ingetrokken of vervangen.",
                now: "Kijk of er een nieuwer aanbod is, of vraag de school.",
            },
            "tx_code_exhausted" => &Told {
                title: "Te vaak een verkeerde code",
                what: "De code is te vaak verkeerd ingevuld. Het aanbod is nu gesloten.",
                now: "Vraag de school om een nieuw aanbod met een nieuwe code.",
            },
            "issuer_mismatch" => &Told {
                title: "De school zegt een ander adres te hebben",
                what: "Het adres in de link en het adres dat de school zelf noemt, zijn niet hetzelfde.",
                now: "Vraag de school om een nieuwe link.",
            },
            "issuer_identifier" => &Told {
                title: "Dit is geen adres van een school",
                what: "Het adres van de uitgever heeft niet de goede vorm. We hebben niets opgehaald.",
                now: "Vraag de school om een nieuwe link.",
            },
            "issuer_metadata" => &Told {
                title: "De gegevens van de school kloppen niet",
                what: "De school vertelt op een verkeerde manier hoe wij het bewijs kunnen ophalen.",
                now: "Probeer het later. Lukt het niet? Vertel de school welke code hieronder staat.",
            },
            "issuer_redirect" => &Told {
                title: "De school stuurt ons ergens anders heen",
                what: "Dat volgen we niet, omdat we dan niet weten met wie we praten.",
                now: "Probeer het later. Lukt het niet? Vertel de school welke code hieronder staat.",
            },
            "issuer_too_large" => &Told {
                title: "De school stuurt te veel",
                what: "Het antwoord van de school was groter dan het mag zijn, of het hield niet op.",
                now: "Probeer het later. Lukt het niet? Vertel de school welke code hieronder staat.",
            },
            "issuer_signature" => &Told {
                title: "De gegevens van de school zijn niet echt",
                what: "De handtekening onder de gegevens van de school klopt niet.",
                now: "Neem contact op met de school.",
            },
            "client_prefix" => &Told {
                title: "Deze vraag mag zo niet",
                what: "Degene die vraagt, noemt zich op een manier die niet is toegestaan.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "client_mismatch" => &Told {
                title: "De vraag spreekt zichzelf tegen",
                what: "In de link staat een andere vrager dan in de vraag zelf.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "client_auth" => &Told {
                title: "We weten niet zeker wie er vraagt",
                what: "Het bewijs van wie er vraagt, klopt niet. Daarom laten we de vraag niet zien.",
                now: "Ga terug naar de site die vroeg. Vertrouw je het niet? Stop dan.",
            },
            "request_typ" => &Told {
                title: "Dit is geen vraag om een bewijs",
                what: "Het bericht heeft niet de goede soort.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "request_redirect" => &Told {
                title: "De vrager stuurt ons ergens anders heen",
                what: "Dat volgen we niet, omdat we dan niet weten met wie we praten.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "request_used" => &Told {
                title: "Deze vraag is al beantwoord",
                what: "Een vraag kun je één keer beantwoorden. Er is nu niets nieuws gedeeld.",
                now: "Onder Activiteit zie je wat er toen gebeurde.",
            },
            "request_changed" => &Told {
                title: "De vraag is veranderd",
                what: "De vraag is niet meer dezelfde als je op het scherm zag.",
                now: "Ga terug en bekijk de vraag opnieuw.",
            },
            "request_expired" => &Told {
                title: "Deze vraag is verlopen",
                what: "De tijd om te antwoorden is voorbij.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "invalid_request" => &Told {
                title: "Deze vraag kunnen we niet lezen",
                what: "Er ontbreekt iets, of er staat iets in dat niet klopt.",
                now: "Ga terug naar waar je vandaan kwam en begin opnieuw.",
            },
            "invalid_request_uri" => &Told {
                title: "Deze link is al gebruikt of verlopen",
                what: "De link naar de vraag werkt maar kort en maar één keer.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "invalid_request_uri_method" => &Told {
                title: "Deze vraag kunnen we niet ophalen",
                what: "De vrager wil de vraag geven op een manier die niet bestaat.",
                now: "Ga terug naar de site die vroeg.",
            },
            "invalid_transaction_data" => &Told {
                title: "Deze vraag kunnen we niet beantwoorden",
                what: "De vrager wil ook iets laten goedkeuren dat deze wallet niet kan laten zien.",
                now: "Ga terug naar de site die vroeg.",
            },
            "vp_formats_not_supported" => &Told {
                title: "Dit soort bewijs kennen we niet",
                what: "De vrager wil een soort bewijs dat deze wallet niet kan bewaren.",
                now: "Ga terug naar de site die vroeg.",
            },
            "wallet_nonce" => &Told {
                title: "De vraag is niet van nu",
                what: "Het antwoord van de vrager past niet bij wat wij net vroegen.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "login_state" => &Told {
                title: "Inloggen lukte niet",
                what: "Het inloggen begon in een andere browser, of te lang geleden.",
                now: "Begin opnieuw met inloggen, in dit venster.",
            },
            "login_issuer" => &Told {
                title: "Inloggen lukte niet",
                what: "Het antwoord kwam niet van de dienst waar je inlogde.",
                now: "Begin opnieuw met inloggen.",
            },
            "login_token" => {
                &Told { title: "Inloggen lukte niet", what: "Het antwoord van eduID klopt niet.", now: "Begin opnieuw met inloggen." }
            }
            "csrf" | "session_csrf" | "origin" => &Told {
                title: "Deze pagina was te oud",
                what: "Het formulier hoort niet bij je huidige bezoek. Er is niets veranderd.",
                now: "Ga terug, laad de pagina opnieuw en probeer het nog eens.",
            },
            "four_eyes" => &Told {
                title: "Hier is een tweede persoon voor nodig",
                what: "Wie iets klaarzet, kan het niet zelf goedkeuren.",
                now: "Vraag een collega.",
            },
            "status_final" => &Told {
                title: "Dit is al ingetrokken",
                what: "Een ingetrokken bewijs kan niet meer veranderen.",
                now: "Geef zo nodig een nieuw bewijs uit.",
            },
            "import_too_large" => {
                &Told { title: "Dit bestand is te groot", what: "We lezen bestanden tot 5 MB.", now: "Kies een kleiner bestand." }
            }
            "import_media" => &Told {
                title: "Dit soort bestand nemen we niet aan",
                what: "Er kan iets in zitten dat niet veilig is.",
                now: "Kies het bestand zoals de school het gaf.",
            },
            "import_signature" => &Told {
                title: "De handtekening klopt niet",
                what: "Het bewijs is veranderd of beschadigd. We hebben het niet bewaard.",
                now: "Vraag de school om het bewijs opnieuw.",
            },
            "import_subject" => &Told {
                title: "Dit bewijs is van iemand anders",
                what: "Het bewijs is niet aan jou uitgegeven. We hebben het niet bewaard.",
                now: "Vraag de school om een bewijs voor jou.",
            },
            "not_found" => &Told {
                title: "Deze pagina is er niet",
                what: "Het adres klopt niet, of wat hier stond is weg.",
                now: "Kijk of het adres klopt, of ga naar het begin.",
            },
            "too_large" => &Told { title: "Dit is te groot", what: "Je stuurde meer dan we hier lezen.", now: "Probeer het met minder." },
            "too_many_requests" | "too_many" => &Told {
                title: "Even wachten",
                what: "Er kwamen te veel verzoeken in korte tijd.",
                now: "Wacht een minuut en probeer het opnieuw.",
            },
            "unavailable" => &Told {
                title: "Even niet beschikbaar",
                what: "De dienst kan je nu niet helpen.",
                now: "Probeer het over een paar minuten opnieuw.",
            },
            "upstream" => &Told {
                title: "De ander geeft geen antwoord",
                what: "Een dienst die we nodig hebben, antwoordt niet of niet goed.",
                now: "Probeer het over een paar minuten opnieuw.",
            },
            "request_ended" => &Told {
                title: "Deze vraag is afgelopen",
                what: "De vraag is al beantwoord, verlopen of ingetrokken.",
                now: "Vraag degene die vroeg om een nieuwe vraag.",
            },
            "request_gone" => &Told {
                title: "Deze vraag is afgelopen",
                what: "De vrager zegt dat de vraag voorbij is. Er is niets gedeeld.",
                now: "Ga terug naar de site die vroeg en begin opnieuw.",
            },
            "request_too_large" => &Told {
                title: "De vraag is te groot",
                what: "De vrager stuurt meer dan we lezen.",
                now: "Ga terug naar de site die vroeg.",
            },
            "request_unreachable" => &Told {
                title: "De vrager geeft geen antwoord",
                what: "We konden de vraag niet ophalen. Er is niets gedeeld.",
                now: "Probeer het over een paar minuten opnieuw.",
            },
            "request_uri_scheme" => &Told {
                title: "Deze vraag vertrouwen we niet",
                what: "De link verwijst naar een soort adres dat we niet openen. We hebben niets opgehaald.",
                now: "Ga terug naar de site die vroeg.",
            },
            "request_uri_address" => &Told {
                title: "Deze vraag vertrouwen we niet",
                what: "De link verwijst naar een adres binnen een netwerk. We hebben niets opgehaald.",
                now: "Ga terug naar de site die vroeg.",
            },
            "asker_suspended" => &Told {
                title: "Deze organisatie mag nu niet vragen",
                what: "Het register heeft deze organisatie geschorst. Daarom laten we de vraag niet zien.",
                now: "Neem contact op met de organisatie zelf.",
            },
            "authorization_over" => &Told {
                title: "Dit duurde te lang",
                what: "De tijd om te kiezen is voorbij, of je koos al. Er is niets gegeven.",
                now: "Begin opnieuw in je wallet.",
            },
            "nothing_to_share" => &Told {
                title: "Er is niets om te delen",
                what: "Je hebt geen bewijs dat je zo kunt delen.",
                now: "Ga naar je bewijzen en kies er een.",
            },
            "offer_answered" => &Told {
                title: "Dit aanbod is al beantwoord",
                what: "Je hebt dit bewijs al gekregen, of je hebt het geweigerd.",
                now: "Kijk bij je bewijzen of bij Activiteit.",
            },
            "tx_code_wrong" => &Told {
                title: "De code klopt niet",
                what: "De code die je invulde, hoort niet bij dit aanbod.",
                now: "Kijk nog eens goed en probeer het opnieuw.",
            },
            "form" => &Told {
                title: "Dat formulier konden we niet lezen",
                what: "Er ontbrak iets, of er stond te veel in. Er is niets veranderd.",
                now: "Ga terug, laad de pagina opnieuw en probeer het nog eens.",
            },
            "host" => &Told {
                title: "Dit adres is niet van ons",
                what: "Je kwam hier met een webadres dat niet bij deze dienst hoort.",
                now: "Kijk of het webadres klopt.",
            },
            _ => return None,
        })
    },
    status: |status| match status {
        401 => &Told { title: "Log eerst in", what: "Deze pagina is alleen voor wie is ingelogd.", now: "Log in en probeer het opnieuw." },
        403 => &Told {
            title: "Dit mag niet",
            what: "Je hebt hier geen toegang toe. Er is niets veranderd.",
            now: "Ga terug, laad de pagina opnieuw en probeer het nog eens.",
        },
        404 => &Told {
            title: "Deze pagina is er niet",
            what: "Het adres klopt niet, of wat hier stond is weg.",
            now: "Kijk of het adres klopt, of ga naar het begin.",
        },
        405 | 501 => &Told {
            title: "Zo werkt deze pagina niet",
            what: "Deze pagina kan niet wat er gevraagd werd.",
            now: "Ga terug en begin opnieuw.",
        },
        409 => &Told {
            title: "Dit kan nu niet meer",
            what: "Het is intussen veranderd, of het is al gebeurd.",
            now: "Laad de pagina opnieuw om te zien hoe het nu is.",
        },
        410 => &Told { title: "Dit is voorbij", what: "Wat hier stond, is afgelopen.", now: "Vraag om een nieuwe link." },
        413 | 431 => &Told { title: "Dit is te groot", what: "Je stuurde meer dan we hier lezen.", now: "Probeer het met minder." },
        429 => &Told {
            title: "Even wachten",
            what: "Er kwamen te veel verzoeken in korte tijd.",
            now: "Wacht een minuut en probeer het opnieuw.",
        },
        502 | 504 => &Told {
            title: "De ander geeft geen antwoord",
            what: "Een dienst die we nodig hebben, antwoordt niet of niet goed.",
            now: "Probeer het over een paar minuten opnieuw.",
        },
        503 => &Told {
            title: "Even niet beschikbaar",
            what: "De dienst kan je nu niet helpen.",
            now: "Probeer het over een paar minuten opnieuw.",
        },
        500 => &Told {
            title: "Er ging iets mis bij ons",
            what: "Dit is onze fout. Wat je deed, is misschien niet gelukt.",
            now: "Probeer het over een paar minuten opnieuw. Lukt het niet? Noem de code hieronder.",
        },
        _ => &Told {
            title: "Dat konden we niet lezen",
            what: "Er klopt iets niet in wat we kregen. Er is niets veranderd.",
            now: "Ga terug naar waar je vandaan kwam en begin opnieuw.",
        },
    },
};

const EN: Words = Words {
    shared_title: "Was anything shared?",
    shared_nothing: "No, nothing was shared",
    shared_uncertain: "We are not sure",
    shared_uncertain_text: "Perhaps the other side did receive your answer. Under Activity you see how it ends.",
    what_title: "What happened",
    now_title: "What now",
    help_title: "Need help?",
    help_text: "Mention this code and we find it quickly:",
    retry: "Try again",
    home: "To the start",
    session_title: "You are logged out",
    session_what: "You were away too long, or you logged out somewhere else. What you just did was not done.",
    session_now: "Log in again. After that you can go on where you were.",
    session_login: "Log in again",
    code: |code| {
        Some(match code {
            "offer_redirect" | "offer_too_large" | "offer_unreachable" | "issuer_unreachable" | "issuer_answer" | "issuer_deferred" => {
                &Told {
                    title: "The school does not answer well",
                    what: "We could not collect the credential now. Nothing was kept.",
                    now: "Try again later with the same link.",
                }
            }
            "offer_grant" | "offer_format" => &Told {
                title: "This offer does not suit this wallet",
                what: "The school offers the credential in a way or a form that this wallet does not know.",
                now: "Ask the school whether it can be done in another way.",
            },
            "offer_issuer" => &Told {
                title: "This offer is somebody else’s",
                what: "The offer names another issuer than before. We collected nothing.",
                now: "Ask the school for a new link.",
            },
            "issuer_unknown" => &Told {
                title: "This issuer is not in the register",
                what: "We do not know who this is. So we take nothing from it and send no code.",
                now: "Ask the school whether the link is right. If you do not trust it, stop.",
            },
            "invalid_grant" | "invalid_client" | "credential_request_denied" => &Told {
                title: "The school does not give this credential",
                what: "The offer may be for somebody else, collected already, or expired. Nothing was kept.",
                now: "Is the credential for you? Ask the school for a new link.",
            },
            "credential_format"
            | "credential_signature"
            | "credential_issuer"
            | "credential_schema"
            | "credential_type"
            | "credential_holder_key"
            | "credential_revoked" => &Told {
                title: "This credential is not right",
                what: "What the school sent did not pass our checks. We did not keep it.",
                now: "Tell the school the code below.",
            },
            "connect_state" | "connect_issuer" => &Told {
                title: "We cannot finish this connection",
                what: "It began in another browser or with somebody else, took too long, or was finished already. Nothing was connected.",
                now: "Begin again on the page Schools.",
            },
            "login_refused" => {
                &Told { title: "You are not logged in", what: "Logging in was stopped at eduID.", now: "Try again if you want to log in." }
            }
            "login_code" | "login_unavailable" => &Told {
                title: "Logging in does not work now",
                what: "eduID does not answer, or not as it should. You are not logged in.",
                now: "Try again in a few minutes.",
            },
            "login_eduid" => &Told {
                title: "eduID did not tell enough",
                what: "eduID did not pass on an eduID number. We know you by it; without it we cannot open a wallet. Nothing was kept.",
                now: "Tell the operator of this service: the eduID number must be released at eduID.",
            },
            "offer_ambiguous" => &Told {
                title: "This offer is ambiguous",
                what: "The link holds two offers at once. We opened neither.",
                now: "Ask the school for a new link.",
            },
            "offer_uri_scheme" => &Told {
                title: "We do not trust this link",
                what: "The link points to a kind of address that a school never uses. We fetched nothing.",
                now: "Ask the school for a new link. Did you get this link by mail? See who sent it.",
            },
            "offer_uri_address" => &Told {
                title: "We do not trust this link",
                what: "The link points to an address inside a network. A school does not use that. We fetched nothing.",
                now: "Ask the school for a new link.",
            },
            "offer_media_type" => &Told {
                title: "We cannot read this offer",
                what: "The offer has a form that is not allowed.",
                now: "Ask the school for a new link.",
            },
            "offer_invalid" => &Told {
                title: "We cannot read this offer",
                what: "Something is wrong in the school’s offer.",
                now: "Ask the school for a new link.",
            },
            "offer_unknown_configuration" => &Told {
                title: "The school does not know this credential",
                what: "The offer names a credential that the school does not issue.",
                now: "Ask the school for a new link.",
            },
            "offer_expired" | "offer_gone" => &Told {
                title: "This offer has expired",
                what: "The time to collect it is over. The credential itself is not gone.",
                now: "Ask the school for a new offer.",
            },
            "offer_withdrawn" => &Told {
                title: "This offer was withdrawn",
                what: "The school withdrew or replaced the offer.",
                now: "See whether there is a newer offer, or ask the school.",
            },
            "tx_code_exhausted" => &Told {
                title: "Too many wrong codes",
                what: "The code was entered wrong too often. The offer is closed now.",
                now: "Ask the school for a new offer with a new code.",
            },
            "issuer_mismatch" => &Told {
                title: "The school says it has another address",
                what: "The address in the link and the address that the school names are not the same.",
                now: "Ask the school for a new link.",
            },
            "issuer_identifier" => &Told {
                title: "This is not an address of a school",
                what: "The address of the issuer does not have the right shape. We fetched nothing.",
                now: "Ask the school for a new link.",
            },
            "issuer_metadata" => &Told {
                title: "The school’s data are wrong",
                what: "The school tells in a wrong way how we can collect the credential.",
                now: "Try later. Still not? Tell the school the code below.",
            },
            "issuer_redirect" => &Told {
                title: "The school sends us elsewhere",
                what: "We do not follow that, because then we do not know whom we talk to.",
                now: "Try later. Still not? Tell the school the code below.",
            },
            "issuer_too_large" => &Told {
                title: "The school sends too much",
                what: "The school’s answer was larger than it may be, or did not end.",
                now: "Try later. Still not? Tell the school the code below.",
            },
            "issuer_signature" => &Told {
                title: "The school’s data are not genuine",
                what: "The signature under the school’s data is wrong.",
                now: "Contact the school.",
            },
            "client_prefix" => &Told {
                title: "This request is not allowed like this",
                what: "Whoever asks names itself in a way that is not allowed.",
                now: "Go back to the site that asked and start again.",
            },
            "client_mismatch" => &Told {
                title: "The request contradicts itself",
                what: "The link names another asker than the request itself.",
                now: "Go back to the site that asked and start again.",
            },
            "client_auth" => &Told {
                title: "We are not sure who asks",
                what: "The proof of who asks is wrong. That is why we do not show the request.",
                now: "Go back to the site that asked. Do you not trust it? Then stop.",
            },
            "request_typ" => &Told {
                title: "This is not a request for a credential",
                what: "The message is not of the right kind.",
                now: "Go back to the site that asked and start again.",
            },
            "request_redirect" => &Told {
                title: "The asker sends us elsewhere",
                what: "We do not follow that, because then we do not know whom we talk to.",
                now: "Go back to the site that asked and start again.",
            },
            "request_used" => &Told {
                title: "This request was answered already",
                what: "A request can be answered once. Nothing new was shared now.",
                now: "Under Activity you see what happened then.",
            },
            "request_changed" => &Told {
                title: "The request has changed",
                what: "The request is no longer the one you saw on the screen.",
                now: "Go back and look at the request again.",
            },
            "request_expired" => &Told {
                title: "This request has expired",
                what: "The time to answer is over.",
                now: "Go back to the site that asked and start again.",
            },
            "invalid_request" => &Told {
                title: "We cannot read this request",
                what: "Something is missing, or something in it is wrong.",
                now: "Go back to where you came from and start again.",
            },
            "invalid_request_uri" => &Told {
                title: "This link was used or has expired",
                what: "The link to the request works only shortly and only once.",
                now: "Go back to the site that asked and start again.",
            },
            "invalid_request_uri_method" => &Told {
                title: "We cannot fetch this request",
                what: "The asker wants to give the request in a way that does not exist.",
                now: "Go back to the site that asked.",
            },
            "invalid_transaction_data" => &Told {
                title: "We cannot answer this request",
                what: "The asker also wants approval of something that this wallet cannot show.",
                now: "Go back to the site that asked.",
            },
            "vp_formats_not_supported" => &Told {
                title: "We do not know this kind of credential",
                what: "The asker wants a kind of credential that this wallet cannot hold.",
                now: "Go back to the site that asked.",
            },
            "wallet_nonce" => &Told {
                title: "The request is not of now",
                what: "The asker’s answer does not fit what we just asked.",
                now: "Go back to the site that asked and start again.",
            },
            "login_state" => &Told {
                title: "Logging in did not work",
                what: "The login began in another browser, or too long ago.",
                now: "Start logging in again, in this window.",
            },
            "login_issuer" => &Told {
                title: "Logging in did not work",
                what: "The answer did not come from the service where you logged in.",
                now: "Start logging in again.",
            },
            "login_token" => {
                &Told { title: "Logging in did not work", what: "The answer of eduID is wrong.", now: "Start logging in again." }
            }
            "csrf" | "session_csrf" | "origin" => &Told {
                title: "This page was too old",
                what: "The form does not belong to your present visit. Nothing changed.",
                now: "Go back, load the page again and try once more.",
            },
            "four_eyes" => {
                &Told { title: "This needs a second person", what: "Who prepares something cannot approve it.", now: "Ask a colleague." }
            }
            "status_final" => &Told {
                title: "This was withdrawn already",
                what: "A withdrawn credential cannot change any more.",
                now: "Issue a new credential if needed.",
            },
            "import_too_large" => {
                &Told { title: "This file is too large", what: "We read files up to 5 MB.", now: "Choose a smaller file." }
            }
            "import_media" => &Told {
                title: "We do not accept this kind of file",
                what: "There may be something in it that is not safe.",
                now: "Choose the file as the school gave it.",
            },
            "import_signature" => &Told {
                title: "The signature is wrong",
                what: "The credential was changed or damaged. We did not keep it.",
                now: "Ask the school for the credential again.",
            },
            "import_subject" => &Told {
                title: "This credential is somebody else’s",
                what: "The credential was not issued to you. We did not keep it.",
                now: "Ask the school for a credential for you.",
            },
            "not_found" => &Told {
                title: "This page is not there",
                what: "The address is wrong, or what stood here is gone.",
                now: "See whether the address is right, or go to the start.",
            },
            "too_large" => &Told { title: "This is too large", what: "You sent more than we read here.", now: "Try with less." },
            "too_many_requests" | "too_many" => {
                &Told { title: "Wait a moment", what: "Too many requests came in a short time.", now: "Wait a minute and try again." }
            }
            "unavailable" => {
                &Told { title: "Not available for a moment", what: "The service cannot help you now.", now: "Try again in a few minutes." }
            }
            "upstream" => &Told {
                title: "The other side does not answer",
                what: "A service that we need does not answer, or not right.",
                now: "Try again in a few minutes.",
            },
            "request_ended" => &Told {
                title: "This request has ended",
                what: "The request was answered already, has expired or was withdrawn.",
                now: "Ask whoever asked for a new request.",
            },
            "request_gone" => &Told {
                title: "This request has ended",
                what: "The asker says that the request is over. Nothing was shared.",
                now: "Go back to the site that asked and start again.",
            },
            "request_too_large" => &Told {
                title: "The request is too large",
                what: "The asker sends more than we read.",
                now: "Go back to the site that asked.",
            },
            "request_unreachable" => &Told {
                title: "The asker does not answer",
                what: "We could not fetch the request. Nothing was shared.",
                now: "Try again in a few minutes.",
            },
            "request_uri_scheme" => &Told {
                title: "We do not trust this request",
                what: "The link points to a kind of address that we do not open. We fetched nothing.",
                now: "Go back to the site that asked.",
            },
            "request_uri_address" => &Told {
                title: "We do not trust this request",
                what: "The link points to an address inside a network. We fetched nothing.",
                now: "Go back to the site that asked.",
            },
            "asker_suspended" => &Told {
                title: "This organisation may not ask now",
                what: "The register has suspended this organisation. That is why we do not show the request.",
                now: "Contact the organisation itself.",
            },
            "authorization_over" => &Told {
                title: "This took too long",
                what: "The time to choose is over, or you chose already. Nothing was given.",
                now: "Start again in your wallet.",
            },
            "nothing_to_share" => &Told {
                title: "There is nothing to share",
                what: "You have no credential that can be shared like this.",
                now: "Go to your credentials and choose one.",
            },
            "offer_answered" => &Told {
                title: "This offer was answered already",
                what: "You got this credential already, or you refused it.",
                now: "Look at your credentials or at Activity.",
            },
            "tx_code_wrong" => &Told {
                title: "The code is wrong",
                what: "The code that you entered does not belong to this offer.",
                now: "Look again and try once more.",
            },
            "form" => &Told {
                title: "We could not read that form",
                what: "Something was missing, or there was too much in it. Nothing changed.",
                now: "Go back, load the page again and try once more.",
            },
            "host" => &Told {
                title: "This address is not ours",
                what: "You came here with a web address that does not belong to this service.",
                now: "See whether the web address is right.",
            },
            _ => return None,
        })
    },
    status: |status| match status {
        401 => &Told { title: "Log in first", what: "This page is only for those who are logged in.", now: "Log in and try again." },
        403 => &Told {
            title: "This is not allowed",
            what: "You have no access to this. Nothing changed.",
            now: "Go back, load the page again and try once more.",
        },
        404 => &Told {
            title: "This page is not there",
            what: "The address is wrong, or what stood here is gone.",
            now: "See whether the address is right, or go to the start.",
        },
        405 | 501 => &Told {
            title: "This page does not work like that",
            what: "This page cannot do what was asked.",
            now: "Go back and start again.",
        },
        409 => &Told {
            title: "This is no longer possible",
            what: "It has changed in the meantime, or it was done already.",
            now: "Load the page again to see how it is now.",
        },
        410 => &Told { title: "This is over", what: "What stood here has ended.", now: "Ask for a new link." },
        413 | 431 => &Told { title: "This is too large", what: "You sent more than we read here.", now: "Try with less." },
        429 => &Told { title: "Wait a moment", what: "Too many requests came in a short time.", now: "Wait a minute and try again." },
        502 | 504 => &Told {
            title: "The other side does not answer",
            what: "A service that we need does not answer, or not right.",
            now: "Try again in a few minutes.",
        },
        503 => &Told { title: "Not available for a moment", what: "The service cannot help you now.", now: "Try again in a few minutes." },
        500 => &Told {
            title: "Something went wrong on our side",
            what: "This is our mistake. What you did may not have worked.",
            now: "Try again in a few minutes. Still not? Mention the code below.",
        },
        _ => &Told {
            title: "We could not read that",
            what: "Something is wrong in what we got. Nothing changed.",
            now: "Go back to where you came from and start again.",
        },
    },
};
