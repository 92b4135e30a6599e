//! One plain sentence for each code of a report, in Dutch and English: it stands in the fold of its check.

use crate::Lang;

/// Why a check did not pass, by its code. Codes that a line's own words say everything about (`ok`, `expired` …) are here too, so
/// that no code is without words.
pub(crate) fn why(lang: Lang, code: &str) -> Option<&'static str> {
    WHY.iter().find(|(known, ..)| *known == code).map(|(_, nl, en)| lang.pick(*nl, *en))
}

/// (code, Dutch, English).
const WHY: &[(&str, &str, &str)] = &[
    // Any check.
    ("ok", "Dit is in orde.", "This is in order."),
    (
        "unproven",
        "Omdat de handtekening niet klopt of niet te controleren is, geloven we hier niets van.",
        "The signature is wrong or could not be checked, so nothing of this is believed.",
    ),
    // The shape of what was given.
    ("unreadable", "Hier staat geen digitaal bewijs in.", "There is no digital credential in this."),
    ("unsupported_format", "Dit soort bestand of bewijs kennen we niet.", "We do not know this kind of file or credential."),
    ("too_large", "Dit is groter dan wij lezen.", "This is larger than we read."),
    ("limit", "Het bewijs is groter of ingewikkelder dan wij lezen.", "The credential is larger or more complex than we read."),
    ("malformed", "De opbouw van het bewijs klopt niet.", "The structure of the credential is wrong."),
    ("malformed_jwt", "Het ondertekende deel is niet te lezen.", "The signed part cannot be read."),
    ("malformed_disclosure", "Een los gegeven in het bewijs is niet te lezen.", "A separate item of the credential cannot be read."),
    (
        "unknown_sd_alg",
        "Het bewijs gebruikt een rekenmethode die wij niet aannemen.",
        "The credential uses a digest method that we do not accept.",
    ),
    ("malformed_digest", "De verwijzing naar een verborgen gegeven klopt niet.", "The reference to a hidden item is wrong."),
    ("duplicate_digest", "Hetzelfde gegeven komt twee keer voor.", "The same item occurs twice."),
    (
        "disclosure_kind",
        "Een los gegeven staat op een plaats waar het niet hoort.",
        "A separate item stands in a place where it does not belong.",
    ),
    (
        "disclosure_name",
        "Een los gegeven heeft een naam die niet mag of die er al is.",
        "A separate item has a name that is not allowed or is there already.",
    ),
    (
        "unreferenced_disclosure",
        "Er zit een gegeven bij dat de uitgever niet heeft ondertekend.",
        "There is an item in it that the issuer did not sign.",
    ),
    (
        "typ",
        "Het bewijs noemt zich anders dan dit soort bewijs hoort te doen.",
        "The credential calls itself something else than this kind should.",
    ),
    (
        "hidden_security_claim",
        "Een gegeven dat altijd zichtbaar moet zijn, was verborgen.",
        "An item that must always be visible was hidden.",
    ),
    ("vct_missing", "Het bewijs zegt niet van welk soort het is.", "The credential does not say of which kind it is."),
    ("malformed_claim", "Een vast gegeven van het bewijs heeft een verkeerde vorm.", "A fixed item of the credential has a wrong shape."),
    ("malformed_date", "Een datum in het bewijs is geen geldige datum.", "A date in the credential is no valid date."),
    (
        "date_format",
        "Een datum in het bewijs is onvolledig, bijvoorbeeld zonder tijdzone.",
        "A date in the credential is incomplete, for example without a time zone.",
    ),
    ("malformed_status", "De verwijzing naar de statuslijst klopt niet.", "The reference to the status list is wrong."),
    ("no_credential_in_image", "In deze afbeelding zit geen digitaal bewijs.", "There is no digital credential in this picture."),
    ("import_media", "Deze afbeelding bevat iets dat er niet in hoort.", "This picture holds something that does not belong in it."),
    (
        "import_too_large",
        "Wat in deze afbeelding is ingepakt, is groter dan wij lezen.",
        "What is packed into this picture is larger than we read.",
    ),
    (
        "link_not_fetched",
        "De gedeelde link gaf geen bewijs: hij is afgelopen, vraagt een pincode of is niet bereikbaar.",
        "The shared link gave no credential: it has ended, asks for a PIN or cannot be reached.",
    ),
    (
        "context",
        "Het bewijs noemt niet de begrippen waarin het hoort te zijn geschreven.",
        "The credential does not name the vocabulary in which it should be written.",
    ),
    (
        "context_not_allowed",
        "Het bewijs gebruikt begrippen van een plek die wij niet kennen, of geeft begrippen een andere betekenis.",
        "The credential uses a vocabulary that we do not know, or gives words another meaning.",
    ),
    (
        "undefined_term",
        "Er staat een gegeven in dat niets betekent in de begrippen van dit bewijs. Het zou daarom niet meegetekend zijn.",
        "There is an item in it that means nothing in the vocabulary of this credential. It would therefore not be signed.",
    ),
    ("json_ld_form", "Een gegeven staat er in een vorm die wij niet kunnen controleren.", "An item has a form that we cannot check."),
    ("document_too_complex", "Het bewijs is ingewikkelder dan wij lezen.", "The credential is more complex than we read."),
    (
        "type",
        "Het bewijs zegt niet van welk soort het is, of is van een ander soort.",
        "The credential does not say of which kind it is, or is of another kind.",
    ),
    ("id", "Het kenmerk van het bewijs of van een deel ervan klopt niet.", "The identifier of the credential or of a part of it is wrong."),
    ("issuer_id", "Het bewijs noemt geen uitgever.", "The credential names no issuer."),
    ("subject", "Het bewijs zegt niet over wie of wat het gaat.", "The credential does not say whom or what it is about."),
    ("date_order", "De einddatum ligt voor de begindatum.", "The end date lies before the start date."),
    ("member", "Een onderdeel van het bewijs heeft een verkeerde vorm.", "A part of the credential has a wrong shape."),
    ("language_value", "Een naam of omschrijving heeft een verkeerde vorm.", "A name or description has a wrong shape."),
    ("related_resource", "De verwijzing naar een bijlage klopt niet.", "The reference to an attachment is wrong."),
    (
        "related_resource_unread",
        "Het bewijs hoort bij een bijlage die wij niet hebben vergeleken.",
        "The credential goes with an attachment that we did not compare.",
    ),
    ("holder", "De houder is verkeerd opgeschreven.", "The holder is written down wrong."),
    ("presented_credential", "Wat werd getoond is geen bewijs.", "What was shown is no credential."),
    ("presentation_empty", "Er werd niets getoond.", "Nothing was shown."),
    ("envelope", "De verpakking van het bewijs klopt niet.", "The envelope of the credential is wrong."),
    ("too_many", "Dit zijn meer bewijzen dan wij in één keer lezen.", "These are more credentials than we read at once."),
    ("credential_missing", "Er zit geen bewijs in.", "There is no credential in it."),
    ("vc_claim", "Het bewijs staat er op twee manieren in.", "The credential is in it in two ways."),
    ("claim_mismatch", "Om het bewijs heen staat iets anders dan erin.", "What stands around the credential differs from what is in it."),
    ("critical", "Het bewijs stelt een eis die wij niet kennen.", "The credential makes a demand that we do not know."),
    (
        "open_badges_2",
        "Dit is een oude open badge (versie 2). Die controleren wij niet.",
        "This is an old open badge (version 2). We do not check those.",
    ),
    // The signature.
    ("signature", "De handtekening past niet bij de inhoud.", "The signature does not fit the content."),
    (
        "algorithm",
        "De handtekening is gemaakt op een manier die wij niet aannemen.",
        "The signature was made in a way that we do not accept.",
    ),
    (
        "no_key",
        "Bij dit bewijs hoort geen sleutel waarmee wij de handtekening kunnen controleren.",
        "There is no key with this credential by which we can check the signature.",
    ),
    (
        "unsupported_key",
        "De sleutel van de uitgever is van een soort die wij niet aannemen.",
        "The issuer’s key is of a kind that we do not accept.",
    ),
    ("malformed_x5c", "Het certificaat in het bewijs is niet te lezen.", "The certificate in the credential cannot be read."),
    (
        "issuer_mismatch",
        "De sleutel hoort bij een andere uitgever dan het bewijs noemt.",
        "The key belongs to another issuer than the credential names.",
    ),
    (
        "issuer_key_mismatch",
        "De sleutel hoort bij een andere uitgever dan het bewijs noemt.",
        "The key belongs to another issuer than the credential names.",
    ),
    (
        "no_anchor",
        "Het certificaat van de uitgever komt niet uit het register.",
        "The issuer’s certificate does not come from the register.",
    ),
    (
        "certificate_dates",
        "Het certificaat van de uitgever gold niet toen het bewijs werd gemaakt.",
        "The issuer’s certificate was not valid when the credential was made.",
    ),
    ("certificate_chain", "Het certificaat van de uitgever klopt niet.", "The issuer’s certificate is wrong."),
    ("key_not_fetched", "De sleutel van de uitgever was niet op te halen.", "The issuer’s key could not be fetched."),
    ("key_unavailable", "De sleutel van de uitgever was niet op te halen.", "The issuer’s key could not be fetched."),
    ("key_unknown", "De uitgever kent deze sleutel niet, of niet meer.", "The issuer does not know this key, or not any more."),
    (
        "key_ambiguous",
        "De uitgever heeft meer sleutels en het bewijs zegt niet welke.",
        "The issuer has several keys and the credential does not say which.",
    ),
    ("key_document", "De lijst met sleutels van de uitgever klopt niet.", "The issuer’s list of keys is wrong."),
    ("key_set_malformed", "De lijst met sleutels van de uitgever klopt niet.", "The issuer’s list of keys is wrong."),
    ("key_set_private", "De uitgever heeft een geheime sleutel openbaar gemaakt.", "The issuer published a secret key."),
    (
        "key_revoked",
        "De uitgever heeft deze sleutel ingetrokken. Wat ermee is ondertekend geloven we niet, want iemand anders kan hem hebben gehad.",
        "The issuer revoked this key. What it signed is not believed, because somebody else may have had it.",
    ),
    (
        "key_out_of_time",
        "De sleutel was niet in gebruik toen het bewijs werd gemaakt.",
        "The key was not in use when the credential was made.",
    ),
    (
        "key_not_archived",
        "De uitgever doet niet meer mee, en het register kent deze sleutel niet.",
        "The issuer left, and the register does not know this key.",
    ),
    (
        "key_of_nobody",
        "De sleutel kwam met het bewijs mee. Niemand staat in voor wie hem heeft.",
        "The key came along with the credential. Nobody vouches for who has it.",
    ),
    ("key_given", "De sleutel hebt u zelf gegeven.", "You gave the key yourself."),
    ("issuer_left", "De uitgever deed al niet meer mee toen dit werd gemaakt.", "The issuer had already left when this was made."),
    (
        "issuer_address",
        "De naam van de uitgever is geen webadres waar sleutels kunnen staan.",
        "The issuer’s name is no web address at which keys can be.",
    ),
    ("issuer_metadata_malformed", "De gegevens van de uitgever zijn niet te lezen.", "The issuer’s own data cannot be read."),
    (
        "issuer_metadata_keys",
        "De gegevens van de uitgever noemen geen sleutels, of op twee manieren.",
        "The issuer’s own data name no keys, or in two ways.",
    ),
    ("issuer_keys_missing", "De sleutels van de uitgever waren niet op te halen.", "The issuer’s keys could not be fetched."),
    (
        "did_method",
        "De uitgever gebruikt een soort kenmerk dat wij niet kennen.",
        "The issuer uses a kind of identifier that we do not know.",
    ),
    ("verification_method", "Het bewijs verwijst niet naar een sleutel.", "The credential does not refer to a key."),
    (
        "unsupported_cryptosuite",
        "Een van de handtekeningen is van een soort die wij niet controleren. Alle handtekeningen moeten kloppen.",
        "One of the signatures is of a kind that we do not check. All signatures must be right.",
    ),
    ("proof_missing", "Het bewijs is niet ondertekend.", "The credential is not signed."),
    ("proof_malformed", "De handtekening heeft een verkeerde vorm.", "The signature has a wrong shape."),
    (
        "proof_invalid",
        "Een handtekening past niet bij de inhoud. Alle handtekeningen moeten kloppen.",
        "A signature does not fit the content. All signatures must be right.",
    ),
    ("proof_purpose", "De handtekening is voor iets anders gezet.", "The signature was made for something else."),
    ("proof_domain", "De handtekening is voor een andere ontvanger gezet.", "The signature was made for another receiver."),
    ("proof_challenge", "De handtekening is voor een andere vraag gezet.", "The signature was made for another question."),
    ("proof_expired", "De handtekening geldt niet meer.", "The signature has expired."),
    ("proof_not_yet_valid", "De handtekening heeft een datum die nog moet komen.", "The signature has a date that is still to come."),
    ("proof_chain", "De handtekeningen verwijzen verkeerd naar elkaar.", "The signatures refer to each other wrongly."),
    ("proof_generation", "De handtekening kon niet worden gezet.", "The signature could not be made."),
    // The issuer.
    ("issuer_unknown", "We weten niet wie dit heeft uitgegeven.", "We do not know who issued this."),
    ("issuer_suspended", "De uitgever mag nu geen bewijzen uitgeven.", "The issuer may not issue credentials now."),
    ("own_register", "De uitgever houdt het register zelf bij.", "The issuer keeps the register itself."),
    ("not_registered", "Deze uitgever staat niet in het register.", "This issuer is not in the register."),
    (
        "not_registered_for_type",
        "Deze uitgever staat in het register, maar niet voor dit soort bewijs.",
        "This issuer is in the register, but not for this kind of credential.",
    ),
    // Dates and status.
    ("expired", "De einddatum is voorbij.", "The end date has passed."),
    ("not_yet_valid", "De begindatum moet nog komen.", "The start date is still to come."),
    ("revoked", "De uitgever heeft het ingetrokken.", "The issuer withdrew it."),
    ("suspended", "De uitgever heeft het voor nu stopgezet.", "The issuer suspended it for now."),
    ("superseded", "De uitgever heeft het vervangen door een nieuwer bewijs.", "The issuer replaced it by a newer one."),
    ("status_unknown", "Of het is ingetrokken, weten we niet.", "Whether it was withdrawn is not known."),
    ("status_out_of_range", "De statuslijst is te kort voor dit bewijs.", "The status list is too short for this credential."),
    ("offline", "Er mocht geen verbinding worden gemaakt.", "No connection was to be made."),
    ("not_fetched", "De gegevens die daarvoor nodig zijn, waren niet op te halen.", "What is needed for it could not be fetched."),
    (
        "unsupported",
        "De uitgever houdt de status bij op een manier die wij niet kennen.",
        "The issuer keeps the status in a way that we do not know.",
    ),
    (
        "list_refused",
        "De statuslijst is verlopen, beschadigd of niet van de uitgever.",
        "The status list is expired, damaged or not of the issuer.",
    ),
    ("list_of_another_issuer", "De statuslijst is van een andere uitgever.", "The status list is of another issuer."),
    ("unknown_value", "De statuslijst zegt iets dat wij niet kennen.", "The status list says something that we do not know."),
    // The shape of the content.
    ("schema", "Een gegeven ontbreekt of heeft een verkeerde vorm.", "An item is missing or has a wrong shape."),
    ("schema_unknown", "Het bewijs noemt een schema dat wij niet kennen.", "The credential names a schema that we do not know."),
    (
        "vct_integrity",
        "Het soort bewijs is anders beschreven dan de uitgever zegt.",
        "The kind of credential is described otherwise than the issuer says.",
    ),
    ("claim_missing", "Een verplicht gegeven ontbreekt.", "A mandatory item is missing."),
    ("claim_concealed", "Een gegeven dat altijd te zien moet zijn, is verborgen.", "An item that must always be seen is hidden."),
    (
        "claim_not_concealed",
        "Een gegeven dat de houder moet kunnen weglaten, is altijd te zien.",
        "An item that the holder must be able to leave out is always seen.",
    ),
    ("claim_path", "Een gegeven staat op de verkeerde plaats.", "An item stands in the wrong place."),
    (
        "type_metadata_circle",
        "De beschrijving van dit soort bewijs verwijst naar zichzelf.",
        "The description of this kind of credential refers to itself.",
    ),
    (
        "type_metadata_contradiction",
        "De beschrijving van dit soort bewijs spreekt zichzelf tegen.",
        "The description of this kind of credential contradicts itself.",
    ),
    (
        "type_metadata_depth",
        "De beschrijving van dit soort bewijs verwijst te ver door.",
        "The description of this kind of credential refers on too far.",
    ),
    (
        "type_metadata_limit",
        "De beschrijving van dit soort bewijs is te groot.",
        "The description of this kind of credential is too large.",
    ),
    (
        "type_metadata_malformed",
        "De beschrijving van dit soort bewijs is niet te lezen.",
        "The description of this kind of credential cannot be read.",
    ),
    ("type_metadata_vct", "De beschrijving is van een ander soort bewijs.", "The description is of another kind of credential."),
    ("member_missing", "Een verplicht onderdeel van de badge ontbreekt.", "A mandatory part of the badge is missing."),
    ("member_type", "Een onderdeel van de badge heeft een verkeerde vorm.", "A part of the badge has a wrong shape."),
    ("member_value", "Een onderdeel van de badge heeft een waarde die niet mag.", "A part of the badge has a value that is not allowed."),
    ("object_type", "Een onderdeel van de badge zegt niet goed wat het is.", "A part of the badge does not rightly say what it is."),
    ("subject_count", "De badge hoort over precies één persoon te gaan.", "The badge should be about exactly one person."),
    ("identity_missing", "De badge zegt niet van wie hij is.", "The badge does not say whose it is."),
    ("criteria", "De badge zegt niet wat ervoor nodig was.", "The badge does not say what it took."),
    (
        "result_description",
        "Het resultaat in de badge verwijst naar een schaal die er niet is.",
        "The result in the badge refers to a scale that is not there.",
    ),
    ("result_value", "Het resultaat in de badge past niet op zijn schaal.", "The result in the badge does not fit its scale."),
    // The holder.
    ("binding_missing", "De houder heeft dit niet ondertekend.", "The holder did not sign this."),
    (
        "binding_unasked",
        "De houder heeft dit ondertekend voor iemand anders of een andere vraag. Voor wie, kunnen we hier niet weten.",
        "The holder signed this for somebody else or another question. For whom cannot be known here.",
    ),
    (
        "binding_typ",
        "De handtekening van de houder noemt zich anders dan hij hoort te doen.",
        "The holder’s signature calls itself something else than it should.",
    ),
    (
        "binding_signature",
        "De handtekening van de houder is niet gemaakt met de sleutel van dit bewijs.",
        "The holder’s signature was not made with the key of this credential.",
    ),
    ("binding_malformed", "De handtekening van de houder is niet te lezen.", "The holder’s signature cannot be read."),
    ("binding_audience", "De houder ondertekende dit voor een andere ontvanger.", "The holder signed this for another receiver."),
    ("binding_nonce", "De houder ondertekende dit voor een andere vraag.", "The holder signed this for another question."),
    (
        "binding_stale",
        "De handtekening van de houder is te oud, of van een tijd die nog moet komen.",
        "The holder’s signature is too old, or of a time that is still to come.",
    ),
    ("binding_sd_hash", "De houder ondertekende iets anders dan wat is getoond.", "The holder signed something else than what was shown."),
    ("holder_key_missing", "Het bewijs is aan geen sleutel van een houder gebonden.", "The credential is bound to no key of a holder."),
    ("holder_mismatch", "Wie dit toonde, is niet de houder van het bewijs.", "Who showed this is not the holder of the credential."),
    ("shared_link", "Dit komt van de link die de houder deelde.", "This comes from the link that the holder shared."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_words_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (code, nl, en) in WHY {
            assert!(seen.insert(code), "{code} twice");
            assert!(nl.ends_with('.') && en.ends_with('.') && nl != en, "{code}");
            assert_eq!(why(Lang::Nl, code), Some(*nl));
        }
        assert_eq!(why(Lang::En, "something else"), None);
    }
}
