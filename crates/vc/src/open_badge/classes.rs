//! The data models of Open Badges 3.0 (appendix B) and CLR 2.0 as tables.
//!
//! `tests::the_tables_are_the_model` compares them with the facts of the specification, member by member.

use super::model::{Class, Kind, Member, any, one, optional};

const TEXT: Kind = Kind::Text;
const URI: Kind = Kind::Uri;
const NUMBER: Kind = Kind::Number;
const MOMENT: Kind = Kind::Moment { zone: false };
const ZONED: Kind = Kind::Moment { zone: true };

const fn class(name: &'static str, members: &'static [Member]) -> Class {
    Class { name, typed: true, members }
}

/// `OpenBadgeCredential`. What VCDM defines is checked there, so it is not repeated here.
pub(super) static ACHIEVEMENT_CREDENTIAL: Class = Class {
    name: "AchievementCredential",
    typed: false,
    members: &[
        one("id", URI),
        optional("name", Kind::Name),
        optional("description", Kind::Name),
        optional("image", Kind::ObjectOrUri(&IMAGE)),
        optional("awardedDate", ZONED),
        one("credentialSubject", Kind::Object(&ACHIEVEMENT_SUBJECT)),
        any("endorsement", Kind::Anything),
        any("endorsementJwt", Kind::Jws),
        any("evidence", Kind::Object(&EVIDENCE)),
    ],
};

/// `EndorsementCredential`.
pub(super) static ENDORSEMENT_CREDENTIAL: Class = Class {
    name: "EndorsementCredential",
    typed: false,
    members: &[
        one("id", URI),
        // Required by the letter, left out by 1EdTech's own samples.
        optional("name", Kind::Name),
        optional("description", Kind::Name),
        optional("awardedDate", ZONED),
        one("credentialSubject", Kind::Object(&ENDORSEMENT_SUBJECT)),
    ],
};

pub(super) static ENDORSEMENT_SUBJECT: Class = class("EndorsementSubject", &[one("id", URI), optional("endorsementComment", TEXT)]);

pub(super) static ACHIEVEMENT_SUBJECT: Class = class(
    "AchievementSubject",
    &[
        optional("id", URI),
        optional("activityEndDate", MOMENT),
        optional("activityStartDate", MOMENT),
        optional("creditsEarned", NUMBER),
        one("achievement", Kind::Object(&ACHIEVEMENT)),
        any("identifier", Kind::Object(&IDENTITY_OBJECT)),
        optional("image", Kind::ObjectOrUri(&IMAGE)),
        optional("licenseNumber", TEXT),
        optional("narrative", TEXT),
        any("result", Kind::Object(&RESULT)),
        optional("role", TEXT),
        optional("source", Kind::Object(&PROFILE)),
        optional("term", TEXT),
    ],
);

pub(super) static ACHIEVEMENT: Class = class(
    "Achievement",
    &[
        one("id", URI),
        any("alignment", Kind::Object(&ALIGNMENT)),
        optional("achievementType", Kind::Words { words: &ACHIEVEMENT_TYPES, extensible: true }),
        optional("creator", Kind::Object(&PROFILE)),
        optional("creditsAvailable", NUMBER),
        one("criteria", Kind::Object(&CRITERIA)),
        one("description", TEXT),
        any("endorsement", Kind::Anything),
        any("endorsementJwt", Kind::Jws),
        optional("fieldOfStudy", TEXT),
        optional("humanCode", TEXT),
        optional("image", Kind::ObjectOrUri(&IMAGE)),
        optional("inLanguage", Kind::Language),
        one("name", TEXT),
        any("otherIdentifier", Kind::Object(&IDENTIFIER_ENTRY)),
        any("related", Kind::Object(&RELATED)),
        any("resultDescription", Kind::Object(&RESULT_DESCRIPTION)),
        optional("specialization", TEXT),
        any("tag", TEXT),
        optional("version", TEXT),
    ],
);

pub(super) static PROFILE: Class = class(
    "Profile",
    &[
        one("id", URI),
        optional("name", Kind::Name),
        optional("url", URI),
        optional("phone", TEXT),
        optional("description", Kind::Name),
        any("endorsement", Kind::Anything),
        any("endorsementJwt", Kind::Jws),
        optional("image", Kind::ObjectOrUri(&IMAGE)),
        optional("email", TEXT),
        optional("address", Kind::Object(&ADDRESS)),
        any("otherIdentifier", Kind::Object(&IDENTIFIER_ENTRY)),
        optional("official", TEXT),
        optional("parentOrg", Kind::Object(&PROFILE)),
        optional("familyName", TEXT),
        optional("givenName", TEXT),
        optional("additionalName", TEXT),
        optional("patronymicName", TEXT),
        optional("honorificPrefix", TEXT),
        optional("honorificSuffix", TEXT),
        optional("familyNamePrefix", TEXT),
        optional("dateOfBirth", Kind::Day),
    ],
);

pub(super) static ADDRESS: Class = class(
    "Address",
    &[
        optional("addressCountry", TEXT),
        optional("addressCountryCode", TEXT),
        optional("addressRegion", TEXT),
        optional("addressLocality", TEXT),
        optional("streetAddress", TEXT),
        optional("postOfficeBoxNumber", TEXT),
        optional("postalCode", TEXT),
        optional("geo", Kind::Object(&GEO_COORDINATES)),
    ],
);

pub(super) static GEO_COORDINATES: Class = class("GeoCoordinates", &[one("latitude", NUMBER), one("longitude", NUMBER)]);

pub(super) static CRITERIA: Class = Class { name: "Criteria", typed: false, members: &[optional("id", URI), optional("narrative", TEXT)] };

pub(super) static ALIGNMENT: Class = class(
    "Alignment",
    &[
        optional("targetCode", TEXT),
        optional("targetDescription", TEXT),
        one("targetName", TEXT),
        optional("targetFramework", TEXT),
        optional("targetType", Kind::Words { words: &ALIGNMENT_TYPES, extensible: true }),
        one("targetUrl", URI),
    ],
);

pub(super) static EVIDENCE: Class = class(
    "Evidence",
    &[
        optional("id", URI),
        optional("narrative", TEXT),
        optional("name", TEXT),
        optional("description", TEXT),
        optional("genre", TEXT),
        optional("audience", TEXT),
    ],
);

pub(super) static IDENTIFIER_ENTRY: Class =
    class("IdentifierEntry", &[one("identifier", TEXT), one("identifierType", Kind::Words { words: &IDENTIFIER_TYPES, extensible: true })]);

pub(super) static IDENTITY_OBJECT: Class = class(
    "IdentityObject",
    &[
        one("hashed", Kind::Boolean),
        one("identityHash", TEXT),
        one("identityType", Kind::Words { words: &IDENTIFIER_TYPES, extensible: true }),
        optional("salt", TEXT),
    ],
);

pub(super) static IMAGE: Class = class("Image", &[one("id", URI), optional("caption", TEXT)]);

pub(super) static RELATED: Class = class("Related", &[one("id", URI), optional("inLanguage", Kind::Language), optional("version", TEXT)]);

pub(super) static RESULT: Class = class(
    "Result",
    &[
        optional("achievedLevel", URI),
        any("alignment", Kind::Object(&ALIGNMENT)),
        optional("resultDescription", URI),
        optional("status", Kind::Words { words: &RESULT_STATUSES, extensible: false }),
        optional("value", TEXT),
    ],
);

pub(super) static RESULT_DESCRIPTION: Class = class(
    "ResultDescription",
    &[
        one("id", URI),
        any("alignment", Kind::Object(&ALIGNMENT)),
        any("allowedValue", TEXT),
        one("name", TEXT),
        optional("requiredLevel", URI),
        optional("requiredValue", TEXT),
        one("resultType", Kind::Words { words: &RESULT_TYPES, extensible: true }),
        any("rubricCriterionLevel", Kind::Object(&RUBRIC_CRITERION_LEVEL)),
        optional("valueMax", TEXT),
        optional("valueMin", TEXT),
    ],
);

pub(super) static RUBRIC_CRITERION_LEVEL: Class = class(
    "RubricCriterionLevel",
    &[
        one("id", URI),
        any("alignment", Kind::Object(&ALIGNMENT)),
        optional("description", TEXT),
        optional("level", TEXT),
        one("name", TEXT),
        optional("points", TEXT),
    ],
);

/// `ClrCredential` (CLR 2.0 appendix B.1).
pub(super) static CLR_CREDENTIAL: Class = Class {
    name: "ClrCredential",
    typed: false,
    members: &[
        one("id", URI),
        optional("name", Kind::Name),
        optional("description", Kind::Name),
        optional("image", Kind::ObjectOrUri(&IMAGE)),
        optional("awardedDate", ZONED),
        one("credentialSubject", Kind::Object(&CLR_SUBJECT)),
        any("endorsement", Kind::Anything),
        any("endorsementJwt", Kind::Jws),
        any("evidence", Kind::Object(&EVIDENCE)),
    ],
};

/// `ClrSubject`. The inner credentials are read in `clr`, since in version 1.1 they may be JWTs.
pub(super) static CLR_SUBJECT: Class = class(
    "ClrSubject",
    &[
        optional("id", URI),
        any("identifier", Kind::Object(&IDENTITY_OBJECT)),
        any("achievement", Kind::Object(&ACHIEVEMENT)),
        any("association", Kind::Object(&ASSOCIATION)),
    ],
);

pub(super) static ASSOCIATION: Class = class(
    "Association",
    &[one("associationType", Kind::Words { words: &ASSOCIATION_TYPES, extensible: true }), one("sourceId", URI), one("targetId", URI)],
);

/// Every class, for the comparison with the specification.
#[cfg(test)]
pub(super) static ALL: [&Class; 21] = [
    &ACHIEVEMENT_CREDENTIAL,
    &ENDORSEMENT_CREDENTIAL,
    &ENDORSEMENT_SUBJECT,
    &ACHIEVEMENT_SUBJECT,
    &ACHIEVEMENT,
    &PROFILE,
    &ADDRESS,
    &GEO_COORDINATES,
    &CRITERIA,
    &ALIGNMENT,
    &EVIDENCE,
    &IDENTIFIER_ENTRY,
    &IDENTITY_OBJECT,
    &IMAGE,
    &RELATED,
    &RESULT,
    &RESULT_DESCRIPTION,
    &RUBRIC_CRITERION_LEVEL,
    &CLR_CREDENTIAL,
    &CLR_SUBJECT,
    &ASSOCIATION,
];

pub(super) const ACHIEVEMENT_TYPES: [&str; 31] = [
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
];

pub(super) const ALIGNMENT_TYPES: [&str; 7] =
    ["ceasn:Competency", "ceterms:Credential", "CFItem", "CFRubric", "CFRubricCriterion", "CFRubricCriterionLevel", "CTDL"];

pub(super) const RESULT_TYPES: [&str; 12] = [
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricCriterion",
    "RubricCriterionLevel",
    "RubricScore",
    "ScaledScore",
    "Status",
];

pub(super) const RESULT_STATUSES: [&str; 7] = ["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"];

/// `email` is what Open Badges 2 and early 3.0 samples say for `emailAddress`.
const IDENTIFIER_TYPES: [&str; 20] = [
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "isbn",
    "issn",
    "lisSourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "ltiContextId",
    "ltiDeploymentId",
    "ltiToolId",
    "ltiPlatformId",
    "ltiUserId",
    "identifier",
    "email",
];

const ASSOCIATION_TYPES: [&str; 8] =
    ["exactMatchOf", "isChildOf", "isParentOf", "isPartOf", "isPeerOf", "isRelatedTo", "precedes", "replacedBy"];
