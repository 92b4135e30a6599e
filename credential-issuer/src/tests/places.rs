//! Places in status lists: each given out once, by however many servers and starts, and none says anything of the next.

use std::collections::{HashMap, HashSet};

use futures_util::future::join_all;
use model::award::Kind;
use storage::{IssuerStore, MasterKey};
use vc::random::SystemRandom;

use super::{App, On, SLUG, on_each_database};
use crate::status::places::{Place, Places};

on_each_database! {
    servers_and_restarts_never_give_out_a_place_twice,
    a_place_says_nothing_of_its_neighbours,
    a_list_is_of_one_institution_and_one_class,
}

async fn take(app: &App, store: &IssuerStore, places: &Places, (institution, kind): (&str, Kind), count: usize) -> Vec<Place> {
    let mut taken = Vec::new();
    for _ in 0..count {
        taken.push(places.take(store, (institution, kind), (app.now(), &SystemRandom)).await.unwrap());
    }
    taken
}

async fn servers_and_restarts_never_give_out_a_place_twice(on: On) {
    let app = App::new(on).await;
    // A SQLite file belongs to one server.
    let other = match on {
        On::Sqlite => app.issuer.store().clone(),
        On::Postgres => IssuerStore::open(&app.url, &MasterKey::new([7; 32]), std::sync::Arc::new(SystemRandom)).await.unwrap(),
    };
    let mut taken = Vec::new();
    for _start in 0..3 {
        // Two servers, each with three requests at a time; then both stop with what they had not given out.
        let (one, two) = (Places::default(), Places::default());
        let of = [(&one, app.issuer.store()), (&two, &other)];
        let requests = (0..6).map(|n| {
            let (places, store) = of[n % 2];
            take(&app, store, places, (SLUG, Kind::Microcredential), 40)
        });
        taken.extend(join_all(requests).await.into_iter().flatten());
    }
    let distinct: HashSet<(&str, i64)> = taken.iter().map(|place| (place.list.as_str(), place.index)).collect();
    assert_eq!((taken.len(), distinct.len()), (720, 720));
    let lists: HashSet<&str> = taken.iter().map(|place| place.list.as_str()).collect();
    assert_eq!(lists.len(), 3);
    other.close().await;
}

async fn a_place_says_nothing_of_its_neighbours(on: On) {
    let app = App::new(on).await;
    let taken = take(&app, app.issuer.store(), &Places::default(), (SLUG, Kind::Enrolment), 900).await;
    // Every list takes its part: 300 expected, with a deviation of 14.
    let mut of_list: HashMap<&str, usize> = HashMap::new();
    for place in &taken {
        *of_list.entry(&place.list).or_default() += 1;
    }
    assert!(of_list.len() == 3 && of_list.values().all(|count| (200..400).contains(count)), "{of_list:?}");
    // The same list twice in a row as often as by chance.
    let same = taken.windows(2).filter(|pair| pair[0].list == pair[1].list).count();
    assert!((200..400).contains(&same), "{same}");
    // Indexes cover the whole list, and the next one is nowhere near: an eighth of them lies within a sixteenth on either side.
    let near = taken.windows(2).filter(|pair| (pair[0].index - pair[1].index).abs() < 1 << 16).count();
    assert!((50..180).contains(&near), "{near}");
    for eighth in 0..8 {
        let within = taken.iter().filter(|place| place.index >> 17 == eighth).count();
        assert!((50..180).contains(&within), "{eighth}: {within}");
    }
    // Nor does the order of issuing show: rising as often as falling.
    let rising = taken.windows(2).filter(|pair| pair[0].index < pair[1].index).count();
    assert!((375..525).contains(&rising), "{rising}");
}

async fn a_list_is_of_one_institution_and_one_class(on: On) {
    let app = App::new(on).await;
    let places = Places::default();
    let mut lists = HashSet::new();
    for owner in [(SLUG, Kind::Microcredential), (SLUG, Kind::Enrolment), ("roc-voorbeeld", Kind::Microcredential)] {
        let own: HashSet<String> = take(&app, app.issuer.store(), &places, owner, 40).await.into_iter().map(|place| place.list).collect();
        assert!(own.len() > 1 && lists.is_disjoint(&own));
        lists.extend(own);
    }
}
