//! Holds the list of what OpenID4VCI 1.0 demands against its tests: each is there, always run, called after its section, and stands
//! for one line.

use std::collections::BTreeMap;

use crate::check::running;
use crate::sources::Sources;
use crate::table::cells;

/// A line of the list.
type Line = [String; 4];

/// Everything that is wrong with the list.
fn faults(lines: &[Line], sources: &Sources) -> Vec<String> {
    let (mut faults, mut used) = (Vec::new(), BTreeMap::<&str, &str>::new());
    for [section, who, what, test] in lines {
        if !["issuer", "wallet", "both"].contains(&who.as_str()) {
            faults.push(format!("{section}: {who} is nobody"));
        }
        if test == "open" || test.strip_prefix("not ours: ").is_some_and(|why| why.len() > 10) {
            continue;
        }
        if let Some(earlier) = used.insert(test, what) {
            faults.push(format!("{section}: {test} stands for two: {earlier}, and {what}"));
        }
        let name = test.rsplit("::").next().unwrap_or_default();
        let called = format!("vci_{}_", section.to_ascii_lowercase().replace('.', "_"));
        if !name.starts_with(&called) {
            faults.push(format!("{section}: {name} is not called {called}…"));
        }
        faults.extend(running(sources, test).err().map(|fault| format!("{section}: {fault}")));
    }
    faults
}

#[test]
fn every_must_has_a_test_of_its_own_or_stands_open() {
    let lines = cells(include_str!("musts.md"), ["section", "who", "what", "test"]).unwrap();
    let faults = faults(&lines, &crate::sources());
    assert!(faults.is_empty(), "{faults:#?}");
    let tested = lines.iter().filter(|[.., test]| test.contains("::")).count();
    assert!(tested >= 150, "{tested}");
}

#[test]
fn what_is_wrong_with_such_a_list_is_found() {
    let text = "#[test] fn vci_8_2_a() {} #[ignore] #[test] fn vci_8_2_b() {} fn vci_8_2_c() {}";
    let found = |rows: &[(&str, &str, &str)]| {
        let line = |(section, who, test): &(&str, &str, &str)| [*section, *who, "x", *test].map(str::to_owned);
        faults(&rows.iter().map(line).collect::<Vec<_>>(), &Sources::of("s", text)).join("; ")
    };
    let fine = [("8.2", "both", "s::vci_8_2_a"), ("9", "issuer", "open"), ("9", "wallet", "not ours: nobody speaks it")];
    assert_eq!(found(&fine), "");
    for (row, fault) in [
        (("8.2", "both", "s::vci_8_2_b"), "8.2: s::vci_8_2_b is ignored"),
        (("8.2", "both", "s::vci_8_2_c"), "8.2: s::vci_8_2_c is not run by anything"),
        (("8.2", "both", "s::vci_8_2_d"), "8.2: s::vci_8_2_d is missing"),
        (("8.3", "both", "s::vci_8_2_a"), "8.3: vci_8_2_a is not called vci_8_3_…"),
        (("8.2", "somebody", "open"), "8.2: somebody is nobody"),
        (("8.2", "both", "not ours: x"), "8.2: not ours: x is missing"),
    ] {
        assert!(found(&[row]).contains(fault), "{}", found(&[row]));
    }
    assert!(found(&[fine[0], fine[0]]).contains("stands for two"));
}
