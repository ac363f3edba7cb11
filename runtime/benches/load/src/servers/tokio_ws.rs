//! The crate `tokio-websockets`: all messages that wait by `feed`, and one flush.

use std::sync::Arc;

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_websockets::{Error, Message, ServerBuilder};

use super::{Asks, Senders, no_delay, user};

pub(super) async fn serve() -> anyhow::Result<()> {
    let senders = Senders::<Message>::new();
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let asks = Asks::listening(listener.local_addr()?);
    tokio::spawn(accept(listener, Arc::clone(&senders)));
    senders.serve(asks, Message::text).await
}

async fn accept(listener: TcpListener, senders: Arc<Senders<Message>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        no_delay(&mut stream);
        tokio::spawn(connection(stream, Arc::clone(&senders)));
    }
}

async fn connection(stream: TcpStream, senders: Arc<Senders<Message>>) -> Result<(), Error> {
    let (request, socket) = ServerBuilder::new().accept(stream).await?;
    let mut messages = senders.connect(user(request.uri().query()));
    let (mut sink, mut stream) = socket.split();
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = stream.next().await {} });
    while let Some(message) = messages.recv().await {
        sink.feed(message).await?;
        while let Ok(message) = messages.try_recv() {
            sink.feed(message).await?;
        }
        sink.flush().await?;
    }
    reading.abort();
    Ok(())
}
