//! Names that answer one address first and another one the second time (threat T14): in a network of our own, in which every forbidden
//! address really listens on port 443, so that "no connection seen" means something.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::BoxFuture;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::*;

/// A global address of each kind; in the network of the test they are ours.
const GLOBAL: [&str; 2] = ["9.9.9.9", "2a00::1"];
/// Addresses that nobody may be led to. All of them listen.
const FORBIDDEN: [&str; 15] = [
    "127.0.0.1",
    "127.8.9.10",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "::1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "fd00:ec2::254",
    "fc00::1",
];
/// IPv4 in IPv6: what a connection to these reaches is the IPv4 address inside.
const MAPPED: [&str; 3] = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"];

/// A resolver at the edge of the world: it gives its answers one after the other, and the last one for ever.
struct Rebinding {
    answers: Vec<Vec<IpAddr>>,
    asked: AtomicUsize,
}

impl Rebinding {
    fn of(answers: &[&[&str]]) -> Arc<Self> {
        let answers = answers.iter().map(|answer| answer.iter().map(|text| text.parse().unwrap()).collect()).collect();
        Arc::new(Self { answers, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Names for Rebinding {
    fn addresses(&self, name: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        assert_eq!(name, "rebinding.example");
        let at = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        let answer = self.answers[at].clone();
        Box::pin(async move { Ok(answer) })
    }
}

fn asking(names: &Arc<Rebinding>) -> Egress {
    Egress::asking(names.clone(), Rules { allow_localhost: true, peers: Vec::new() }, None, "test").unwrap()
}

/// Connections to port 443 by the address that they came to, with the first bytes of each.
type Seen = Arc<Mutex<HashMap<IpAddr, Vec<Vec<u8>>>>>;

/// Listens on port 443 of every address there is.
async fn everywhere() -> Seen {
    let seen: Seen = Arc::default();
    // Of both kinds: IPv4 comes as IPv6 with IPv4 in it.
    let listener = TcpListener::bind("[::]:443").await.unwrap();
    let all = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let at = socket.local_addr().unwrap().ip().to_canonical();
            let mut first = vec![0; 1024];
            let read = socket.read(&mut first).await.unwrap_or_default();
            first.truncate(read);
            all.lock().unwrap().entry(at).or_default().push(first);
        }
    });
    seen
}

/// Runs the test below in a network namespace in which this process may give addresses to its loopback.
#[test]
fn threat_t14_a_connection_goes_to_the_address_that_was_checked() {
    let given = GLOBAL.iter().chain(&FORBIDDEN).filter(|text| !text.starts_with("127.") && **text != "::1");
    let add: String = given.map(|text| format!("ip addr add {text}/{} dev lo && ", if text.contains(':') { 128 } else { 32 })).collect();
    let script = format!("ip link set lo up && {add} echo ready && exec \"$0\" \"$@\"");
    let inner = "egress::rebinding_tests::in_a_network_of_our_own";
    let own = std::env::current_exe().unwrap();
    let mut command = std::process::Command::new("unshare");
    command.args(["-Urn", "sh", "-c", &script]).arg(own).args(["--exact", inner, "--ignored", "--nocapture"]);
    let output = command.output().ok().filter(|output| output.stdout.starts_with(b"ready"));
    let Some(output) = output else {
        writeln!(io::stderr(), "LEFT OUT: rebinding names in a network of our own (unshare -Urn with ip is not possible here)").unwrap();
        return;
    };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, wrong) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{wrong}");
}

/// Not a test by itself: see above.
#[tokio::test]
#[ignore = "runs in a network namespace that the test above makes"]
async fn in_a_network_of_our_own() {
    let seen = everywhere().await;
    let connections = |address: &str| seen.lock().unwrap().get(&address.parse().unwrap()).map_or(0, Vec::len);
    // Everything listens: a client that does not check would get through.
    for text in GLOBAL.iter().chain(&FORBIDDEN) {
        let address: IpAddr = text.parse().unwrap();
        tokio::net::TcpStream::connect((address, 443)).await.unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    for text in GLOBAL.iter().chain(&FORBIDDEN) {
        assert_eq!(connections(text), 1, "{text}");
    }
    seen.lock().unwrap().clear();

    for global in GLOBAL {
        for second in FORBIDDEN.iter().chain(&MAPPED) {
            let names = Rebinding::of(&[&[global], &[second]]);
            let (egress, before) = (asking(&names), connections(global));
            let first = egress.get("https://rebinding.example/").await.unwrap_err();
            // Nobody speaks TLS there; that somebody came, and for whom, is what counts.
            assert!(matches!(first, EgressError::Unreachable(_)), "{second}: {first}");
            assert_eq!((names.asked(), connections(global)), (1, before + 1), "one question, and the answer is where it went: {second}");
            let hello = seen.lock().unwrap()[&global.parse::<IpAddr>().unwrap()].last().unwrap().clone();
            assert!(hello.windows(17).any(|window| window == b"rebinding.example"), "the name that was asked for: {second}");
            let again = egress.get("https://rebinding.example/").await.unwrap_err();
            assert!(matches!(again, EgressError::Address), "{second}: {again}");
            assert_eq!((names.asked(), connections(global)), (2, before + 1), "{second}");
        }
    }
    for bad in FORBIDDEN.iter().chain(&MAPPED) {
        for answer in [&[*bad][..], &[GLOBAL[0], bad], &[bad, GLOBAL[0]], &[GLOBAL[1], GLOBAL[0], bad]] {
            let (names, before) = (Rebinding::of(&[answer]), (connections(GLOBAL[0]), connections(GLOBAL[1])));
            let error = asking(&names).get("https://rebinding.example/").await.unwrap_err();
            assert!(matches!(error, EgressError::Address), "{answer:?}: {error}");
            assert_eq!((connections(GLOBAL[0]), connections(GLOBAL[1])), before, "one bad address spoils the answer: {answer:?}");
        }
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    for text in FORBIDDEN {
        assert_eq!(connections(text), 0, "{text}");
    }
}

#[tokio::test]
async fn an_answer_without_addresses_or_with_too_many_is_refused() {
    let many: Vec<IpAddr> = (1..=65).map(|n| IpAddr::V6(Ipv6Addr::new(0x2a00, 0, 0, 0, 0, 0, 0, n))).collect();
    for answer in [Vec::new(), many] {
        let names = Arc::new(Rebinding { answers: vec![answer], asked: AtomicUsize::new(0) });
        let error = asking(&names).get("https://rebinding.example/").await.unwrap_err();
        assert!(matches!(error, EgressError::Address) && names.asked() == 1, "{error}");
    }
}

/// What is handed to the connector: at most eight addresses, whatever the answer holds.
#[tokio::test]
async fn few_of_many_addresses_are_tried() {
    let many: Vec<IpAddr> = (1..=64).map(|n| IpAddr::V6(Ipv6Addr::new(0x2a00, 0, 0, 0, 0, 0, 0, n))).collect();
    let names = Arc::new(Rebinding { answers: vec![many], asked: AtomicUsize::new(0) });
    let name: reqwest::dns::Name = "rebinding.example".parse().unwrap();
    let Ok(tried) = reqwest::dns::Resolve::resolve(&GlobalOnly(names), name).await else { panic!("refused") };
    assert_eq!(tried.count(), 8);
}
