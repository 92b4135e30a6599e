//! What an authority may sign for: name constraints (RFC 5280 section 4.2.1.10), and what a leaf is for.

use super::X509Error;
use url::Url;
use x509_parser::extensions::{ExtendedKeyUsage, GeneralSubtree};
use x509_parser::prelude::{GeneralName, X509Certificate};

/// Whether all purposes of a leaf are jobs that have nothing to do with signing documents: code, mail, time, OCSP.
pub(super) fn is_for_another_job(purposes: &ExtendedKeyUsage<'_>) -> bool {
    let ours = purposes.any || purposes.server_auth || purposes.client_auth || !purposes.other.is_empty();
    let theirs = purposes.code_signing || purposes.email_protection || purposes.time_stamping || purposes.ocsp_signing;
    theirs && !ours
}

/// Whether the names of a leaf are within the constraints of an authority above it. Constraints on DNS names and on the hosts of
/// URIs are understood; any other kind is refused where the leaf has a name of that kind.
pub(super) fn hold(authority: &X509Certificate<'_>, leaf: &X509Certificate<'_>) -> Result<(), X509Error> {
    let constraints = authority.extensions().iter().find_map(|extension| match extension.parsed_extension() {
        x509_parser::prelude::ParsedExtension::NameConstraints(constraints) => Some(constraints),
        _ => None,
    });
    let Some(constraints) = constraints else { return Ok(()) };
    let (permitted, excluded) = (constraints.permitted_subtrees.as_deref(), constraints.excluded_subtrees.as_deref());
    let names = leaf.subject_alternative_name().map_err(|_| X509Error::Malformed)?;
    let names = names.map(|names| names.value.general_names.as_slice()).unwrap_or_default();
    for name in names {
        let of_kind = |subtree: &&GeneralSubtree<'_>| std::mem::discriminant(&subtree.base) == std::mem::discriminant(name);
        let mut allowed: Vec<&GeneralSubtree<'_>> = permitted.unwrap_or_default().iter().filter(of_kind).collect();
        let mut forbidden: Vec<&GeneralSubtree<'_>> = excluded.unwrap_or_default().iter().filter(of_kind).collect();
        // The host of an identifier is a name of that host, whichever kind of constraint speaks of it.
        if let GeneralName::URI(_) = name {
            let dns = |subtree: &&GeneralSubtree<'_>| matches!(subtree.base, GeneralName::DNSName(_));
            allowed.extend(permitted.unwrap_or_default().iter().filter(dns));
            forbidden.extend(excluded.unwrap_or_default().iter().filter(dns));
        }
        if forbidden.iter().any(|subtree| covers(subtree, name) != Some(false)) {
            return Err(X509Error::Names);
        }
        if !allowed.is_empty() && !allowed.iter().any(|subtree| covers(subtree, name) == Some(true)) {
            return Err(X509Error::Names);
        }
    }
    // Every leaf has a subject; constraints on it are not understood here.
    let on_subject = |subtree: &GeneralSubtree<'_>| matches!(subtree.base, GeneralName::DirectoryName(_));
    let subjects = permitted.unwrap_or_default().iter().chain(excluded.unwrap_or_default()).any(on_subject);
    if subjects { Err(X509Error::Names) } else { Ok(()) }
}

/// Whether a subtree covers a name; `None` when that is not understood.
fn covers(subtree: &GeneralSubtree<'_>, name: &GeneralName<'_>) -> Option<bool> {
    let host = match name {
        GeneralName::DNSName(name) => (*name).to_ascii_lowercase(),
        GeneralName::URI(uri) => Url::parse(uri).ok()?.host_str()?.to_ascii_lowercase(),
        _ => return None,
    };
    match &subtree.base {
        GeneralName::DNSName(base) => Some(is_under(&host, base, true)),
        // A URI's host is meant exactly, unless the constraint begins with a dot.
        GeneralName::URI(base) => Some(is_under(&host, base, base.starts_with('.'))),
        _ => None,
    }
}

/// Whether `host` is `base`, or below it when that counts.
fn is_under(host: &str, base: &str, below: bool) -> bool {
    let whole = !base.starts_with('.');
    let base = base.trim_start_matches('.').to_ascii_lowercase();
    let under = || host.strip_suffix(&base).is_some_and(|rest| base.is_empty() || rest.ends_with('.'));
    (whole && host == base) || (below && under())
}
