//! What the product logs while tests run: kept, to be searched for what must not be in it, and shown when `RUST_LOG` asks.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged since [`capture`].
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

static LOG: OnceLock<Log> = OnceLock::new();

/// Keeps what this process logs from now on, at every level that the product uses; also what its dependencies say at `info`.
pub fn capture() -> Log {
    let log = LOG.get_or_init(|| {
        let log = Log::default();
        let shown = std::env::var("RUST_LOG").is_ok();
        let filter = EnvFilter::new(
            "info,http=trace,storage=trace,credential_issuer=trace,wallet_server=trace,verifier=trace,vc=trace,openid4vc=trace,ooapi=trace",
        );
        let writer = Writer { log: log.clone(), shown };
        // Somebody else's subscriber would mean that nothing is kept here; then the log is empty and whoever asks for lines sees it.
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init();
        log
    });
    log.clone()
}

impl Log {
    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

#[derive(Clone)]
struct Writer {
    log: Log,
    shown: bool,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.log.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        if self.shown {
            std::io::stderr().write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Writer {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
