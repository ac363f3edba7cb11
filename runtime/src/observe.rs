//! Counters, gauges and histograms, by the facade of `metrics`, and the span of a connection. No label
//! names a user.

use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use tracing::Span;

/// Connections that are open, by transport: `tcp` is ours, `stream` is tungstenite's.
pub(crate) const CONNECTIONS: &str = "websocket_core_connections";
/// Connections that have ended, by close code: a client chooses among those of RFC 6455 and ours, and
/// what else it sends is `3xxx`, `4xxx` or `other`.
pub(crate) const CLOSED: &str = "websocket_core_connections_closed_total";
/// Handshakes that were refused, by reason.
pub(crate) const REFUSED: &str = "websocket_core_handshakes_refused_total";
/// Events that were published, by whether they are durable.
pub(crate) const PUBLISHED: &str = "websocket_core_events_published_total";
/// Frames that were handed to transports.
pub(crate) const SENT: &str = "websocket_core_frames_sent_total";
/// Volatile events that were dropped or replaced by a newer one.
pub(crate) const DROPPED: &str = "websocket_core_volatile_dropped_total";
/// Messages of clients, by what became of them.
pub(crate) const RECEIVED: &str = "websocket_core_messages_received_total";
/// Connections that came back with a position, by whether it could be recovered.
pub(crate) const RESUMED: &str = "websocket_core_resumes_total";
/// How long connections lasted, in seconds.
pub(crate) const LASTED: &str = "websocket_core_connection_seconds";
/// From a ping to the next sign of the client, in seconds.
pub(crate) const ROUND_TRIP: &str = "websocket_core_ping_seconds";

/// Tells what each of them is, once a factory is built.
pub(crate) fn describe() {
    use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
    describe_gauge!(CONNECTIONS, "Open connections, by transport");
    describe_counter!(CLOSED, "Connections that ended, by close code");
    describe_counter!(REFUSED, "Refused handshakes, by reason");
    describe_counter!(PUBLISHED, "Published events");
    describe_counter!(SENT, "Frames handed to transports");
    describe_counter!(DROPPED, "Volatile events dropped or replaced");
    describe_counter!(RECEIVED, "Messages of clients");
    describe_counter!(RESUMED, "Connections that came back with a position");
    describe_histogram!(LASTED, Unit::Seconds, "How long connections lasted");
    describe_histogram!(
        ROUND_TRIP,
        Unit::Seconds,
        "From a ping to the client's sign"
    );
}

/// The span of a connection from its handshake on, to which [`named`] gives its name.
#[cfg(any(feature = "axum", feature = "listener"))]
pub(crate) fn connection() -> Span {
    tracing::debug_span!("connection", conn = tracing::field::Empty)
}

/// The connection of the span that this is called in has this name.
pub(crate) fn named(connection: impl Display) {
    Span::current().record("conn", tracing::field::display(connection));
}

pub(crate) fn opened(transport: &'static str) {
    metrics::gauge!(CONNECTIONS, "transport" => transport).increment(1);
}

pub(crate) fn closed(transport: &'static str, code: u16, lasted: Duration) {
    metrics::gauge!(CONNECTIONS, "transport" => transport).decrement(1);
    metrics::counter!(CLOSED, "code" => code_label(code)).increment(1);
    metrics::histogram!(LASTED).record(lasted);
}

/// The label of a close code: there are a few, whatever clients send.
fn code_label(code: u16) -> Cow<'static, str> {
    match code {
        1000..=1015 | 4008 | 4009 | 4401 | 4429 => code.to_string().into(),
        3000..=3999 => "3xxx".into(),
        4000..=4999 => "4xxx".into(),
        _ => "other".into(),
    }
}

pub(crate) fn refused(reason: &'static str) {
    metrics::counter!(REFUSED, "reason" => reason).increment(1);
}

pub(crate) fn published(durable: bool) {
    // Labels that the macro can see cost nothing.
    match durable {
        true => metrics::counter!(PUBLISHED, "kind" => "durable").increment(1),
        false => metrics::counter!(PUBLISHED, "kind" => "volatile").increment(1),
    }
}

pub(crate) fn sent(frames: usize) {
    metrics::counter!(SENT).increment(frames as u64);
}

pub(crate) fn dropped() {
    metrics::counter!(DROPPED).increment(1);
}

pub(crate) fn received(what: &'static str) {
    metrics::counter!(RECEIVED, "what" => what).increment(1);
}

pub(crate) fn resumed(recovered: bool) {
    let outcome = if recovered { "recovered" } else { "lost" };
    metrics::counter!(RESUMED, "outcome" => outcome).increment(1);
}

pub(crate) fn round_trip(took: Duration) {
    metrics::histogram!(ROUND_TRIP).record(took);
}
