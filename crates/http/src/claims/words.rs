//! Words for values that are codes in a credential.

use web::Text;

/// (claim, code, Dutch, English).
const WORDS: &[(&str, &str, &str, &str)] = &[
    ("class", "micro_credential", "microcredential", "microcredential"),
    ("class", "regular", "onderdeel van een opleiding", "part of a programme"),
    ("class", "extra_curricular", "buiten een opleiding", "extra-curricular"),
    ("stackability", "stand-alone", "staat op zichzelf", "stands alone"),
    ("stackability", "stackable", "te stapelen met andere", "stackable with others"),
    ("kind", "programme", "opleiding", "programme"),
    ("kind", "course", "cursus", "course"),
    ("kind", "component", "onderdeel", "component"),
    ("state", "pending", "in behandeling", "pending"),
    ("state", "associated", "ingeschreven", "enrolled"),
    ("state", "queued", "op de wachtlijst", "on the waiting list"),
    ("state", "finished", "afgerond", "finished"),
    ("state", "cancelled", "uitgeschreven", "cancelled"),
    ("state", "denied", "afgewezen", "denied"),
    ("phase", "associate_degree", "associate degree", "associate degree"),
    ("phase", "associate degree", "associate degree", "associate degree"),
    ("phase", "propedeuse", "propedeuse", "first year"),
    ("phase", "bachelor", "bachelor", "bachelor"),
    ("phase", "master", "master", "master"),
    ("modeOfStudy", "full-time", "voltijd", "full-time"),
    ("modeOfStudy", "part-time", "deeltijd", "part-time"),
    ("modeOfStudy", "dual training", "duaal", "work-based"),
    ("modeOfStudy", "self-paced", "in eigen tempo", "self-paced"),
    ("enrolment_form", "student", "student", "student"),
    ("enrolment_form", "extraneus", "extraneus", "external student"),
    ("enrolment_form", "cursist", "cursist", "course participant"),
    ("education_type", "mbo", "mbo", "secondary vocational education (mbo)"),
    ("education_type", "hbo", "hbo", "higher professional education (hbo)"),
    ("education_type", "wo", "wo", "academic education (wo)"),
    ("assessment_type", "testing", "toets", "test"),
    ("assessment_type", "written exam", "schriftelijk examen", "written exam"),
    ("assessment_type", "portfolio", "portfolio", "portfolio"),
    ("assessment_type", "behavior assessment", "beoordeling van gedrag", "behaviour assessment"),
    ("assessment_type", "recognition of prior learning", "erkenning van eerder geleerde", "recognition of prior learning"),
    ("assessment_type", "application of a skill", "vaardigheid in de praktijk", "application of a skill"),
    ("assessment_type", "project", "project", "project"),
    ("participation_type", "online", "online", "online"),
    ("participation_type", "onsite", "op locatie", "on site"),
    ("participation_type", "blended", "online en op locatie", "blended"),
    ("participation_type", "volunteering", "vrijwilligerswerk", "volunteering"),
    ("participation_type", "work experience", "werkervaring", "work experience"),
    ("supervision_type", "unsupervised", "zonder toezicht", "unsupervised"),
    ("supervision_type", "unsupervised without identity verification", "zonder toezicht", "unsupervised"),
    ("supervision_type", "online-supervised", "toezicht op afstand", "supervised online"),
    ("supervision_type", "supervised online", "toezicht op afstand", "supervised online"),
    ("supervision_type", "onsite-supervised", "toezicht op locatie", "supervised on site"),
    ("supervision_type", "onsite", "toezicht op locatie", "supervised on site"),
    ("supervision_type", "supervised onsite", "toezicht op locatie", "supervised on site"),
    ("language", "nl", "Nederlands", "Dutch"),
    ("language", "en", "Engels", "English"),
    ("language", "de", "Duits", "German"),
    ("language", "fr", "Frans", "French"),
    ("country", "NL", "Nederland", "Netherlands"),
    ("country", "BE", "België", "Belgium"),
    ("country", "DE", "Duitsland", "Germany"),
    ("type", "1-10", "1 tot en met 10", "1 to 10"),
    ("type", "0-100", "0 tot en met 100", "0 to 100"),
    ("type", "pass-or-fail", "voldaan of niet voldaan", "pass or fail"),
    ("unit", "ects", "EC", "EC"),
    ("unit", "sbu", "SBU", "SBU"),
    ("unit", "hour", "uur", "hours"),
    ("assessment_type", "personalized assessment", "toetsvorm naar keuze van de deelnemer", "assessment of the participant's choice"),
    ("participation_type", "onsite or blended", "op locatie of gemengd", "on site or blended"),
    (
        "supervision_type",
        "unsupervised with no identity verification",
        "zonder toezicht, identiteit niet gecontroleerd",
        "unsupervised, identity not checked",
    ),
    (
        "supervision_type",
        "supervised with no identity verification",
        "met toezicht, identiteit niet gecontroleerd",
        "supervised, identity not checked",
    ),
    (
        "supervision_type",
        "unsupervised with identity verification",
        "zonder toezicht, identiteit gecontroleerd",
        "unsupervised, identity checked",
    ),
    ("supervision_type", "onsite with identity verification", "op locatie, identiteit gecontroleerd", "on site, identity checked"),
    ("name_source", "institution", "de instelling", "the institution"),
    ("assurance", "institution_records", "volgens de administratie van de instelling", "as in the institution’s records"),
    ("name_source", "eduid", "eduID", "eduID"),
    ("name_source", "eduID", "eduID", "eduID"),
];

/// The words for a code of a claim, by the claim's last name.
pub(super) fn of(claim: &str, code: &str) -> Option<Text> {
    WORDS.iter().find(|(name, known, ..)| *name == claim && *known == code).map(|(.., nl, en)| Text::new(*nl, *en))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_schemas_have_words() {
        for (claim, code) in [("state", "associated"), ("modeOfStudy", "dual training"), ("stackability", "stackable"), ("kind", "course")]
        {
            assert!(of(claim, code).is_some(), "{claim} {code}");
        }
        assert!(of("state", "full-time").is_none(), "a code has its meaning in its own claim only");
    }
}
