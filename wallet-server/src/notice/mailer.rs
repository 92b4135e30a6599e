//! Sends a mail to the operator's server (RFC 5321), which takes it from there.
//!
//! The server is the operator's choice, like the database, and not reached by the guarded client for foreign addresses.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use web::notice::Letter;

/// How long one step with the server may take.
const STEP: Duration = Duration::from_secs(15);
/// How long all of them may take: less than the work is claimed for.
const WHOLE: Duration = Duration::from_secs(45);

/// The operator's mail server.
#[derive(Clone)]
pub struct MailConfig {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from others.
    pub tls: MailTls,
    /// User and password, where it wants them.
    pub login: Option<(String, SecretString)>,
    /// Who it is from: `Name <address>`.
    pub from: String,
    /// PEM that is trusted beside the system's roots.
    pub ca_bundle: Option<Vec<u8>>,
}

/// How the connection to a mail server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte (RFC 8314), mostly port 465.
    Implicit,
    /// TLS before anything else is said; a server that does not offer it gets nothing. Mostly port 587.
    StartTls,
    /// None: to a server on this machine only.
    None,
}

/// Why the mail of a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// `from` is no mail address.
    #[error("the sender is no mail address")]
    From,
    /// Without TLS only this machine may be spoken to.
    #[error("mail without TLS goes to this machine only")]
    Open,
    /// A password would go without TLS.
    #[error("a password goes over TLS only")]
    Password,
    /// TLS could not be set up.
    #[error("TLS for mail could not be set up")]
    Tls,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// The server has it.
    Sent,
    /// The server will never take it; its number.
    Refused(u16),
    /// Not now, or it is not certain; why, and the server's number, if it said one.
    Later(&'static str, u16),
}

/// It did not answer, or not now.
const UNAVAILABLE: &str = "mail_unavailable";
/// It does not offer what the configuration asks for: STARTTLS, or a way to log in.
const UNSUITABLE: &str = "mail_unsuitable";
/// Its certificate is not believed, or no TLS came about.
const TLS: &str = "mail_tls";

/// Sends mail as the operator configured it.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

impl Mailer {
    /// A mailer for a wallet whose name is `own`.
    ///
    /// # Errors
    /// [`MailError`]; nothing is connected to yet.
    pub(crate) fn new(config: &MailConfig, own: &str) -> Result<Self, MailError> {
        let from = config.from.parse().map_err(|_| MailError::From)?;
        let mut transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls(config)?)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(own.to_owned()));
        if let Some((user, password)) = &config.login {
            if config.tls == MailTls::None {
                return Err(MailError::Password);
            }
            transport = transport.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
        }
        Ok(Self { transport: transport.build(), from, host: own.to_owned() })
    }

    /// Sends one mail under a Message-ID made of `id`: sent twice, a server or reader knows the second as the first.
    pub(crate) async fn send(&self, id: &str, to: &str, letter: &Letter, now: Timestamp) -> Sending {
        let Some(message) = self.message(id, to, letter, now) else { return Sending::Refused(0) };
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Sending::Sent,
            Ok(Err(error)) => judge(&error),
            Err(_) => Sending::Later(UNAVAILABLE, 0),
        }
    }

    /// `None` when the address is none.
    fn message(&self, id: &str, to: &str, letter: &Letter, now: Timestamp) -> Option<Message> {
        let seconds = u64::try_from(now.seconds()).ok()?;
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address(to)?))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .ok()?;
        // RFC 3834: no holiday answers.
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Some(message)
    }
}

/// A mail address as it is; anything that is none, or would be more than one line of a header, is refused.
pub(crate) fn address(text: &str) -> Option<Address> {
    let plain = text.len() <= 254 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    if plain { text.parse().ok() } else { None }
}

fn tls(config: &MailConfig) -> Result<Tls, MailError> {
    if config.tls == MailTls::None {
        return if is_this_machine(&config.host) { Ok(Tls::None) } else { Err(MailError::Open) };
    }
    let mut parameters = TlsParameters::builder(config.host.clone());
    if let Some(pem) = &config.ca_bundle {
        for certificate in certificates(pem)? {
            parameters = parameters.add_root_certificate(certificate);
        }
    }
    let parameters = parameters.build().map_err(|_| MailError::Tls)?;
    Ok(if config.tls == MailTls::Implicit { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

/// Every certificate of a PEM file.
fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, MailError> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = std::str::from_utf8(pem).map_err(|_| MailError::Tls)?;
    let blocks = text.split_inclusive(END).filter(|block| block.contains(END));
    blocks.map(|block| Certificate::from_pem(block.as_bytes()).map_err(|_| MailError::Tls)).collect()
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A server that says no for good is believed, but where it did not know us: that the operator mends.
fn judge(error: &lettre::transport::smtp::Error) -> Sending {
    let code = error.status().map_or(0, u16::from);
    let about_us = (530..540).contains(&code);
    if error.is_permanent() && !about_us { Sending::Refused(code) } else { Sending::Later(why(error), code) }
}

/// What the operator looks for first.
fn why(error: &lettre::transport::smtp::Error) -> &'static str {
    let mut sources = std::iter::successors(error.source(), |error| (*error).source());
    // rustls tells of a handshake that failed in this way.
    let handshake = sources.any(|error| error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::InvalidData));
    match () {
        () if error.is_tls() || handshake => TLS,
        () if error.is_client() => UNSUITABLE,
        () => UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(host: &str, tls: MailTls) -> MailConfig {
        MailConfig {
            host: host.to_owned(),
            port: 25,
            tls,
            login: None,
            from: "Wallet <wallet@voorbeeld.example>".to_owned(),
            ca_bundle: None,
        }
    }

    #[test]
    fn without_tls_only_this_machine_is_spoken_to() {
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(Mailer::new(&config(host, MailTls::None), "wallet.example").is_ok(), "{host}");
        }
        for host in ["mail.example", "10.0.0.1", "localhost.example", "0.0.0.0"] {
            assert!(matches!(Mailer::new(&config(host, MailTls::None), "wallet.example"), Err(MailError::Open)), "{host}");
            assert!(Mailer::new(&config(host, MailTls::StartTls), "wallet.example").is_ok(), "{host}");
        }
        let login = Some(("wallet".to_owned(), SecretString::from("secret")));
        let open = MailConfig { login, ..config("localhost", MailTls::None) };
        assert!(matches!(Mailer::new(&open, "wallet.example"), Err(MailError::Password)));
        let nobody = MailConfig { from: "wallet@\r\nBcc: x@evil.example".to_owned(), ..config("localhost", MailTls::None) };
        assert!(matches!(Mailer::new(&nobody, "wallet.example"), Err(MailError::From)));
    }

    #[test]
    fn an_address_is_one_address_on_one_line() {
        assert!(address("samira@post.example").is_some());
        for hostile in [
            "samira@post.example\r\nBcc: iemand@evil.example",
            "samira@post.example\nSubject: x",
            "a@post.example,b@post.example",
            "a@post.example, b@post.example",
            "Samira <samira@post.example>",
            "samira@post.example> SIZE=1",
            "samira",
            "@post.example",
            "",
            "\u{0}samira@post.example",
        ] {
            assert!(address(hostile).is_none(), "{hostile:?}");
        }
        assert!(address(&format!("{}@post.example", "a".repeat(300))).is_none());
    }
}
