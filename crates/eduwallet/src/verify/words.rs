//! A report for a person at a terminal, in Dutch where the terminal is Dutch and in English anywhere else.

use model::register::Register;
use vc::report::{Check, CheckName, CheckState, CredentialReport, Report, Verdict};

/// The language of the terminal, by the variables that say so; an empty one says nothing (POSIX, Base Definitions 8.2).
pub(super) fn language(variable: impl Fn(&str) -> Option<String>) -> String {
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| variable(name)).find(|value| !value.is_empty()).unwrap_or_default()
}

/// The report, line by line. `language` is a locale such as `nl_NL.UTF-8`.
pub(super) fn lines(report: &Report, register: Option<&Register>, language: &str) -> Vec<String> {
    let said = Said { register, language };
    let mut lines = vec![said.headline(report)];
    let several = report.credentials.len() > 1;
    for (index, one) in report.credentials.iter().enumerate() {
        let number = if several { format!("{}. ", index + 1) } else { String::new() };
        let verdict = if several { format!(": {}", said.verdict(one)) } else { String::new() };
        lines.push(format!("  {number}{}{verdict}", said.credential(one)));
        lines.extend(said.remembered(one));
        lines.extend(one.endorsements.iter().map(|endorsement| format!("     {}", said.endorsement(endorsement))));
    }
    lines.extend(report.checks.iter().map(|check| said.check(check)));
    lines
}

/// How things are said, and where names come from.
struct Said<'a> {
    register: Option<&'a Register>,
    language: &'a str,
}

impl Said<'_> {
    fn pick(&self, nl: &'static str, en: &'static str) -> &'static str {
        if self.language.starts_with("nl") { nl } else { en }
    }

    fn headline(&self, report: &Report) -> String {
        let all_signed = report.credentials.iter().all(is_signed);
        let (nl, en) = match report.verdict {
            Verdict::Valid => ("GELDIG: elke controle die hier hoort, klopt", "VALID: every check that applies passed"),
            Verdict::Attention if all_signed => {
                ("LET OP: echt, maar kijk wat niet in orde is", "ATTENTION: real, but look at what did not pass")
            }
            Verdict::Attention => (
                "LET OP: niet alles was te controleren, ook niet of het echt is",
                "ATTENTION: not everything could be checked, nor whether it is real",
            ),
            Verdict::Invalid => ("ONGELDIG: niet te geloven", "INVALID: not to be believed"),
            Verdict::Unavailable => {
                ("NIET TE CONTROLEREN: hier staat niets dat we kunnen lezen", "UNAVAILABLE: nothing here that can be checked")
            }
        };
        self.pick(nl, en).to_owned()
    }

    fn verdict(&self, one: &CredentialReport) -> &'static str {
        match one.verdict {
            Verdict::Valid => self.pick("geldig", "valid"),
            Verdict::Attention => self.pick("let op", "attention"),
            Verdict::Invalid => self.pick("ongeldig", "invalid"),
            Verdict::Unavailable => self.pick("niet te controleren", "unavailable"),
        }
    }

    /// What it is and by whom; of what nobody proved, nothing.
    fn credential(&self, one: &CredentialReport) -> String {
        if one.claims.is_none() {
            return self
                .pick("wat erin staat tonen we niet: niemand staat ervoor in", "its content is not shown: nobody proved it")
                .to_owned();
        }
        format!("{} {} {}", one.kind, self.pick("van", "issued by"), self.issuer(one))
    }

    fn issuer(&self, one: &CredentialReport) -> String {
        match &one.issuer.name {
            Some(name) => name.clone(),
            None => format!("{} {}", one.issuer.id, self.pick("(naar eigen zeggen)", "(as it says itself)")),
        }
    }

    fn remembered(&self, one: &CredentialReport) -> Vec<String> {
        let check = one.check(CheckName::Issuer).filter(|_| one.claims.is_some());
        let sentences = check.map(|check| http::verdict::remembered(check, self.register, self.language)).unwrap_or_default();
        sentences.iter().map(|sentence| format!("     {sentence}")).collect()
    }

    fn endorsement(&self, one: &CredentialReport) -> String {
        let verdict = self.verdict(one);
        if one.claims.is_none() {
            return format!("{}: {verdict}", self.pick("aanbeveling waarvoor niemand instaat", "endorsement that nobody proved"));
        }
        format!("{} {}: {verdict}", self.pick("aanbevolen door", "endorsed by"), self.issuer(one))
    }

    fn check(&self, check: &Check) -> String {
        let mark = match check.state {
            CheckState::Passed => "ok ",
            CheckState::NotChecked => "?  ",
            CheckState::Failed => self.pick("NEE", "NO "),
        };
        let name = serde_json::to_value(check.check).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        let (heading, why) = http::verdict::explained(check, self.language);
        format!("  {mark} {name}: {} ({heading}{}{why})", check.code, if why.is_empty() { "" } else { ": " })
    }
}

fn is_signed(one: &CredentialReport) -> bool {
    one.check(CheckName::Signature).is_some_and(|check| check.state == CheckState::Passed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vc::report::IssuerReport;

    use super::*;

    fn one(signature: Check, name: Option<&str>) -> CredentialReport {
        let mut one = CredentialReport {
            verdict: Verdict::Valid,
            checks: Vec::new(),
            format: "ldp_vc".into(),
            kind: "OpenBadgeCredential".into(),
            issuer: IssuerReport { id: "did:web:school.example".into(), name: name.map(str::to_owned), ..IssuerReport::default() },
            claims: json!({"name": "Interviewen"}).as_object().cloned(),
            endorsements: Vec::new(),
        };
        one.set(signature);
        one
    }

    fn said(credentials: Vec<CredentialReport>, language: &str) -> String {
        lines(&Report::of(credentials, 1_795_352_580, "test"), None, language).join("\n")
    }

    #[test]
    fn the_terminal_says_its_language() {
        let of = |set: &[(&str, &str)]| language(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        assert_eq!(of(&[("LC_ALL", ""), ("LANG", "nl_NL.UTF-8")]), "nl_NL.UTF-8");
        assert_eq!(of(&[("LC_ALL", "C.UTF-8"), ("LANG", "nl_NL.UTF-8")]), "C.UTF-8");
        assert_eq!(of(&[]), "");
    }

    #[test]
    fn a_good_badge_with_what_others_say() {
        let passed = || Check::passed(CheckName::Signature);
        let mut badge = one(passed(), Some("Hogeschool Voorbeeld"));
        badge.set(Check::passed(CheckName::Issuer).with("name_then", "De Brug").with("left_at", "2026-09-01T00:00:00Z"));
        badge.endorsements = vec![one(passed(), None), one(Check::failed(CheckName::Signature, "proof_invalid"), Some("Iemand"))];
        let english = said(vec![badge.clone()], "C.UTF-8");
        for part in [
            "VALID: every check that applies passed",
            "  OpenBadgeCredential issued by Hogeschool Voorbeeld",
            "called De Brug",
            "stopped on 1\u{a0}September\u{a0}2026",
            "endorsed by did:web:school.example (as it says itself): valid",
            "endorsement that nobody proved: invalid",
            "  ok  signature: ok (Not changed)",
        ] {
            assert!(english.contains(part), "{part}: {english}");
        }
        assert!(!english.contains("Iemand"));
        let dutch = said(vec![badge], "nl_NL.UTF-8");
        for part in ["GELDIG", "van Hogeschool Voorbeeld", "heette de uitgever De Brug", "aanbevolen door", "(Niet veranderd)"] {
            assert!(dutch.contains(part), "{part}: {dutch}");
        }
    }

    #[test]
    fn what_nobody_proved_is_not_told_and_not_called_real() {
        let broken = said(vec![one(Check::failed(CheckName::Signature, "proof_invalid"), Some("Hogeschool Voorbeeld"))], "en");
        assert!(broken.contains("INVALID") && broken.contains("nobody proved it") && !broken.contains("Voorbeeld"), "{broken}");
        let unknown = said(vec![one(Check::not_checked(CheckName::Signature, "key_not_fetched"), None)], "en");
        assert!(unknown.contains("nor whether it is real") && !unknown.contains("school.example"), "{unknown}");
        let two = said(vec![one(Check::passed(CheckName::Signature), None), one(Check::failed(CheckName::Signature, "x"), None)], "en");
        assert!(
            two.contains("  1. OpenBadgeCredential") && two.contains("  2. its content is not shown: nobody proved it: invalid"),
            "{two}"
        );
        assert!(said(Vec::new(), "nl").contains("NIET TE CONTROLEREN"));
    }
}
