//! An echo in the place of connections, at the seam of the transports: what an outside suite asks of
//! a server's frames, it asks of an echo (`tests/autobahn`).

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::close::Close;
use crate::session::Received;
use crate::transport::{Admission, Broken, Transport};
use crate::wire::Frame;

/// How long a client may take to answer a close.
const CLOSING: Duration = Duration::from_secs(3);

/// Sends back what comes, until the connection ends.
pub(crate) async fn serve<T: Transport>(mut transport: T, _admission: Admission) {
    let mut frames = VecDeque::new();
    loop {
        match poll_fn(|cx| transport.poll_receive(cx)).await {
            Received::Text(text) => frames.push_back(Frame::Text(text.as_str().into())),
            Received::Binary(payload) => frames.push_back(Frame::Binary(payload)),
            Received::Frames { .. } => {}
            Received::Close(code) => {
                frames.push_back(Frame::Close(Close::answering(code)));
                break;
            }
            Received::Broken(None) => return,
            Received::Broken(Some(fault)) => {
                frames.push_back(Frame::Close(fault));
                if send(&mut transport, &mut frames).await.is_ok() {
                    let end = poll_fn(|cx| poll_end(&mut transport, cx));
                    // Without an answer it ends as well.
                    let _ = tokio::time::timeout(CLOSING, end).await;
                }
                return;
            }
        }
        if send(&mut transport, &mut frames).await.is_err() {
            return;
        }
    }
    let _ = send(&mut transport, &mut frames).await;
}

async fn send<T: Transport>(transport: &mut T, frames: &mut VecDeque<Frame>) -> Result<(), Broken> {
    poll_fn(|cx| transport.poll_send(cx, frames)).await?;
    poll_fn(|cx| transport.poll_flush(cx)).await
}

/// Ready when the client has closed, or the stream ended.
fn poll_end<T: Transport>(transport: &mut T, cx: &mut Context<'_>) -> Poll<()> {
    loop {
        match transport.poll_receive(cx) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Received::Close(_) | Received::Broken(_)) => return Poll::Ready(()),
            Poll::Ready(_) => {}
        }
    }
}
