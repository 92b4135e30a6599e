//! What lies in the databases after a story is of no use to who takes them: no name, title, reference, eduID, code, token or cookie in
//! any file, table, log line or metric; and sealed cells open in their own place only, whole.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly, also in their own actors")]

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

use eduwallet::demo::{Options, Running, start};
use serde_json::{Value, json};
use testkit::browser::Browser;
use testkit::collector::{Collector, Offered, credential};
use testkit::database::POSTGRES;
use testkit::demo::{Demo, until};
use testkit::door::Door;
use testkit::leak::Secrets;
use testkit::rows::{Cell, Rows};
use vc::encoding::sha256;

const HBO: &str = "hogeschool-voorbeeld";
const EMPLOYER: &str = "werkgever-voorbeeld";
/// Awards about learners who exist for this test alone; each has five values to be looked for.
const STRANGERS: usize = 36;
/// So many of them collect, which adds a code and a token each.
const COLLECTING: usize = 8;

/// A value that is nowhere else in the world and always the same.
fn canary(what: &str, number: usize) -> String {
    let digest = sha256(format!("{what}/{number}").as_bytes());
    let tail: String = digest.iter().take(7).map(|byte| char::from(b'a' + byte % 26)).collect();
    format!("{}{tail}", ["Kiwi", "Zeef", "Vlok", "Brem"][number % 4])
}

/// A running demo with everything that was said in it and must not be found.
struct Told {
    running: Running,
    demo: Demo,
    secrets: Secrets,
}

impl Told {
    async fn on(options: Options) -> Self {
        let running = start(options).await.unwrap();
        let demo = Demo::of(running.description());
        let mut told = Self { running, demo, secrets: Secrets::default() };
        told.known();
        told.strangers().await;
        told.samira().await;
        told
    }

    /// What is secret or personal in the demo itself.
    fn known(&mut self) {
        let description = self.demo.description.clone();
        let listed = |list: &str| description[list].as_array().unwrap().clone();
        for institution in listed("institutions") {
            self.add("api key", &institution["api_key"]);
            self.add("ooapi password", &institution["ooapi"]["password"]);
        }
        for verifier in listed("verifiers") {
            self.add("api key", &verifier["api_key"]);
        }
        for learner in listed("learners") {
            for eduid in learner["eduid"].as_object().unwrap().values() {
                self.add("eduid", eduid);
            }
        }
        for link in listed("share_links") {
            self.secrets.add("share token", link.as_str().unwrap().rsplit('/').next().unwrap());
        }
        for (what, value) in [("name", "Samira"), ("name", "de Vries"), ("name", "Barry"), ("name", "Jansen"), ("birthdate", "2004-05-17")]
        {
            self.secrets.add(what, value);
        }
        for persona in ["samira", "barry"] {
            self.secrets.add("mail address", &format!("{persona}@post.example"));
        }
        for title in ["Data-analyse basis", "Zorgtechnologie", "Medicatieveiligheid", "Sollicitatie Werkgever Voorbeeld", "Mijn teamleider"]
        {
            self.secrets.add("title or label", title);
        }
    }

    fn add(&mut self, what: &str, value: &Value) {
        self.secrets.add(what, value.as_str().unwrap());
    }

    /// Learners whom the institution tells us about and who have no wallet here.
    async fn strangers(&mut self) {
        let identifier = self.demo.institution(HBO, "/credential_issuer");
        let port = self.demo.text("/issuer").rsplit(':').next().unwrap().parse().unwrap();
        let door = Door::new(SocketAddr::from(([127, 0, 0, 1], port)), self.demo.text("/issuer"));
        let key = self.demo.institution(HBO, "/api_key");
        for number in 0..STRANGERS {
            let [given, family, reference, eduid, programme] =
                ["given name", "family name", "reference", "eduid", "programme"].map(|what| {
                    let value = canary(what, number);
                    self.secrets.add(what, &value);
                    value
                });
            let body = json!({"kind": "enrolment", "reference": reference, "learner": {"eduid": eduid, "given_name": given, "family_name": family},
                "programme": {"crohoCreboCode": "34401", "name": programme}, "startDate": "2026-09-01", "endDate": "2027-08-31",
                "state": "associated", "final": {"by": "student administration", "on": "2026-09-01"}});
            let award = self.demo.award(HBO, &body).await.expect(201).text("/id");
            if number >= COLLECTING {
                continue;
            }
            let path = format!("/{HBO}/api/v1/offers");
            let offered = Offered::read(&door.post(&path, &key, &json!({"award": award})).await.expect(201));
            let wallet = Collector::new(door.clone(), &identifier);
            let token = wallet.token(&offered).await;
            self.secrets.add("code", &offered.code);
            self.secrets.add("access token", &token);
            let issued = wallet.collect(&token, &offered.configuration, self.running.clock()).await.unwrap();
            assert!(credential(&issued.expect(200)).contains('~'));
        }
    }

    /// A learner with a wallet: receives, shares, consents, refuses.
    async fn samira(&mut self) {
        let title = canary("delivered programme", 1);
        self.secrets.add("programme", &title);
        self.secrets.add("reference", &canary("delivered reference", 1));
        let body = json!({"kind": "enrolment", "reference": canary("delivered reference", 1),
            "learner": {"eduid": self.demo.eduid("samira", HBO), "given_name": "Samira", "family_name": "de Vries"},
            "programme": {"crohoCreboCode": "34401", "name": title}, "startDate": "2026-09-01", "endDate": "2027-08-31",
            "state": "associated", "final": {"by": "student administration", "on": "2026-09-01"}});
        self.demo.award(HBO, &body).await.expect(201);
        let mut samira = self.demo.learner("samira").await;
        let id = until("the delivery", async || {
            samira.open(&self.demo.at("wallet", "/wallet")).await.expect(200);
            for id in samira.page.linked("/wallet/credentials/") {
                samira.open(&self.demo.at("wallet", &format!("/wallet/credentials/{id}"))).await.expect(200);
                if samira.says(&title) {
                    return Some(id);
                }
            }
            None
        })
        .await;
        let label = canary("label", 1);
        self.secrets.add("label", &label);
        samira.open(&self.demo.at("wallet", &format!("/wallet/share?c={id}"))).await.expect(200);
        samira.press("step", "make", &[("label", label.as_str())]).await.expect(200);
        let link = samira.page.value("link").unwrap().to_owned();
        self.secrets.add("share token", link.rsplit('/').next().unwrap());
        let mut visitor = Browser::new();
        assert!(visitor.open(&link).await.expect(200).says(&title), "{}", visitor.told());

        for (number, choice) in ["share", "refuse"].into_iter().enumerate() {
            let [purpose, reference] = ["purpose", "question's reference"].map(|what| canary(what, number));
            self.secrets.add("purpose", &purpose);
            self.secrets.add("question's reference", &reference);
            let question = json!({"use_case": "microcredential", "purpose": {"nl": purpose, "en": purpose}, "retention_days": 3, "reference": reference});
            let asked = self.demo.ask(EMPLOYER, &question).await;
            let link = asked.link("wallet_link");
            let request = link.rsplit("%2F").next().unwrap().to_owned();
            samira.open(&link).await.expect(200);
            samira.press("choice", choice, &[]).await.expect(200);
            let told = asked.answered().await;
            assert_eq!((told["reference"].as_str(), told["state"] == "received"), (Some(reference.as_str()), choice == "share"));
            self.secrets.add("request link", &request);
        }
        let cookies = samira.cookies(self.demo.text("/wallet"));
        assert!(!cookies.is_empty());
        for cookie in cookies.split("; ").filter_map(|cookie| cookie.split_once('=')) {
            self.secrets.add("cookie", cookie.1);
        }
    }

    /// Nothing of it is in the log lines or the metrics.
    async fn is_not_told(&self, log: &testkit::log::Log) {
        let lines = log.text();
        assert!(lines.lines().count() > 200, "the log was kept: {}", lines.lines().count());
        assert_eq!(self.secrets.found_in(lines.as_bytes()), [""; 0], "in the log");
        let metrics = self.demo.get(&self.demo.at("operations", "/metrics"), "*/*").await.expect(200).body;
        assert_eq!(self.secrets.found_in(metrics.as_bytes()), [""; 0], "in the metrics");
    }
}

/// Every file in a folder, as bytes.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    names.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())).collect()
}

/// Every table of a database, as bytes.
async fn dump(url: &str) -> Vec<(String, Vec<u8>)> {
    let mut rows = Rows::open(url).await;
    let mut tables = Vec::new();
    for table in rows.tables().await {
        let mut bytes = Vec::new();
        for cell in rows.all(&format!("SELECT * FROM \"{table}\"")).await.into_iter().flatten() {
            match cell {
                Cell::Nothing => {}
                Cell::Int(number) => bytes.extend(number.to_string().into_bytes()),
                Cell::Text(text) => bytes.extend(text.into_bytes()),
                Cell::Blob(blob) => bytes.extend(blob),
            }
            bytes.push(0);
        }
        tables.push((table, bytes));
    }
    tables
}

fn is_not_in(secrets: &Secrets, places: &[(String, Vec<u8>)]) {
    assert!(secrets.len() >= 200, "{} values are looked for", secrets.len());
    for (place, bytes) in places {
        let found = secrets.found_in(bytes);
        assert!(found.is_empty(), "in {place}: {found:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_anything_from_the_files_of_sqlite() {
    let log = testkit::log::capture();
    let folder = tempfile::tempdir().unwrap();
    let data = Some(folder.path().join("demo"));
    let told = Told::on(Options { data, metrics: true, ..Options::default() }).await;
    let database_files = || -> Vec<_> { files(told.running.folder()).into_iter().filter(|(name, _)| name.contains(".db")).collect() };
    let live = database_files();
    for kind in ["wallet.db", "wallet.db-wal", "wallet.db-shm", "issuer.db-wal", "verifier.db-wal"] {
        assert!(live.iter().any(|(name, bytes)| name == kind && !bytes.is_empty()), "{kind} is looked into");
    }
    is_not_in(&told.secrets, &live);
    told.is_not_told(&log).await;
    sealed_cells_stay_where_they_are(&told).await;
    let (secrets, folder) = (told.secrets, told.running.folder().to_owned());
    told.running.stop().await;
    is_not_in(&secrets, &files(&folder).into_iter().filter(|(name, _)| name.contains(".db")).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_anything_from_the_tables_of_postgresql() {
    let Ok(admin) = std::env::var(POSTGRES) else {
        writeln!(std::io::stderr(), "LEFT OUT: privacy on PostgreSQL ({POSTGRES} names no server)").unwrap();
        return;
    };
    testkit::log::capture();
    let told = Told::on(Options { postgres: Some(admin), ..Options::default() }).await;
    for role in ["wallet", "issuer", "verifier"] {
        let tables = dump(&told.running.database(role)).await;
        assert!(tables.iter().filter(|(_, bytes)| !bytes.is_empty()).count() > 3, "{role} has rows");
        is_not_in(&told.secrets, &tables);
    }
    sealed_cells_stay_where_they_are(&told).await;
    told.running.stop().await;
}

fn literal(blob: &[u8]) -> String {
    format!("X'{}'", blob.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// A cell that was moved or changed does not open, and the page that wanted it says nothing of what it holds.
async fn sealed_cells_stay_where_they_are(told: &Told) {
    let demo = &told.demo;
    let mut rows = Rows::open(&told.running.database("wallet")).await;
    let mut samira = demo.learner("samira").await;
    let shown = samira.page.linked("/wallet/credentials/");
    let all = rows.all("SELECT id, learner, body, summary FROM credential WHERE superseded_by IS NULL ORDER BY id").await;
    let text = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { unreachable!() };
    let blob = |cell: &Cell| if let Cell::Blob(blob) = cell { literal(blob) } else { unreachable!() };
    let own = all.iter().find(|row| shown.contains(&text(&row[0]))).unwrap();
    let beside = all.iter().find(|row| row[1] == own[1] && row[0] != own[0]).unwrap();
    let foreign = all.iter().find(|row| row[1] != own[1]).unwrap();
    let put = |row: &[Cell], content: &[Cell]| {
        format!("UPDATE credential SET body = {}, summary = {} WHERE id = '{}'", blob(&content[2]), blob(&content[3]), text(&row[0]))
    };
    let page = demo.at("wallet", &format!("/wallet/credentials/{}", text(&own[0])));
    samira.open(&page).await.expect(200);
    for other in [beside, foreign] {
        assert_eq!(rows.sabotage(&put(own, other)).await, 1);
        assert_eq!(rows.sabotage(&put(other, own)).await, 1);
        samira.open(&page).await;
        assert!(samira.status >= 500 && samira.page.error.is_some(), "{}", samira.told());
        for words in ["Samira de Vries", "Barry", "Hogeschool Voorbeeld", "ROC Voorbeeld", "Microcredential"] {
            assert!(!samira.says(words), "{words}: {}", samira.told());
        }
        assert_eq!((rows.sabotage(&put(own, own)).await, rows.sabotage(&put(other, other)).await), (1, 1));
    }
    samira.open(&page).await.expect(200);

    for row in rows.all("SELECT id, presentation FROM share WHERE state = 'live' AND presentation IS NOT NULL").await {
        let Cell::Blob(whole) = &row[1] else { unreachable!() };
        for at in [0, 13, whole.len() / 2, whole.len() - 1] {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            let change = |blob: &[u8]| format!("UPDATE share SET presentation = {} WHERE id = '{}'", literal(blob), text(&row[0]));
            assert_eq!(rows.sabotage(&change(&flipped)).await, 1);
            nothing_is_shown_of_one_share(demo).await;
            rows.sabotage(&change(whole)).await;
        }
    }
}

/// Of the demo's three links, exactly the sabotaged one shows nothing but that something is wrong. (A fourth is this test's own.)
async fn nothing_is_shown_of_one_share(demo: &Demo) {
    let links: Vec<String> =
        demo.description["share_links"].as_array().unwrap().iter().map(|link| link.as_str().unwrap().to_owned()).collect();
    let mut silent = 0;
    for link in &links {
        let mut visitor = Browser::new();
        visitor.open(link).await;
        if visitor.says("Echt en geldig") {
            continue;
        }
        silent += 1;
        for words in ["Samira", "Barry", "de Vries", "Jansen", "Data-analyse basis", "Projectmatig werken", "Zorgtechnologie"] {
            assert!(!visitor.says(words), "{words}: {}", visitor.told());
        }
        let report = demo.get(&format!("{link}/report.json"), "application/json").await;
        let verdict = serde_json::from_str::<Value>(&report.body).unwrap_or_default()["verdict"].clone();
        assert!(report.status >= 400 || verdict == "unavailable" || verdict == "invalid", "{} {}", report.status, report.body);
        assert!(!report.body.contains("Samira") && !report.body.contains("claims"), "{}", report.body);
        assert!(demo.get(&format!("{link}/credential"), "*/*").await.status >= 400);
    }
    assert!(silent <= 1, "only one was changed");
}
