//! What must hold in an issuer's database after any race or fault (`I1` to `I4`, `I6`, `I8`): checked from outside, by counting rows.

use crate::rows::Rows;

/// Each query counts what must not be there.
const NEVER: &[(&str, &str)] = &[
    (
        "I1 an issued credential has exactly one `issued` event",
        "SELECT COUNT(*) FROM issued_credential c WHERE c.state = 'issued' AND (SELECT COUNT(*) FROM audit a \
         WHERE a.object_kind = 'credential' AND a.object = c.id AND a.action = 'credential.issued') <> 1",
    ),
    (
        "I1 an issued credential had exactly one intent before it",
        "SELECT COUNT(*) FROM issued_credential c WHERE c.state IN ('prepared', 'issued') AND (SELECT COUNT(*) FROM audit a \
         WHERE a.object_kind = 'credential' AND a.object = c.id AND a.action = 'credential.intent') <> 1",
    ),
    (
        "I6 an `issued` event has its credential",
        "SELECT COUNT(*) FROM audit a WHERE a.action = 'credential.issued' AND NOT EXISTS \
         (SELECT 1 FROM issued_credential c WHERE c.id = a.object AND c.state = 'issued')",
    ),
    (
        "I6 an `intent` event has its credential, void when the key was revoked before it was signed",
        "SELECT COUNT(*) FROM audit a WHERE a.action = 'credential.intent' AND NOT EXISTS \
         (SELECT 1 FROM issued_credential c WHERE c.id = a.object)",
    ),
    (
        "I2 no place of a status list is used twice",
        "SELECT COUNT(*) FROM (SELECT list, idx FROM issued_credential GROUP BY list, idx HAVING COUNT(*) > 1) AS twice",
    ),
    (
        "I2 no place is used that was not taken",
        "SELECT COUNT(*) FROM status_list l WHERE l.taken < (SELECT COUNT(*) FROM issued_credential c WHERE c.list = l.id)",
    ),
    (
        "no more lists are open than neighbours need to hide among each other",
        "SELECT COUNT(*) FROM (SELECT institution, kind FROM status_list WHERE state = 'open' GROUP BY institution, kind \
         HAVING COUNT(*) > 3) AS many",
    ),
    (
        "I3 an offer is consumed at most once per configuration: each of its copies is there once",
        "SELECT COUNT(*) FROM (SELECT offer, configuration, copy FROM issued_credential WHERE state IN ('prepared', 'issued') \
         GROUP BY offer, configuration, copy HAVING COUNT(*) > 1) AS twice",
    ),
    (
        "I3 a consumed offer has its credential, and only a consumed one",
        "SELECT COUNT(*) FROM offer o WHERE (o.state = 'issued') <> EXISTS (SELECT 1 FROM issued_credential c \
         WHERE c.offer = o.id)",
    ),
    (
        "I3 the copies of a form are made together: numbered from 0, without a gap",
        "SELECT COUNT(*) FROM (SELECT offer, configuration FROM issued_credential WHERE state IN ('prepared', 'issued') \
         GROUP BY offer, configuration HAVING MAX(copy) + 1 <> COUNT(*)) AS torn",
    ),
    (
        "I3 a key has one copy of a form: what is asked for again with the same keys is the same",
        "SELECT COUNT(*) FROM (SELECT offer, configuration, holder FROM issued_credential WHERE state IN ('prepared', 'issued') \
         GROUP BY offer, configuration, holder HAVING COUNT(*) > 1) AS twice",
    ),
    (
        "I3 a fetched transaction has its credentials",
        "SELECT COUNT(*) FROM deferred_transaction d WHERE d.state = 'fetched' AND NOT EXISTS (SELECT 1 FROM issued_credential c \
         WHERE c.offer = d.offer AND c.configuration = d.configuration AND c.state = 'issued')",
    ),
    (
        "I3 an offer has at most one live code",
        "SELECT COUNT(*) FROM (SELECT offer FROM offer_code WHERE state = 'live' GROUP BY offer HAVING COUNT(*) > 1) AS twice",
    ),
    ("I4 a void credential is revoked", "SELECT COUNT(*) FROM issued_credential WHERE state = 'void' AND status <> 'revoked'"),
    ("I4 nothing stays prepared", "SELECT COUNT(*) FROM issued_credential WHERE state = 'prepared'"),
    (
        "I8 an award has at most one credential of a form and copy that holds",
        "SELECT COUNT(*) FROM (SELECT award FROM issued_credential WHERE state IN ('prepared', 'issued') AND status <> 'revoked' \
         GROUP BY award, configuration, copy HAVING COUNT(*) > 1) AS twice",
    ),
    (
        "I8 an award that is to be issued has no credential that holds",
        "SELECT COUNT(*) FROM award w JOIN issued_credential c ON c.award = w.id WHERE w.state = 'open' \
         AND c.state IN ('prepared', 'issued') AND c.status <> 'revoked'",
    ),
    (
        "I8 an issued award has its credential",
        "SELECT COUNT(*) FROM award w WHERE w.state IN ('issued', 'suspended') AND NOT EXISTS (SELECT 1 FROM issued_credential c \
         WHERE c.award = w.id AND c.revision = w.revision AND c.state IN ('prepared', 'issued'))",
    ),
];

/// Checks an issuer's database.
///
/// # Panics
/// When something does not hold.
pub async fn issuer(rows: &mut Rows, when: &str) {
    for (what, query) in NEVER {
        let count = rows.count(query).await;
        assert_eq!(count, 0, "{when}: {what}");
    }
}

/// Checks that what a wallet holds has exactly one row, by the hash that the issuer keeps of it.
///
/// # Panics
/// When it has none, or several.
pub async fn has_one_row(rows: &mut Rows, credential: &str, when: &str) {
    let hash: String = storage::hash_token(credential).iter().map(|byte| format!("{byte:02x}")).collect();
    let hashes = rows.blobs("SELECT body_hash FROM issued_credential WHERE state = 'issued'").await;
    let same = hashes.iter().filter(|kept| kept.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == hash).count();
    assert_eq!(same, 1, "{when}: I1 a credential that left has exactly one row");
}
