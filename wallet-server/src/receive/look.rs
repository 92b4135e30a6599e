//! What came of an offer, readable in full before the learner keeps it or not.

use http::claims;
use model::Timestamp;
use model::register::Register;
use storage::wallet::credential::NewCredential;
use web::offer::Offered;
use web::{Fact, Text, Value};

use super::page::form_name;
use crate::hold::form::Form;
use crate::hold::{display, labels, view};

/// Everything that came, by achievement: forms and copies that say the same are shown once.
pub(crate) fn shown(arrived: &[NewCredential], register: &Register) -> Vec<Offered> {
    let mut achievements: Vec<Vec<&NewCredential>> = Vec::new();
    for one in arrived {
        let same = |forms: &&mut Vec<&NewCredential>| {
            forms.first().is_some_and(|first| first.issuer == one.issuer && first.summary.says_the_same(&one.summary))
        };
        match achievements.iter_mut().find(same) {
            Some(forms) => forms.push(one),
            None => achievements.push(vec![one]),
        }
    }
    achievements.iter().filter_map(|forms| achievement(forms, register)).collect()
}

fn achievement(forms: &[&NewCredential], register: &Register) -> Option<Offered> {
    // The form that says most, which is the one that a name can be on.
    let told = forms.iter().max_by_key(|one| one.summary.holder.is_some()).or_else(|| forms.first())?;
    let form = Form::read(&told.format, &told.body)?;
    let view::View { vct, claims } = view::of(&form);
    let names = ["given_name", "family_name_prefix", "family_name"];
    let mut facts = Vec::new();
    if let Some(holder) = &told.summary.holder {
        facts.push(Fact::new(Text::new("Naam", "Name"), Value::same(holder.clone())));
    }
    let paths = claims::tops(&vct, &claims).into_iter().filter(|path| !path.top().is_some_and(|top| names.contains(&top)));
    facts.extend(paths.filter_map(|path| labels::fact(&told.summary, &vct, &path, &claims)));
    let mut formats: Vec<&str> = forms.iter().map(|form| form.format.as_str()).collect();
    formats.dedup();
    if formats.len() > 1 {
        let mut named: Vec<Value> = Vec::new();
        for form in forms {
            let name =
                Value::Text(form_name(&form.format, &Form::read(&form.format, &form.body).map(|form| form.types()).unwrap_or_default()));
            if !named.contains(&name) {
                named.push(name);
            }
        }
        facts.push(Fact::new(Text::new("In deze vormen", "In these forms"), Value::List(named)));
    }
    if told.issuer != told.summary.origin.as_ref().map_or("", |origin| origin.from.as_str()) {
        facts.push(Fact::new(Text::new("Ondertekend als", "Signed as"), Value::same(told.issuer.clone())));
    }
    Some(Offered {
        head: display::head(&told.summary, &told.issuer, register),
        facts,
        outcomes: Vec::new(),
        valid_until: told.validity.until.map(|until: Timestamp| display::day(until.plus_seconds(-1))),
    })
}

/// The name on what came, when it is not the learner's.
pub(super) fn other_name(arrived: &[NewCredential], own: Option<&str>) -> Option<String> {
    let own = own?;
    let names = arrived.iter().filter_map(|one| one.summary.holder.as_deref());
    { names }.find(|name| name_differs(name, own)).map(str::to_owned)
}

/// Whether two names differ: a word of the shorter one is missing in the longer one.
pub(crate) fn name_differs(one: &str, other: &str) -> bool {
    let words = |name: &str| name.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(one), words(other));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.iter().all(|word| long.contains(word))
}
