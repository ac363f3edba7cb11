//! The crate `fastwebsockets` on hyper: one write a message, as it is documented.

use std::sync::Arc;

use fastwebsockets::{Frame, OpCode, Payload, WebSocketError, upgrade};
use http_body_util::Empty;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{Asks, Senders, no_delay, user};

type Message = Arc<str>;

pub(super) async fn serve() -> anyhow::Result<()> {
    let senders = Senders::<Message>::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let asks = Asks::listening(listener.local_addr()?);
    tokio::spawn(accept(listener, Arc::clone(&senders)));
    senders.serve(asks, Message::from).await
}

async fn accept(listener: TcpListener, senders: Arc<Senders<Message>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        no_delay(&mut stream);
        let senders = Arc::clone(&senders);
        let service = service_fn(move |request| answer(request, Arc::clone(&senders)));
        let http = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        tokio::spawn(http.with_upgrades());
    }
}

async fn answer(
    mut request: Request<Incoming>,
    senders: Arc<Senders<Message>>,
) -> Result<Response<Empty<Bytes>>, WebSocketError> {
    let messages = senders.connect(user(request.uri().query()));
    let (response, upgraded) = upgrade::upgrade(&mut request)?;
    tokio::spawn(connection(upgraded, messages));
    Ok(response)
}

async fn connection(
    upgraded: upgrade::UpgradeFut,
    mut messages: mpsc::Receiver<Message>,
) -> Result<(), WebSocketError> {
    let socket = upgraded.await?;
    let (read, mut write) = socket.split(tokio::io::split);
    let mut read = fastwebsockets::FragmentCollectorRead::new(read);
    let reading = tokio::spawn(async move {
        let mut unanswered = |_: Frame<'_>| async { Ok::<_, WebSocketError>(()) };
        while let Ok(frame) = read.read_frame(&mut unanswered).await {
            if frame.opcode == OpCode::Close {
                return;
            }
        }
    });
    while let Some(message) = messages.recv().await {
        let frame = Frame::text(Payload::Borrowed(message.as_bytes()));
        write.write_frame(frame).await?;
    }
    reading.abort();
    Ok(())
}
