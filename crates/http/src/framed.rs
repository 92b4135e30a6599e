//! A connection whose requests are framed in one way (row H1, RFC 9112 section 6.1): a head with both `Content-Length` and
//! `Transfer-Encoding` is made unreadable, before our HTTP library leaves one of the two out.
//!
//! It follows requests from head to body to head, and does nothing but this: in such a head, the colon of the second of the two becomes
//! a NUL, which no header's name has. The library answers 400 and closes.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that are kept of a header's name, and of a value that says where a body ends; none of interest is longer.
const KEPT: usize = 64;

/// A stream whose input is followed.
pub(crate) struct Framed<S> {
    stream: S,
    framing: Framing,
}

impl<S> Framed<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, framing: Framing::default() }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Framed<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if let Some(new) = buf.filled_mut().get_mut(before..) {
            self.framing.follow(new);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Framed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Where in a request the next byte stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// In the request line, or before it.
    Line,
    /// In a header's name, or at the end of the head.
    Name,
    Value,
    /// So many bytes before the next request.
    Body(u64),
    /// In the size of a chunk, with what was read of it.
    Size(u64),
    /// Behind that size, on its line.
    Extension(u64),
    /// So many bytes before the line end of a chunk.
    Chunk(u64),
    ChunkEnd,
    Trailer,
    /// This is no HTTP, or was spoiled; the library says so and closes.
    Lost,
}

/// What tells where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Length,
    Coding,
}

struct Framing {
    at: At,
    /// Whether the line has nothing yet.
    blank: bool,
    /// The name or value at hand.
    text: Vec<u8>,
    /// Of which header the value is.
    value_of: Option<Says>,
    length: Option<u64>,
    chunked: Option<bool>,
}

impl Default for Framing {
    fn default() -> Self {
        Self { at: At::Line, blank: true, text: Vec::new(), value_of: None, length: None, chunked: None }
    }
}

impl Framing {
    /// Goes over bytes as they came, and spoils what is framed twice.
    fn follow(&mut self, mut bytes: &mut [u8]) {
        while !bytes.is_empty() {
            let (_, rest) = bytes.split_at_mut(self.pass(bytes.len()));
            let Some((byte, rest)) = rest.split_first_mut() else { return };
            if !self.step(*byte) {
                *byte = 0;
                self.at = At::Lost;
            }
            bytes = rest;
        }
    }

    /// How many of so many bytes are content.
    fn pass(&mut self, there: usize) -> usize {
        let there = u64::try_from(there).unwrap_or(u64::MAX);
        let (at, passed) = match self.at {
            At::Body(left) if left <= there => (self.over(), left),
            At::Body(left) => (At::Body(left - there), there),
            At::Chunk(left) if left <= there => (At::ChunkEnd, left),
            At::Chunk(left) => (At::Chunk(left - there), there),
            At::Lost => (At::Lost, there),
            other => (other, 0),
        };
        self.at = at;
        usize::try_from(passed).unwrap_or_default()
    }

    /// A request is over.
    fn over(&mut self) -> At {
        *self = Self { text: std::mem::take(&mut self.text), ..Self::default() };
        At::Line
    }

    /// Takes one byte; false for the colon of a header that frames the request a second time.
    fn step(&mut self, byte: u8) -> bool {
        self.at = match (self.at, byte) {
            (At::Extension(size), b'\n') | (At::Size(size), b'\n') => self.chunk(size),
            (at, b'\r') => at,
            (At::Line, b'\n') if self.blank => At::Line,
            (At::Line, b'\n') => self.name(),
            (At::Name, b'\n') if self.text.is_empty() => self.body(),
            (At::Name, b':') => return self.named(),
            (At::Value, b'\n') => self.valued(),
            (At::Trailer, b'\n') if self.blank => self.over(),
            (At::Trailer, b'\n') => {
                self.blank = true;
                At::Trailer
            }
            (At::ChunkEnd, b'\n') => At::Size(0),
            (At::Line | At::Trailer, _) => {
                self.blank = false;
                self.at
            }
            (At::Name | At::Value, b) if b != b'\n' => {
                if self.text.len() < KEPT {
                    self.text.push(b);
                }
                self.at
            }
            (At::Size(size), b';' | b' ' | b'\t') | (At::Extension(size), _) => At::Extension(size),
            (At::Size(size), digit) => {
                let digit = char::from(digit).to_digit(16).map(u64::from);
                digit.and_then(|digit| size.checked_mul(16)?.checked_add(digit)).map_or(At::Lost, At::Size)
            }
            _ => At::Lost,
        };
        true
    }

    fn name(&mut self) -> At {
        self.text.clear();
        At::Name
    }

    /// A header's name is read.
    fn named(&mut self) -> bool {
        self.value_of = match &self.text {
            name if name.eq_ignore_ascii_case(b"content-length") => Some(Says::Length),
            name if name.eq_ignore_ascii_case(b"transfer-encoding") => Some(Says::Coding),
            _ => None,
        };
        self.text.clear();
        self.at = At::Value;
        match self.value_of {
            Some(Says::Length) => self.chunked.is_none(),
            Some(Says::Coding) => self.length.is_none(),
            None => true,
        }
    }

    /// A header's value is read.
    fn valued(&mut self) -> At {
        let text = String::from_utf8_lossy(&self.text).trim().to_ascii_lowercase();
        match self.value_of.take() {
            Some(Says::Length) => match text.parse() {
                Ok(length) => self.length = Some(length),
                Err(_) => return At::Lost,
            },
            Some(Says::Coding) => self.chunked = Some(text.rsplit(',').next().is_some_and(|last| last.trim() == "chunked")),
            None => {}
        }
        self.name()
    }

    /// A head is read.
    fn body(&mut self) -> At {
        match (self.chunked, self.length) {
            (Some(true), _) => At::Size(0),
            (Some(false), _) => At::Lost,
            (None, Some(length)) if length > 0 => At::Body(length),
            (None, _) => self.over(),
        }
    }

    /// The size of a chunk is read; the last one has none.
    fn chunk(&mut self, size: u64) -> At {
        if size > 0 {
            return At::Chunk(size);
        }
        self.blank = true;
        At::Trailer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the library gets of this, however it came: whole, or byte by byte.
    fn passed(text: &str) -> String {
        let mut whole = text.as_bytes().to_vec();
        Framing::default().follow(&mut whole);
        let (mut single, mut framing) = (text.as_bytes().to_vec(), Framing::default());
        single.iter_mut().for_each(|byte| framing.follow(std::slice::from_mut(byte)));
        assert_eq!(whole, single);
        String::from_utf8(whole).unwrap()
    }

    const FINE: &str = "POST /a HTTP/1.1\r\nhost: a\r\n";

    #[test]
    fn a_request_that_is_framed_twice_is_spoiled() {
        for (first, second) in [
            ("Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"),
            ("transfer-encoding: chunked\r\n", "content-length: 5\r\n"),
            ("CONTENT-LENGTH:0\n", "TRANSFER-ENCODING:gzip, chunked\n"),
        ] {
            let expected = format!("{FINE}{first}x: y\r\n{}\r\n0\r\n\r\n", second.replacen(':', "\0", 1));
            assert_eq!(passed(&format!("{FINE}{first}x: y\r\n{second}\r\n0\r\n\r\n")), expected);
            // Also when it is not the first of its connection.
            for before in ["content-length: 3\r\n\r\nabc", "\r\n", "transfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nt: 1\r\n\r\n"] {
                let (before, twice) = (format!("{FINE}{before}"), format!("{FINE}{first}x: y\r\n{second}\r\n"));
                assert_eq!(passed(&format!("{before}{twice}")), format!("{before}{}", passed(&twice)));
                assert!(passed(&twice).contains('\0'));
            }
        }
    }

    #[test]
    fn everything_else_is_as_it_was() {
        let both = "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n";
        for text in [
            format!("{FINE}content-length: {}\r\n\r\n{both}{FINE}\r\n", both.len()),
            format!("{FINE}transfer-encoding: chunked\r\n\r\n{:x}\r\n{both}\r\n0\r\n\r\n{FINE}content-length: 0\r\n\r\n", both.len()),
            format!("{FINE}x: content-length: 5, transfer-encoding: chunked\r\ncontent-length: 0\r\n\r\n\r\n{FINE}\r\n"),
            format!("{FINE}content-length: 5\r\ncontent-length: 5\r\n\r\nabcde{FINE}\r\n"),
            format!("{FINE}content-length: 5\r\n\r\n12345{FINE}transfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
            format!("{FINE}transfer-encoding: gzip\r\n\r\n{both}"),
            format!("{FINE}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{both}"),
            format!("{FINE}content-length: x\r\n\r\n{both}"),
            "\u{16}\u{3}\u{1}: no HTTP\r\n\r\n".to_owned(),
        ] {
            assert_eq!(passed(&text), text);
        }
    }
}
