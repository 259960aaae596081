use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

/// Notices that bytes come, also where a frame takes long to be whole.
pub(super) struct Counted<R> {
    reader: R,
    heard: Arc<AtomicBool>,
}

/// Whether bytes came.
pub(super) struct Heard(Arc<AtomicBool>);

impl<R> Counted<R> {
    pub(super) fn new(reader: R) -> (Self, Heard) {
        let heard = Arc::new(AtomicBool::new(false));
        let shared = heard.clone();
        (Self { reader, heard }, Heard(shared))
    }
}

impl Heard {
    /// Whether bytes came since the last call.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Counted<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.reader).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.heard.store(true, Ordering::Relaxed);
        }
        polled
    }
}
