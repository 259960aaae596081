use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::TlsError;

/// The two directions of a TLS session.
pub(in crate::ovsdb::connection) fn split(stream: TlsStream<TcpStream>) -> (Reader, Writer) {
    let (reader, writer) = tokio::io::split(stream);
    let writer = Writer {
        inner: writer,
        taken: 0,
        has_failed: false,
    };
    (Reader(reader), writer)
}

/// Reads; errors are in words.
pub(in crate::ovsdb::connection) struct Reader(ReadHalf<TlsStream<TcpStream>>);

/// Writes: what is taken has left the session, so that nobody needs to flush it. The session ends
/// with this value. Once writing fails it takes nothing more, and the reader tells why: the
/// server's reason, where it gave one, comes before the end.
pub(in crate::ovsdb::connection) struct Writer {
    inner: WriteHalf<TlsStream<TcpStream>>,
    /// Bytes that the session has taken and their writer has not been told of.
    taken: usize,
    has_failed: bool,
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match ready!(Pin::new(&mut self.0).poll_read(cx, buffer)) {
            // The end without TLS's word for it. A message tells where it ends by itself: nobody
            // can pretend anything by cutting it.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
            read => Poll::Ready(read.map_err(in_words)),
        }
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.has_failed {
            return Poll::Pending;
        }
        match ready!(self.pass(cx, bytes)) {
            Ok(taken) => Poll::Ready(Ok(taken)),
            Err(error) => {
                tracing::debug!(%error, "writing failed");
                self.has_failed = true;
                Poll::Pending
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl Writer {
    /// Passes bytes through the session to the socket, all that the session takes.
    fn pass(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.taken == 0 {
            self.taken = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
        }
        ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
        Poll::Ready(Ok(std::mem::take(&mut self.taken)))
    }
}

/// Tells the server that this is the end, if that takes no waiting: a mere end of the connection
/// would be a warning in its log.
impl Drop for Writer {
    fn drop(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        // If it cannot be told, the connection's end tells it.
        let _ = Pin::new(&mut self.inner).poll_shutdown(&mut cx);
    }
}

fn in_words(error: io::Error) -> io::Error {
    let kind = error.kind();
    match TlsError::from_io(error) {
        TlsError::Socket(error) => error,
        error => io::Error::new(kind, error),
    }
}
