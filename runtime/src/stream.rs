//! The transport of our own, on a TCP stream: frames are encoded once for all who receive them,
//! written up to 64 at a time, and read through a buffer that all connections of a thread share.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use smallvec::SmallVec;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;

use crate::framing::{self, Decoder, Message};
use crate::session::Received;
use crate::transport::{Broken, Transport};
use crate::wire::{Frame, Text};

/// What a thread reads at once, in bytes.
const SCRATCH: usize = 16 * 1024;
/// Frames of one call of the kernel.
const VECTORED: usize = 64;
/// A queue that grew beyond this is given back when it is empty.
const KEPT_CAPACITY: usize = 4;
/// Answers to pings that wait at once; of more the newest is enough (section 5.5.3 of RFC 6455), so
/// that who sends pings and reads nothing takes no memory.
const PONGS: usize = 64;

/// What the kernel takes for a client that reads nothing, before an outbox fills, in bytes.
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNSENT: u32 = 128 * 1024;

/// Sets what a connection's stream needs: no delay, and a bound on what the kernel takes for a client
/// that does not read (`TCP_NOTSENT_LOWAT`, on Linux).
pub(crate) fn tune(stream: &TcpStream) {
    let set = || {
        stream.set_nodelay(true)?;
        #[cfg(any(target_os = "linux", target_os = "android"))]
        socket2::SockRef::from(stream).set_tcp_notsent_lowat(UNSENT)?;
        Ok::<(), io::Error>(())
    };
    // A stream that is closed already is no concern of the one who accepts it.
    if let Err(error) = set() {
        tracing::debug!(%error, "a stream cannot be tuned");
    }
}

thread_local! {
    /// An idle connection holds no buffer of its own.
    static SCRATCH_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]);
}

/// A connection on a TCP stream, after its handshake.
///
/// What each turn touches stands last, beside what it touches of the connection.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Stream {
    decoder: Decoder,
    tcp: TcpStream,
    /// What was read and not asked for yet.
    received: VecDeque<Received>,
    /// What is to go before the next frame: the rest of one that is half gone, and answers to the
    /// client.
    writing: VecDeque<Bytes>,
    /// The client closed or broke the protocol: what else it sends is for nobody.
    over: bool,
    /// A close of ours is among what is written, or gone: there is one.
    closed: bool,
    /// What was read behind the handshake, before the stream was ours.
    first: Bytes,
    /// How many bytes are gone.
    written: u64,
}

impl Stream {
    /// A stream after its handshake, and what was read behind that.
    pub(crate) fn new(tcp: TcpStream, first: Bytes, message_bytes: usize) -> Self {
        tune(&tcp);
        Self {
            decoder: Decoder::new(message_bytes),
            tcp,
            received: VecDeque::new(),
            writing: VecDeque::new(),
            over: false,
            closed: false,
            // Nothing of a large buffer would keep it whole.
            first: match first.is_empty() {
                true => Bytes::new(),
                false => first,
            },
            written: 0,
        }
    }

    /// Takes all of what was read.
    fn take(&mut self, mut bytes: &[u8]) {
        while !self.over {
            let next = self.decoder.next(&mut bytes);
            let parts = self.decoder.take_parts();
            if parts > 0 {
                self.count(0, parts);
            }
            let received = match next {
                Ok(None) => return,
                Ok(Some(Message::Text(text))) => Received::Text(Text::received(&text)),
                Ok(Some(Message::Binary(payload))) => Received::Binary(payload),
                Ok(Some(Message::Pong)) => {
                    self.count(1, 0);
                    continue;
                }
                Ok(Some(Message::Ping(payload))) => {
                    self.answer(&payload);
                    self.count(1, 0);
                    continue;
                }
                Ok(Some(Message::Close(code))) => {
                    self.over = true;
                    Received::Close(code)
                }
                Err(fault) => {
                    self.over = true;
                    Received::Broken(Some(fault))
                }
            };
            self.received.push_back(received);
        }
    }

    /// Frames that are no messages: those that follow each other are told together.
    fn count(&mut self, more_signs: u32, more_parts: u32) {
        match self.received.back_mut() {
            Some(Received::Frames { signs, parts }) => {
                *signs = signs.saturating_add(more_signs);
                *parts = parts.saturating_add(more_parts);
            }
            _ => self.received.push_back(Received::Frames {
                signs: more_signs,
                parts: more_parts,
            }),
        }
    }

    /// Answers a ping.
    fn answer(&mut self, payload: &[u8]) {
        if self.closed {
            return;
        }
        let pong = framing::pong(payload);
        let pongs = self.writing.iter().filter(|frame| framing::is_pong(frame));
        let is_full = pongs.count() >= PONGS;
        // The first one may be half gone.
        let waits = self.writing.iter_mut().skip(1);
        match waits.rev().find(|frame| framing::is_pong(frame)) {
            Some(newest) if is_full => *newest = pong,
            _ => self.writing.push_back(pong),
        }
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let first = std::mem::take(&mut self.first);
            self.take(&first);
            return Poll::Ready(Ok(()));
        }
        loop {
            ready!(self.tcp.poll_read_ready(cx))?;
            let read = SCRATCH_BUFFER.with_borrow_mut(|scratch| {
                let read = self.tcp.try_read(scratch);
                if let Ok(read) = read {
                    self.take(&scratch[..read]);
                }
                read
            });
            match read {
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Ok(_) => return Poll::Ready(Ok(())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    /// Writes what waits, and then texts from where they wait, up to the first frame that is none.
    fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut VecDeque<Frame>,
    ) -> Poll<Result<(), Broken>> {
        loop {
            let texts = frames.iter().map_while(Frame::text).map(Text::frame);
            let waiting = self.writing.iter().map(|frame| &frame[..]).chain(texts);
            let slices: SmallVec<[IoSlice<'_>; VECTORED]> =
                waiting.take(VECTORED).map(IoSlice::new).collect();
            let tcp = Pin::new(&mut self.tcp);
            let len: usize = slices.iter().map(|slice| slice.len()).sum();
            let written = match &slices[..] {
                [] => break,
                // The kernel takes one by a shorter way.
                [one] => tcp.poll_write(cx, one),
                // Few bytes are gathered for less here than there.
                all if len <= SCRATCH => SCRATCH_BUFFER.with_borrow_mut(|scratch| {
                    let mut at = 0;
                    for slice in all {
                        scratch[at..at + slice.len()].copy_from_slice(slice);
                        at += slice.len();
                    }
                    tcp.poll_write(cx, &scratch[..len])
                }),
                all => tcp.poll_write_vectored(cx, all),
            };
            drop(slices);
            self.went(ready!(written).map_err(|_| Broken)?, frames);
        }
        if self.writing.capacity() > KEPT_CAPACITY {
            self.writing = VecDeque::new();
        }
        Poll::Ready(Ok(()))
    }

    /// So many bytes are gone.
    fn went(&mut self, mut bytes: usize, frames: &mut VecDeque<Frame>) {
        self.written += bytes as u64;
        while let Some(first) = self.writing.front_mut() {
            if first.len() > bytes {
                first.advance(bytes);
                return;
            }
            bytes -= first.len();
            self.writing.pop_front();
        }
        while bytes > 0
            && let Some(Frame::Text(text) | Frame::Reply(text)) = frames.pop_front()
        {
            let len = text.frame().len();
            if len > bytes {
                self.writing.push_back(text.into_frame().slice(bytes..));
                return;
            }
            bytes -= len;
        }
    }

    /// A frame that is no text goes behind what waits.
    fn encode(&mut self, frame: Frame) {
        self.writing.push_back(match frame {
            Frame::Text(text) | Frame::Reply(text) => text.into_frame(),
            #[cfg(feature = "__echo")]
            Frame::Binary(payload) => framing::binary(&payload),
            Frame::Ping => framing::ping(),
            Frame::Close(close) => {
                self.closed = true;
                framing::close(&close)
            }
        });
    }
}

impl Transport for Stream {
    const NAME: &'static str = "tcp";

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Received> {
        loop {
            if let Some(received) = self.received.pop_front() {
                if self.received.is_empty() && self.received.capacity() > KEPT_CAPACITY {
                    self.received = VecDeque::new();
                }
                return Poll::Ready(received);
            }
            // What answers a ping waits for nobody who has something to say.
            if let Poll::Ready(Err(Broken)) = self.poll_flush(cx) {
                return Poll::Ready(Received::Broken(None));
            }
            // After the end as well: a stream that is dropped with something unread resets what is
            // on its way, our close among it.
            if ready!(self.poll_read(cx)).is_err() {
                return Poll::Ready(Received::Broken(None));
            }
        }
    }

    fn poll_send(
        &mut self,
        cx: &mut Context<'_>,
        frames: &mut VecDeque<Frame>,
    ) -> Poll<Result<(), Broken>> {
        // What comes after a close is for nobody.
        while !self.closed {
            ready!(self.poll_write(cx, frames))?;
            match frames.pop_front() {
                Some(frame) => self.encode(frame),
                None => return Poll::Ready(Ok(())),
            }
        }
        self.poll_write(cx, &mut VecDeque::new())
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        ready!(self.poll_write(cx, &mut VecDeque::new()))?;
        if self.over && self.closed {
            // The client learns at once that this is the end, and what it still sends is read until
            // it ends as well. That it has gone already is no fault.
            let _ = ready!(Pin::new(&mut self.tcp).poll_shutdown(cx));
        }
        Poll::Ready(Ok(()))
    }

    fn unsent(&self) -> (usize, usize) {
        let bytes = self.writing.iter().map(Bytes::len).sum();
        (self.writing.len(), bytes)
    }

    fn written(&self) -> u64 {
        self.written
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncWriteExt;
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_burst_leaves_no_memory_behind() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let mut client = TcpStream::connect(address).await.expect("it listens");
        let (tcp, _) = listener.accept().await.expect("it came");
        let mut stream = Stream::new(tcp, Bytes::new(), 1_000);
        for times in [1, 5, 31, 1_000] {
            // Empty texts in turn with pings.
            let burst = [0x81, 0x80, 0, 0, 0, 0, 0x89, 0x80, 0, 0, 0, 0].repeat(times);
            client.write_all(&burst).await.expect("it is open");
            for _ in 0..times {
                poll_fn(|cx| stream.poll_receive(cx)).await;
                poll_fn(|cx| stream.poll_receive(cx)).await;
            }
            check_held(&mut stream).await;
        }
    }

    async fn check_held(stream: &mut Stream) {
        assert!(stream.received.is_empty());
        poll_fn(|cx| stream.poll_flush(cx))
            .await
            .expect("it is read");
        assert!(stream.writing.is_empty());
        let held = (stream.received.capacity(), stream.writing.capacity());
        assert!(
            held.0 <= KEPT_CAPACITY && held.1 <= KEPT_CAPACITY,
            "{held:?}"
        );
    }
}
