//! Which addresses may be fetched: the rules before any connection is opened, and the check of what a name resolves to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::{EgressError, Peer};

/// What the operator allows beyond https on 443 to global addresses.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// `http://localhost`, any port: the demo and `dev.allow_localhost`.
    pub allow_localhost: bool,
    /// Exact origins of neighbours, which may be on private addresses.
    pub peers: Vec<Peer>,
}

/// Where an address that passed may be reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Door {
    /// A public name; what it resolves to is checked.
    Public,
    /// The literal host `localhost`, plain http.
    Localhost,
    /// A configured neighbour.
    Peer(Peer),
}

impl Rules {
    /// Checks an address as it was written. No connection is opened, no name resolved.
    pub(super) fn check(&self, text: &str) -> Result<(Url, Door), EgressError> {
        if text.len() > 2048 || text.bytes().any(|b| b <= b' ' || b == 0x7f || b == b'\\') {
            return Err(EgressError::Address);
        }
        let url = Url::parse(text).map_err(|_| EgressError::Address)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(EgressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
            return Err(EgressError::Address);
        }
        if let Some(peer) = self.peers.iter().find(|peer| peer.origin.as_str() == url.origin().ascii_serialization()) {
            return Ok((url, Door::Peer(peer.clone())));
        }
        let Some(Host::Domain(name)) = url.host() else { return Err(EgressError::Address) };
        let name = name.to_owned();
        if url.scheme() == "http" {
            // The literal name only: `LOCALHOST`, `localhost.` and names under it stay refused.
            let literal = authority(text).split(':').next() == Some("localhost");
            return match (self.allow_localhost, name == "localhost", literal) {
                (true, true, true) => Ok((url, Door::Localhost)),
                (true, true, false) => Err(EgressError::Address),
                _ => Err(if is_local_name(&name) { EgressError::Address } else { EgressError::Scheme }),
            };
        }
        // A trailing dot is another name to certificates and cookies, and the same to resolvers.
        if is_local_name(&name) || name.ends_with('.') || !name.contains('.') || url.port().is_some() {
            return Err(EgressError::Address);
        }
        Ok((url, Door::Public))
    }
}

/// The authority as it was written, before any normalisation.
fn authority(text: &str) -> &str {
    let after = text.split_once("//").map_or("", |(_, rest)| rest);
    after.split(['/', '?', '#']).next().unwrap_or("")
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    ["localhost", "local", "internal", "localdomain", "home.arpa", "onion", "test", "invalid"]
        .iter()
        .any(|tail| name == *tail || name.strip_suffix(tail).is_some_and(|head| head.ends_with('.')))
}

/// Whether an address is on the public internet, by the IANA special-purpose registries.
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_global_v4(v4),
        IpAddr::V6(v6) => is_global_v6(v6),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, d] = address.octets();
    !(a == 0
        || a == 10
        || a == 127
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 169 && b == 254)
        || (a == 172 && (16..32).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 0 && c == 2)
        || (a == 192 && b == 31 && c == 196)
        || (a == 192 && b == 52 && c == 193)
        || (a == 192 && b == 88 && c == 99)
        || (a == 192 && b == 168)
        || (a == 192 && b == 175 && c == 48)
        || (a == 198 && (18..20).contains(&b))
        || (a == 198 && b == 51 && c == 100)
        || (a == 203 && b == 0 && c == 113)
        || (a == 168 && b == 63 && c == 129 && d == 16))
}

/// Only global unicast 2000::/3 without its special parts; everything that embeds an IPv4 address is refused.
fn is_global_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    (a & 0xe000) == 0x2000
        && !(a == 0x2001 && b < 0x0200) // 2001::/23: Teredo, benchmarking, ORCHID …
        && !(a == 0x2001 && b == 0x0db8)
        && a != 0x2002 // 6to4
        && !(a == 0x2620 && b == 0x004f)
        && !(a == 0x3fff && b < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Origin;

    fn demo() -> Rules {
        Rules { allow_localhost: true, peers: Vec::new() }
    }

    #[test]
    fn every_notation_of_an_inner_address_is_refused() {
        let address = [
            "https://127.0.0.1/",
            "http://127.0.0.1:8081/",
            "https://[::1]/",
            "http://[::1]:8081/",
            "https://169.254.169.254/latest",
            "https://0177.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://[::ffff:a00:1]/",
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://0/",
            "https://0.0.0.0/",
            "https://[::]/",
            "https://[fe80::1]/",
            "https://[fc00::1]/",
            "https://localhost/",
            "https://localhost:8443/",
            "http://localhost.:8081/",
            "http://LOCALHOST:8081/",
            "http://sub.localhost:8081/",
            "http://local%68ost:8081/",
            "https://router.local/",
            "https://metadata.internal/",
            "https://intranet/",
            "https://user@issuer.example/",
            "https://user:pass@issuer.example/",
            "https://@issuer.example/",
            "https://issuer.example:8443/",
            "https://issuer.example:22/",
            "https://127.0.0.1.:443/",
            "https:\\\\issuer.example\\",
            "https://issuer.example/a b",
            "https://１２７.０.０.１/",
            "http://localhost@issuer.example/",
            "http://localhost:80@issuer.example/",
            // Userinfo, however it is written.
            "https://:@issuer.example/",
            "https://issuer.example%40127.0.0.1@10.0.0.1/",
            "https://127.0.0.1#@issuer.example/",
            "https://127.0.0.1?@issuer.example/",
            // Numbers that are addresses.
            "https://0x7f.0x0.0x0.0x1/",
            "https://017700000001/",
            "https://127.0x0.1/",
            "https://0x0a000001/",
            "https://3232235777/",
            "https://192.168.257/",
            "https://00000127.0.0.1/",
            "https://4294967296/",
            // Ports.
            "https://issuer.example:0/",
            "https://issuer.example:80/",
            "https://issuer.example:65536/",
            "https://issuer.example:-1/",
            // Zone identifiers, and IPv6 that embeds IPv4.
            "https://[fe80::1%25eth0]/",
            "https://[fe80::1%eth0]/",
            "https://[::127.0.0.1]/",
            "https://[::ffff:0:127.0.0.1]/",
            "https://[64:ff9b::127.0.0.1]/",
            "https://[64:ff9b:1::a00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fec0::1]/",
            // Trailing dots.
            "https://issuer.example./",
            "https://localhost./",
            "https://intranet./",
            "https://metadata.internal./",
            "https://127.0.0.1../",
            // Letters and dots that turn into others.
            "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
            "https://ｌｏｃａｌｈｏｓｔ/",
            "https://local\u{ad}host/",
            "https://127。0。0。1/",
            "https://①②⑦.⓪.⓪.①/",
            "https://router。local/",
            "https://metadata.intern\u{200b}al/",
            "https://xn--/",
            "https://a.xn--a/",
            "https://%6c%6f%63%61%6c%68%6f%73%74/",
            "https://127%2e0%2e0%2e1/",
            "https://issuer.example%00.internal/",
            "https://issuer.example\t/",
            "https://",
            "https:///path",
            "not a url",
            "",
        ];
        for text in address {
            assert!(matches!(demo().check(text), Err(EgressError::Address)), "{text} → {:?}", demo().check(text));
        }
    }

    #[test]
    fn other_schemes_are_refused_as_such() {
        for text in [
            "file:///etc/passwd",
            "ftp://issuer.example/x",
            "gopher://issuer.example/",
            "data:text/plain,x",
            "http://issuer.example/",
            "javascript:alert(1)",
            "HTTP://issuer.example/",
            "http://10.0.0.1.issuer.example/",
            "ws://issuer.example/",
            "blob:https://issuer.example/1",
            "jar:https://issuer.example!/x",
            "unix:/run/docker.sock",
        ] {
            assert!(matches!(demo().check(text), Err(EgressError::Scheme)), "{text} → {:?}", demo().check(text));
        }
        assert!(matches!(Rules::default().check("http://localhost:8081/"), Err(EgressError::Address)));
    }

    #[test]
    fn what_is_allowed() {
        assert!(matches!(demo().check("https://issuer.example/x?y=1"), Ok((_, Door::Public))));
        assert!(matches!(demo().check("https://issuer.example:443/x"), Ok((_, Door::Public))));
        assert!(matches!(demo().check("http://localhost:8081/x"), Ok((_, Door::Localhost))));
        let peer = Peer { origin: Origin::parse("https://issuer.inner:8443").unwrap(), connect_to: None };
        let rules = Rules { allow_localhost: false, peers: vec![peer] };
        assert!(matches!(rules.check("https://issuer.inner:8443/x"), Ok((_, Door::Peer(_)))));
        assert!(matches!(rules.check("https://issuer.inner/x"), Err(EgressError::Address) | Ok((_, Door::Public))));
        assert!(matches!(rules.check("http://issuer.inner:8443/x"), Err(EgressError::Scheme)));
    }

    #[test]
    fn special_addresses_are_not_global() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "::ffff:8.8.8.8",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "2001::1",
            "192.0.0.170",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "240.0.0.1",
            "168.63.129.16",
            "100.100.100.200",
            "::127.0.0.1",
            "::ffff:0:7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001:20::1",
            "2001:1ff::1",
            "3fff::1",
            "5f00::1",
            "fec0::1",
            "fd00:ec2::254",
        ] {
            assert!(!is_global(text.parse().unwrap()), "{text}");
        }
        for text in ["8.8.8.8", "145.0.0.1", "2606:4700::1111", "2a00::1"] {
            assert!(is_global(text.parse().unwrap()), "{text}");
        }
    }
}
