//! The transport on any stream, by the crate `tungstenite`: TLS, HTTP/2, and whatever a server wraps
//! its streams in.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use crate::close::Close;
use crate::framing::{self, Decoder, Parts};
use crate::session::Received;
use crate::transport::{Broken, Transport};
use crate::wire::{Frame, Text};

/// What a connection reads at once; the default is 128 KiB for each.
const READ_BUFFER: usize = 4 * 1024;
/// Frames are written when so much waits, or at a flush.
const WRITE_BUFFER: usize = 16 * 1024;
/// A list of frames that grew beyond this is given back when it is empty.
const KEPT_CAPACITY: usize = 8;

/// A connection on any stream, after its handshake.
#[derive(Debug)]
pub(crate) struct Tungstenite<S> {
    socket: WebSocketStream<Counted<S>>,
    /// What comes after frames that were told of first.
    received: Option<Received>,
    /// Frames since the last flush that was whole: where each one ends in the stream, and its bytes.
    /// What answers a ping in between is not seen, and makes it out to be gone that much too early.
    waiting: VecDeque<(u64, usize)>,
    /// The client closed or broke the protocol: what else it sends is for nobody.
    over: bool,
    /// A close of ours is on its way, or gone.
    closed: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Tungstenite<S> {
    /// A stream after its handshake.
    pub(crate) async fn new(stream: S, message_bytes: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(message_bytes))
            .max_frame_size(Some(message_bytes));
        let stream = Counted {
            stream,
            parts: Parts::new(),
            closing: None,
            written: 0,
        };
        let socket = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await;
        Self {
            socket,
            received: None,
            waiting: VecDeque::new(),
            over: false,
            closed: false,
        }
    }

    /// What tungstenite made of the frames.
    fn received(&mut self, next: Option<Result<Message, Error>>) -> Received {
        match next {
            None => Received::Broken(None),
            Some(Err(error)) => {
                let fault = fault(&error);
                self.over = fault.is_some();
                Received::Broken(fault)
            }
            Some(Ok(Message::Text(text))) => Received::Text(Text::received(text.as_bytes())),
            Some(Ok(Message::Binary(payload))) => Received::Binary(payload),
            // A ping is answered at the next flush.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {
                Received::Frames { signs: 1, parts: 0 }
            }
            // It is shown no close: see `Counted`.
            Some(Ok(Message::Close(_))) => Received::Broken(None),
        }
    }

    /// The client's close, if it is what comes next.
    fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Received> {
        let Counted {
            stream, closing, ..
        } = self.socket.get_mut();
        let Some(closing) = closing else {
            return Poll::Pending;
        };
        let mut scratch = [0; 128];
        loop {
            if let Some(received) = closing.received.take() {
                self.over = true;
                return Poll::Ready(received);
            }
            let mut buffer = ReadBuf::new(&mut scratch);
            let read = ready!(Pin::new(&mut *stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Received::Broken(None));
            }
            closing.take(buffer.filled());
        }
    }

    /// Reads what is for nobody, until the stream ends: one that is dropped with something unread
    /// resets what is on its way, our close among it.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut scratch = [0; 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            let stream = Pin::new(self.socket.get_mut());
            let read = ready!(stream.poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    }
}

/// A stream whose parts of messages are counted as they are read, for tungstenite tells of whole
/// ones, and its bytes as they are written.
///
/// The client's close is the end of what tungstenite reads: it would answer it at once, and say
/// nothing more, though what stands before it has yet to be answered.
#[derive(Debug)]
struct Counted<S> {
    stream: S,
    parts: Parts,
    closing: Option<Box<Closing>>,
    written: u64,
}

/// The client's close, as far as it is here.
#[derive(Debug)]
struct Closing {
    decoder: Decoder,
    received: Option<Received>,
}

impl Closing {
    /// One that begins with these bytes.
    fn new(bytes: &[u8]) -> Self {
        let mut closing = Self {
            decoder: Decoder::new(0),
            received: None,
        };
        closing.take(bytes);
        closing
    }

    /// These bytes come next.
    fn take(&mut self, mut bytes: &[u8]) {
        self.received = match self.decoder.next(&mut bytes) {
            Ok(Some(framing::Message::Close(code))) => Some(Received::Close(code)),
            Ok(_) => None,
            Err(fault) => Some(Received::Broken(Some(fault))),
        };
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.closing.is_some() {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        let Some(at) = self.parts.look(&buffer.filled()[before..]) else {
            return Poll::Ready(read);
        };
        let close = Closing::new(&buffer.filled()[before + at..]);
        self.closing = Some(Box::new(close));
        buffer.set_filled(before + at);
        match at {
            // Of no bytes it would think that the stream has ended.
            0 => Poll::Pending,
            _ => Poll::Ready(read),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        self.written += *written.as_ref().unwrap_or(&0) as u64;
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Transport for Tungstenite<S> {
    const NAME: &'static str = "stream";

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Received> {
        if let Some(received) = self.received.take() {
            return Poll::Ready(received);
        }
        if self.over {
            return self.poll_end(cx).map(|()| Received::Broken(None));
        }
        let received = match Pin::new(&mut self.socket).poll_next(cx) {
            Poll::Ready(next) => Poll::Ready(self.received(next)),
            Poll::Pending => self.poll_close(cx),
        };
        // The parts of a message that has not ended are told of, too.
        let parts = self.socket.get_mut().parts.take();
        let frames = match (received, parts) {
            (received, 0) => return received,
            (Poll::Ready(Received::Frames { signs, .. }), parts) => {
                Received::Frames { signs, parts }
            }
            (Poll::Ready(received), parts) => {
                self.received = Some(received);
                Received::Frames { signs: 0, parts }
            }
            (Poll::Pending, parts) => Received::Frames { signs: 0, parts },
        };
        Poll::Ready(frames)
    }

    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut VecDeque<Frame>,
    ) -> Poll<Result<(), Broken>> {
        // What comes after a close is for nobody.
        while !frames.is_empty() && !self.closed {
            ready!(Pin::new(&mut self.socket).poll_ready(cx)).map_err(|_| Broken)?;
            let Some(frame) = frames.pop_front() else {
                break;
            };
            self.closed |= matches!(frame, Frame::Close(_));
            let message = message(frame)?;
            let len = message.len();
            let written = self.written();
            while self.waiting.front().is_some_and(|(end, _)| *end <= written) {
                self.waiting.pop_front();
            }
            let begin = self.waiting.back().map_or(written, |(end, _)| *end);
            let socket = Pin::new(&mut self.socket);
            socket.start_send(message).map_err(|_| Broken)?;
            let end = begin + (framing::text_header(len).1 + len) as u64;
            self.waiting.push_back((end, len));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        let flushed = ready!(Pin::new(&mut self.socket).poll_flush(cx));
        self.waiting.clear();
        self.waiting.shrink_to(KEPT_CAPACITY);
        if self.over && self.closed {
            // The client learns at once that this is the end. That it has gone already is no fault.
            let _ = ready!(Pin::new(self.socket.get_mut()).poll_shutdown(cx));
        }
        Poll::Ready(flushed.map_err(|_| Broken))
    }

    fn unsent(&self) -> (usize, usize) {
        let written = self.written();
        let unsent = self.waiting.iter().filter(|(end, _)| *end > written);
        unsent.fold((0, 0), |(frames, bytes), (_, len)| {
            (frames + 1, bytes + len)
        })
    }

    fn written(&self) -> u64 {
        self.socket.get_ref().written
    }
}

fn message(frame: Frame) -> Result<Message, Broken> {
    Ok(match frame {
        // Frames are texts of ours: this cannot fail, and costs less than a copy.
        Frame::Text(text) | Frame::Reply(text) => {
            let text = Utf8Bytes::try_from(Bytes::from_owner(text));
            Message::Text(text.map_err(|_| Broken)?)
        }
        #[cfg(feature = "__echo")]
        Frame::Binary(payload) => Message::Binary(payload),
        Frame::Ping => Message::Ping(Bytes::new()),
        Frame::Close(close) => Message::Close(close.said().map(|(code, reason)| CloseFrame {
            code: code.into(),
            reason: reason.into(),
        })),
    })
}

/// The close that says what a client did wrong; none where the stream just broke.
fn fault(error: &Error) -> Option<Close> {
    match error {
        Error::Capacity(_) => Some(Close::TOO_LARGE),
        Error::Utf8(_) => Some(Close::NOT_UTF8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
        Error::Protocol(_) => Some(Close::PROTOCOL),
        _ => None,
    }
}
