//! A mail server (RFC 5321) that keeps what it is given, shows it on a page, and misbehaves as told. It knows no TLS and no users.

mod inbox;

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 4096;
/// How many mails are kept: of more, the latest.
const MOST: usize = 1000;

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The sender of the envelope.
    pub from: String,
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Headers and body as they came, lines parted by `\n`.
    pub text: String,
}

impl Mail {
    /// The value of a header; folded lines are joined.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.text.split_once("\n\n")?;
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let found = head.lines().filter_map(|line| line.split_once(':')).find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }

    /// The text below the headers, as it was before it was encoded for its way (RFC 2045 section 6.7).
    pub fn body(&self) -> String {
        let body = self.text.split_once("\n\n").map_or("", |(_, body)| body);
        match self.header("Content-Transfer-Encoding").is_some_and(|encoding| encoding.eq_ignore_ascii_case("quoted-printable")) {
            true => unquoted(body),
            false => body.to_owned(),
        }
    }

    /// The names of all headers, in small letters.
    pub fn headers(&self) -> Vec<String> {
        let head = self.text.split_once("\n\n").map_or("", |(head, _)| head);
        let own = head.lines().filter(|line| !line.starts_with([' ', '\t']));
        own.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_ascii_lowercase()).collect()
    }
}

/// How the next mail goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailFault {
    /// Every recipient is refused for good: 550.
    RefuseRecipient,
    /// The server is busy: 451 to the recipient.
    Busy,
    /// The connection ends amid the text: nothing was taken.
    LostInData,
    /// The mail is taken, and the connection ends before that is said.
    LostAfterData,
}

#[derive(Default)]
pub(crate) struct Kept {
    mails: Vec<Mail>,
    faults: VecDeque<MailFault>,
    commands: Vec<String>,
}

/// A mail server on loopback.
pub struct MailServer {
    port: u16,
    kept: Arc<Mutex<Kept>>,
}

impl MailServer {
    /// Begins to listen on a port of its own.
    ///
    /// # Errors
    /// When there is no port to be had.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, kept) = (listener.local_addr()?.port(), Arc::new(Mutex::new(Kept::default())));
        let shared = kept.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                // A conversation that breaks off is its client's to notice.
                tokio::spawn(converse(socket, shared.clone()));
            }
        });
        Ok(Self { port, kept })
    }

    /// Where it listens, on `127.0.0.1`.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The page on which its mail is read.
    pub fn router(&self) -> Router {
        inbox::router(self.kept.clone())
    }

    /// What was taken so far.
    pub fn mails(&self) -> Vec<Mail> {
        lock(&self.kept).mails.clone()
    }

    /// The first words of what clients said, such as `EHLO` and `MAIL`.
    pub fn commands(&self) -> Vec<String> {
        lock(&self.kept).commands.clone()
    }

    /// Makes the next mail go wrong; several wait for their turn.
    pub fn next(&self, fault: MailFault) {
        lock(&self.kept).faults.push_back(fault);
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

fn take(kept: &Mutex<Kept>, mail: Mail) {
    let mails = &mut lock(kept).mails;
    if mails.len() == MOST {
        mails.remove(0);
    }
    mails.push(mail);
}

async fn converse(socket: TcpStream, kept: Arc<Mutex<Kept>>) -> io::Result<()> {
    let mut stream = BufStream::new(socket);
    say(&mut stream, "220 sandbox.example ESMTP").await?;
    let mut envelope = Mail { from: String::new(), to: Vec::new(), text: String::new() };
    let mut fault = None;
    while let Some(line) = line(&mut stream).await? {
        let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        lock(&kept).commands.push(verb.clone());
        let answer = match verb.as_str() {
            "EHLO" => "250-sandbox.example\r\n250-8BITMIME\r\n250 SIZE 100000",
            "HELO" | "NOOP" => "250 sandbox.example",
            "MAIL" => {
                fault = lock(&kept).faults.pop_front();
                envelope = Mail { from: address(&line), to: Vec::new(), text: String::new() };
                "250 go on"
            }
            "RCPT" if fault == Some(MailFault::RefuseRecipient) => "550 5.1.1 nobody of that name here",
            "RCPT" if fault == Some(MailFault::Busy) => "451 4.3.2 later, please",
            "RCPT" => {
                envelope.to.push(address(&line));
                "250 go on"
            }
            "DATA" if envelope.to.is_empty() => "503 5.5.1 to whom?",
            "DATA" => {
                say(&mut stream, "354 end with a dot").await?;
                let Some(text) = text(&mut stream, fault).await? else { return Ok(()) };
                take(&kept, Mail { text, ..envelope.clone() });
                if fault == Some(MailFault::LostAfterData) {
                    return Ok(());
                }
                "250 2.0.0 taken"
            }
            "RSET" => "250 as before",
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return Ok(());
            }
            _ => "502 5.5.2 not here",
        };
        say(&mut stream, answer).await?;
    }
    Ok(())
}

/// The text up to the line with a dot alone, dots undone. `None` when the connection ends within it.
async fn text(stream: &mut BufStream<TcpStream>, fault: Option<MailFault>) -> io::Result<Option<String>> {
    let mut lines: Vec<String> = Vec::new();
    while let Some(line) = line(stream).await? {
        if line == "." {
            return Ok(Some(format!("{}\n", lines.join("\n"))));
        }
        lines.push(line.strip_prefix('.').map(str::to_owned).unwrap_or(line));
        if fault == Some(MailFault::LostInData) && lines.len() == 3 {
            return Ok(None);
        }
    }
    Ok(None)
}

/// Quoted-printable undone: `=` and two digits are a byte, `=` at the end of a line joins it with the next.
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let byte = (*first == b'=').then(|| std::str::from_utf8(behind.get(..2)?).ok()).flatten();
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What stands between `<` and `>`.
fn address(line: &str) -> String {
    line.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or_else(String::new, |(address, _)| address.to_owned())
}

/// The next line without its end. `None` at the end of the connection.
async fn line(stream: &mut BufStream<TcpStream>) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if stream.read_until(b'\n', &mut bytes).await? == 0 || bytes.len() > LONGEST_LINE {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()))
}

async fn say(stream: &mut BufStream<TcpStream>, answer: &str) -> io::Result<()> {
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}
