//! The words of failures in Dutch.

use super::{Told, Words};

pub(super) const NL: Words = Words {
    shared_title: "Is er iets gedeeld?",
    shared_nothing: "Nee, er is niets gedeeld",
    shared_uncertain: "Dat weten we niet zeker",
    shared_uncertain_text: "Misschien heeft de ander je antwoord toch ontvangen. Onder Activiteit zie je hoe het afloopt.",
    what_title: "Wat er gebeurde",
    now_title: "Wat nu",
    lost_title: "Is er iets verloren?",
    lost_never: "Nee. Er is niets opgehaald, er is niets in je wallet gekomen en niets gedeeld.",
    lost_nothing: "Nee. Er is niets in je wallet gekomen en niets gedeeld, en het aanbod staat nog klaar.",
    lost_offer: "Dit aanbod werkt niet meer. Wat je hebt behaald, is niet weg: dat staat bij de uitgever.",
    lost_unsure: "Er is niets in je wallet gekomen. De uitgever denkt misschien dat het is opgehaald; wat je hebt behaald, is niet weg.",
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
            "offer_redirect" | "offer_too_large" | "offer_unreachable" | "issuer_unreachable" | "issuer_answer" => &Told {
                title: "De school antwoordt niet goed",
                what: "We konden het bewijs nu niet ophalen. Er is niets bewaard.",
                now: "Probeer het later opnieuw met dezelfde link.",
            },
            "authorization_refused" => &Told {
                title: "Je kreeg geen toegang",
                what: "Het inloggen bij de uitgever is daar gestopt, of er was niets voor je te vinden. Er is niets opgehaald.",
                now: "Open het aanbod opnieuw als je het nog eens wilt proberen. Is het toch voor jou? Vraag het de uitgever.",
            },
            "authorization_failed" => &Told {
                title: "Inloggen bij de uitgever lukte niet",
                what: "De uitgever antwoordde op je login met een fout. Er is niets opgehaald.",
                now: "Open het aanbod opnieuw en probeer het nog eens. Nog niet? Geef de uitgever de code hieronder.",
            },
            "authorization_lost" => &Told {
                title: "Je login bij de uitgever is opgebruikt",
                what: "Je was ingelogd, maar het antwoord van de uitgever op onze volgende stap raakte zoek. Een login telt één keer.",
                now: "Open het aanbod opnieuw en log nog een keer in.",
            },
            "authorization_state" => &Told {
                title: "We kunnen dit niet afmaken",
                what: "Het ophalen begon in een andere browser of bij iemand anders, duurde te lang, of was al klaar. Er is nu niets opgehaald.",
                now: "Open het aanbod opnieuw bij Nieuw voor je, of met dezelfde link.",
            },
            "authorization_issuer" => &Told {
                title: "Het antwoord kwam van een ander",
                what: "Je logde in bij de ene uitgever, maar het antwoord noemt een andere. We hebben die niets gegeven.",
                now: "Open het aanbod opnieuw. Gebeurt het weer? Stop dan, en vertel het de uitgever.",
            },
            "deferred_ended" => &Told {
                title: "De uitgever kent dit bewijs niet meer",
                what: "De uitgever was het aan het maken, en kent het nu niet meer, of laat ons er niet meer naar vragen.",
                now: "Vraag de uitgever om een nieuwe link.",
            },
            "issuer_encryption" => &Told {
                title: "We kunnen het antwoord van de uitgever niet lezen",
                what: "De uitgever versleutelt op een manier die deze wallet niet kent, of niet voor ons. Er is niets bewaard.",
                now: "Geef de uitgever de code hieronder.",
            },
            "issuer_proof" => &Told {
                title: "Deze uitgever vraagt om een ander soort wallet",
                what: "De uitgever wil een bewijs over sleutels dat deze wallet niet kan geven, zoals van de sleutelkluis van een telefoon.",
                now: "Vraag de uitgever of het op een andere manier kan.",
            },
            "offer_old" => &Told {
                title: "Dit aanbod heeft een oude vorm",
                what: "De uitgever biedt het bewijs aan in een vorm van vóór 2024, die deze wallet niet leest.",
                now: "Vraag de uitgever om een aanbod in de huidige vorm (OpenID4VCI 1.0).",
            },
            "invalid_proof"
            | "invalid_nonce"
            | "invalid_credential_request"
            | "invalid_encryption_parameters"
            | "unknown_credential_configuration"
            | "unknown_credential_identifier" => &Told {
                title: "De uitgever begrijpt onze vraag niet",
                what: "De uitgever weigerde hoe we om het bewijs vroegen. Er is niets bewaard.",
                now: "Probeer het later. Nog niet? Geef de uitgever de code hieronder.",
            },
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
                what: "We weten niet wie dit is. Daarom komt er niets van binnen, tenzij je het aanbod bekijkt en zegt dat je deze uitgever kent.",
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
            "client_federation" => &Told {
                title: "Deze vrager is hier niet bekend",
                what: "Degene die vraagt, bewijst wie hij is met OpenID Federation. Deze wallet is daar niet op ingesteld.",
                now: "Vraag de vrager om het op een andere manier te vragen. De beheerder van je wallet kan hem in het register zetten.",
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
            "approver_only" => &Told {
                title: "Dit mag u niet vastleggen",
                what: "Een besluit van de examencommissie legt alleen een medewerker vast die daarvoor is aangewezen. Er is niets veranderd.",
                now: "Vraag een collega die dat mag, of uw beheerder.",
            },
            "award_decided" => &Told {
                title: "Hierover hoeft niets te worden besloten",
                what: "Dit resultaat wacht niet, of niet meer, op de examencommissie. Er is niets veranderd.",
                now: "Kijk in de lijst met resultaten hoe het ervoor staat.",
            },
            "offer_subject_mismatch" => &Told {
                title: "Dit bewijs is voor iemand anders",
                what: "Je logde in met een andere eduID dan die waarvoor het bewijs klaarstaat. Er is niets gegeven.",
                now: "Begin opnieuw in je wallet en log in met je eigen eduID.",
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
            "tx_code_required" => &Told {
                title: "Er hoort een code bij",
                what: "Bij dit aanbod hoort een code, en die was nog niet ingevuld.",
                now: "Zoek de code op die de instelling je langs een andere weg gaf, en vul hem in.",
            },
            "internal" => &Told {
                title: "Er ging iets mis bij ons",
                what: "Dit is onze fout. Wat je deed, is misschien niet gelukt.",
                now: "Probeer het over een paar minuten opnieuw. Lukt het niet? Noem de code hieronder.",
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
            _ => return super::badges::told(crate::Lang::Nl, code),
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
