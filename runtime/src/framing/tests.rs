//! The frames of clients: the cases of `tests/framing/cases.txt`, and random ones against tungstenite,
//! each cut at every place.

use std::io::{self, Cursor, Read, Write};

use proptest::prelude::*;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocket, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Error};

use super::*;

/// What comes of a client's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Text(Vec<u8>),
    Binary,
    Ping(Vec<u8>),
    Pong,
    Close(Option<u16>),
    Fault(u16),
}

impl Outcome {
    /// Whether nothing is heard after it.
    fn is_last(&self) -> bool {
        matches!(self, Self::Close(_) | Self::Fault(_))
    }
}

/// A frame of a client, right or wrong.
#[derive(Debug, Clone)]
struct ClientFrame {
    fin: bool,
    rsv: u8,
    opcode: u8,
    mask: Option<[u8; 4]>,
    /// The length that the header tells, where that is not the payload's.
    says: Option<u64>,
    /// How many bytes the length takes, where they are not the fewest.
    wide: usize,
    payload: Vec<u8>,
}

impl ClientFrame {
    fn len(&self) -> u64 {
        self.says.unwrap_or(self.payload.len() as u64)
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        let masked = if self.mask.is_some() { MASKED } else { 0 };
        let fin = if self.fin { FIN } else { 0 };
        bytes.push(fin | self.rsv << 4 | self.opcode);
        match (self.len(), self.wide) {
            (len @ 0..126, 0) => bytes.push(masked | len as u8),
            (len @ 0..0x1_0000, 0 | 2) => {
                bytes.push(masked | 126);
                bytes.extend((len as u16).to_be_bytes());
            }
            (len, _) => {
                bytes.push(masked | 127);
                bytes.extend(len.to_be_bytes());
            }
        }
        bytes.extend(self.mask.iter().flatten());
        let mask = self.mask.unwrap_or_default();
        let mask = mask.iter().cycle();
        bytes.extend(
            self.payload
                .iter()
                .zip(mask)
                .map(|(byte, mask)| byte ^ mask),
        );
    }
}

/// What our decoder makes of pieces, and whether it holds memory afterwards.
fn ours<'a>(limit: usize, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Outcome> {
    let mut decoder = Decoder::new(limit);
    let mut outcomes = Vec::new();
    for mut piece in pieces {
        loop {
            let outcome = match decoder.next(&mut piece) {
                Ok(None) => {
                    assert!(piece.is_empty(), "without a message it takes all");
                    break;
                }
                Ok(Some(Message::Text(text))) => Outcome::Text(text.to_vec()),
                Ok(Some(Message::Binary(_))) => Outcome::Binary,
                Ok(Some(Message::Ping(payload))) => Outcome::Ping(payload.to_vec()),
                Ok(Some(Message::Pong)) => Outcome::Pong,
                Ok(Some(Message::Close(code))) => Outcome::Close(code),
                Err(fault) => Outcome::Fault(fault.code),
            };
            let is_last = outcome.is_last();
            outcomes.push(outcome);
            if is_last {
                return outcomes;
            }
            assert_eq!(decoder.control.capacity(), 0, "a control frame is gone");
        }
    }
    outcomes
}

/// Where bytes are cut in two: everywhere, but for long ones not at each byte of their middle.
fn cuts(len: usize) -> impl Iterator<Item = usize> {
    let is_dear = len > 4_000;
    (0..=len).filter(move |at| !is_dear || *at < 300 || len - at < 300 || at % 1_499 == 0)
}

/// The outcomes of the bytes, which are the same however they come.
#[track_caller]
fn outcomes(limit: usize, bytes: &[u8]) -> Vec<Outcome> {
    let whole = ours(limit, [bytes]);
    for at in cuts(bytes.len()) {
        let (left, right) = bytes.split_at(at);
        assert_eq!(ours(limit, [left, right]), whole, "cut at {at}");
    }
    for size in [1, 2, 3, 7, 13] {
        assert_eq!(ours(limit, bytes.chunks(size)), whole, "pieces of {size}");
    }
    whole
}

// The file of cases.

struct Case<'a> {
    name: &'a str,
    limit: usize,
    frames: Vec<ClientFrame>,
    expected: Vec<Outcome>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    for line in text.lines() {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        let case = cases.last_mut();
        match (mark, case) {
            ("" | "#", _) => {}
            ("==", _) => cases.push(Case {
                name: rest,
                limit: 1 << 20,
                frames: Vec::new(),
                expected: Vec::new(),
            }),
            ("limit", Some(case)) => case.limit = rest.parse().expect("a number"),
            (">", Some(case)) => case.frames.push(frame(rest)),
            ("<", Some(case)) => case.expected.push(expected(rest)),
            _ => panic!("what is this: {line}"),
        }
    }
    cases
}

fn frame(line: &str) -> ClientFrame {
    let (words, payload) = match line.split_once('"') {
        None => (line, Vec::new()),
        // The repetition stands before the quote.
        Some((before, _)) => {
            let start = before.rfind(' ').map_or(0, |at| at + 1);
            (&line[..start], payload(&line[start..]))
        }
    };
    let mut frame = ClientFrame {
        fin: true,
        rsv: 0,
        opcode: 0,
        mask: Some([0xA1, 0x5C, 0x00, 0xFF]),
        says: None,
        wide: 0,
        payload: Vec::new(),
    };
    for word in words.split_whitespace() {
        let (key, value) = word.split_once('=').unwrap_or((word, "0"));
        let value: u64 = value.parse().expect("a number");
        match key {
            "more" => frame.opcode = CONTINUATION,
            "text" => frame.opcode = TEXT,
            "binary" => frame.opcode = BINARY,
            "close" => frame.opcode = CLOSE,
            "ping" => frame.opcode = PING,
            "pong" => frame.opcode = PONG,
            "op" => frame.opcode = value as u8,
            "part" => frame.fin = false,
            "rsv" => frame.rsv = value as u8,
            "unmasked" => frame.mask = None,
            "code" => frame.payload = (value as u16).to_be_bytes().to_vec(),
            "says" => frame.says = Some(value),
            "wide" => frame.wide = value as usize,
            _ => panic!("what is this: {word}"),
        }
    }
    frame.payload.extend(payload);
    frame
}

fn expected(line: &str) -> Outcome {
    let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
    match (kind, rest) {
        ("text", rest) => Outcome::Text(payload(rest)),
        ("binary", "") => Outcome::Binary,
        ("ping", rest) => Outcome::Ping(payload(rest)),
        ("pong", "") => Outcome::Pong,
        ("close", "none") => Outcome::Close(None),
        ("close", code) => Outcome::Close(Some(code.parse().expect("a code"))),
        ("fault", code) => Outcome::Fault(code.parse().expect("a code")),
        _ => panic!("what is this: {line}"),
    }
}

/// `"…"` or `N*"…"`.
fn payload(word: &str) -> Vec<u8> {
    let (times, quoted) = match word.split_once('*') {
        Some((times, quoted)) if !times.starts_with('"') => {
            (times.parse().expect("a number"), quoted)
        }
        _ => (1, word),
    };
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let mut chars = inner.expect("a payload in quotes").chars();
    let mut bytes = Vec::new();
    while let Some(char) = chars.next() {
        match (char, char == '\\') {
            (_, false) => bytes.extend(char.encode_utf8(&mut [0; 4]).bytes()),
            (_, true) => match chars.next().expect("an escape goes on") {
                'x' => {
                    let digits: String = chars.by_ref().take(2).collect();
                    bytes.push(u8::from_str_radix(&digits, 16).expect("two digits"));
                }
                other => bytes.push(other as u8),
            },
        }
    }
    bytes.repeat(times)
}

#[test]
fn what_comes_of_each_case_is_the_same_wherever_its_bytes_are_cut() {
    let cases = cases(include_str!("../../tests/framing/cases.txt"));
    assert!(cases.len() > 100);
    for case in cases {
        assert!(!case.expected.is_empty(), "{}", case.name);
        let mut bytes = Vec::new();
        case.frames.iter().for_each(|frame| frame.write(&mut bytes));
        assert_eq!(outcomes(case.limit, &bytes), case.expected, "{}", case.name);
    }
}

#[test]
fn a_header_alone_takes_no_memory() {
    let mut decoder = Decoder::new(usize::MAX);
    let mut bytes = Vec::new();
    let mut long = frame("text says=9223372036854775807");
    long.write(&mut bytes);
    assert_eq!(decoder.next(&mut &bytes[..]), Ok(None));
    assert_eq!(
        decoder.message.as_ref().map(|it| it.payload.capacity()),
        Some(0)
    );
    // Nor does a binary message, whatever came of it.
    long.opcode = BINARY;
    long.payload = vec![0; 100_000];
    bytes.clear();
    long.write(&mut bytes);
    let mut decoder = Decoder::new(usize::MAX);
    assert_eq!(decoder.next(&mut &bytes[..]), Ok(None));
    assert_eq!(decoder.message.map(|it| it.payload.capacity()), Some(0));
}

// The oracle.

/// A stream that has some bytes, then nothing for now.
struct Bytewise(Cursor<Vec<u8>>);

impl Read for Bytewise {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

impl Write for Bytewise {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn socket(role: Role, limit: usize, bytes: &[u8]) -> WebSocket<Bytewise> {
    let config = WebSocketConfig::default()
        .max_message_size(Some(limit))
        .max_frame_size(Some(limit));
    let stream = Bytewise(Cursor::new(bytes.to_vec()));
    WebSocket::from_raw_socket(stream, role, Some(config))
}

/// What tungstenite makes of the bytes.
fn theirs(limit: usize, bytes: &[u8]) -> Vec<Outcome> {
    let mut socket = socket(Role::Server, limit, bytes);
    let mut outcomes = Vec::new();
    loop {
        let outcome = match socket.read() {
            Ok(tungstenite::Message::Text(text)) => Outcome::Text(text.as_bytes().to_vec()),
            Ok(tungstenite::Message::Binary(_)) => Outcome::Binary,
            Ok(tungstenite::Message::Ping(payload)) => Outcome::Ping(payload.to_vec()),
            Ok(tungstenite::Message::Pong(_)) => Outcome::Pong,
            // So it tells of a code that is none.
            Ok(tungstenite::Message::Close(Some(CloseFrame { reason, .. })))
                if reason.as_str() == "Protocol violation" =>
            {
                Outcome::Fault(1002)
            }
            Ok(tungstenite::Message::Close(frame)) => {
                Outcome::Close(frame.map(|frame| frame.code.into()))
            }
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return outcomes,
            Err(Error::Capacity(_)) => Outcome::Fault(1009),
            Err(Error::Utf8(_)) => Outcome::Fault(1007),
            Err(Error::Protocol(_)) => Outcome::Fault(1002),
            other => panic!("what is this: {other:?}"),
        };
        let is_last = outcome.is_last();
        outcomes.push(outcome);
        if is_last {
            return outcomes;
        }
    }
}

const LIMIT: usize = 300;

/// Text whole or broken, and bytes.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let text = "[a-z\u{80}-\u{2ff}\u{d7ff}\u{e000}\u{1d11e}\u{10ffff}]{0,12}";
    let text = text.prop_map(String::into_bytes);
    let cut = (text.clone(), 0..12_usize).prop_map(|(mut text, at)| {
        text.truncate(at);
        text
    });
    let rest =
        (text.clone(), 0..4_usize).prop_map(|(text, at)| text[at.min(text.len())..].to_vec());
    let long =
        (120..140_usize, "[a-z\u{e9}]").prop_map(|(len, char)| char.repeat(len).into_bytes());
    prop_oneof![
        6 => text,
        3 => cut,
        3 => rest,
        1 => long,
        1 => prop::collection::vec(any::<u8>(), 0..8),
        1 => (280..320_usize).prop_map(|len| vec![b'x'; len]),
    ]
}

fn closes() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![
        3 => Just(1000_u16),
        3 => 995..1020_u16,
        1 => prop::sample::select(vec![0, 2999, 3000, 4999, 5000, 65535]),
        1 => any::<u16>(),
    ];
    let payload = (code, payloads()).prop_map(|(code, reason)| {
        let mut payload = code.to_be_bytes().to_vec();
        payload.extend(reason);
        payload
    });
    prop_oneof![8 => payload, 1 => Just(Vec::new()), 1 => Just(vec![3])]
}

fn frames() -> impl Strategy<Value = ClientFrame> {
    let opcode = prop_oneof![
        12 => Just(CONTINUATION),
        8 => Just(TEXT),
        3 => Just(BINARY),
        4 => Just(PING),
        2 => Just(PONG),
        1 => Just(CLOSE),
        1 => 0..16_u8,
    ];
    let payload = opcode.prop_flat_map(|opcode| {
        let payload = match opcode {
            CLOSE => closes().boxed(),
            _ => payloads().boxed(),
        };
        (Just(opcode), payload)
    });
    let rsv = prop_oneof![60 => Just(0_u8), 1 => 0..8_u8];
    let mask = prop_oneof![60 => any::<[u8; 4]>().prop_map(Some), 1 => Just(None)];
    let wide = prop_oneof![8 => Just(0_usize), 1 => Just(2), 1 => Just(8)];
    let says = prop_oneof![
        60 => Just(None),
        1 => prop::sample::select(vec![301, 1 << 62, 1 << 63, u64::MAX]).prop_map(Some),
    ];
    (payload, any::<bool>(), rsv, mask, wide, says).prop_map(
        |((opcode, payload), fin, rsv, mask, wide, says)| ClientFrame {
            // Control frames in parts are rare, that others are seen as well.
            fin: fin || (opcode >= CLOSE && payload.len() % 16 != 1),
            rsv,
            opcode,
            mask,
            says,
            wide,
            payload,
        },
    )
}

/// Frames of which the first ones stand in the order that they may stand in, more often than by chance.
fn streams() -> impl Strategy<Value = Vec<ClientFrame>> {
    let ordered = prop::collection::vec(frames(), 0..10).prop_map(|mut frames| {
        let mut is_open = false;
        for frame in frames.iter_mut().filter(|frame| frame.opcode <= BINARY) {
            match (is_open, frame.opcode) {
                (true, _) => frame.opcode = CONTINUATION,
                (false, CONTINUATION) => frame.opcode = TEXT,
                _ => {}
            }
            is_open = !frame.fin;
        }
        frames
    });
    prop_oneof![4 => ordered, 1 => prop::collection::vec(frames(), 0..6)]
}

/// Where we say something else than tungstenite, on purpose.
///
/// - A length beyond the limit: tungstenite says 1009 before it looks at the rest of the header; we say
///   1002 where the frame may not come at all.
/// - A close of which code and reason are both wrong: tungstenite looks at the reason first.
/// - Code 1014, which was registered after the RFC: tungstenite refuses it, we take it.
fn is_ours_alone(frames: &[ClientFrame], ours: &Outcome, theirs: &Outcome) -> bool {
    match (ours, theirs) {
        (Outcome::Fault(1002), Outcome::Fault(1009)) => {
            frames.iter().any(|frame| frame.len() > LIMIT as u64)
        }
        (Outcome::Fault(1002), Outcome::Fault(1007)) => frames.iter().any(|frame| {
            frame.opcode == CLOSE
                && matches!(&frame.payload[..], [_, _, reason @ ..]
                    if std::str::from_utf8(reason).is_err())
        }),
        (Outcome::Close(Some(1014)), Outcome::Fault(1002)) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_500,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn tungstenite_makes_the_same_of_the_same_bytes(frames in streams(), left_out in 0..400_usize) {
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| frame.write(&mut bytes));
        let is_whole = left_out >= bytes.len() && frames.iter().all(|frame| frame.says.is_none());
        if !is_whole {
            bytes.truncate(bytes.len().saturating_sub(left_out));
        }
        let (ours, theirs) = (outcomes(LIMIT, &bytes), theirs(LIMIT, &bytes));
        let same = ours.iter().zip(&theirs).take_while(|(ours, theirs)| ours == theirs).count();
        match (&ours[same..], &theirs[same..]) {
            ([], []) => {}
            // tungstenite looks at a frame when all of it is here, we at each byte as it comes.
            ([Outcome::Fault(_)], []) => prop_assert!(!is_whole, "{ours:?} {theirs:?}"),
            ([mine], [other]) => prop_assert!(is_ours_alone(&frames, mine, other), "{ours:?} {theirs:?}"),
            _ => prop_assert!(false, "{ours:?} {theirs:?}"),
        }
    }

    #[test]
    fn what_is_heard_of_a_beginning_is_the_beginning_of_what_is_heard(frames in streams()) {
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| frame.write(&mut bytes));
        let all = ours(LIMIT, [&bytes[..]]);
        for end in cuts(bytes.len()) {
            prop_assert!(all.starts_with(&ours(LIMIT, [&bytes[..end]])));
        }
    }

    #[test]
    fn parts_are_counted_and_the_close_found_beside_another_decoder(
        frames in streams(),
        piece in 1..40_usize,
    ) {
        let mut bytes = Vec::new();
        frames.iter().for_each(|frame| frame.write(&mut bytes));
        let (mut decoder, mut parts) = (Decoder::new(LIMIT), Parts::new());
        let mut shown = 0;
        for mut piece in bytes.chunks(piece) {
            if let Some(at) = parts.look(piece) {
                // Who has read nothing before it reads it alike.
                let (before, behind) = bytes.split_at(shown + at);
                let mut parted = ours(LIMIT, [before]);
                if !matches!(parted.last(), Some(Outcome::Fault(_))) {
                    parted.extend(ours(0, [behind]).into_iter().take(1));
                }
                prop_assert_eq!(parted, ours(LIMIT, [&bytes[..]]));
                return Ok(());
            }
            shown += piece.len();
            loop {
                match decoder.next(&mut piece) {
                    Ok(Some(Message::Close(_))) => prop_assert!(false, "a close is found"),
                    Err(_) => return Ok(()),
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                }
            }
            prop_assert_eq!(parts.take(), decoder.take_parts());
        }
    }

    #[test]
    fn bytes_of_any_kind_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        outcomes(LIMIT, &bytes);
    }
}

// What we send.

/// The messages that tungstenite reads as a client.
fn read_back(bytes: &[u8]) -> Vec<tungstenite::Message> {
    let mut socket = socket(Role::Client, 1 << 20, bytes);
    let mut messages = Vec::new();
    loop {
        match socket.read() {
            Ok(message) => messages.push(message),
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return messages,
            Err(Error::ConnectionClosed) => return messages,
            other => panic!("what is this: {other:?}"),
        }
    }
}

#[test]
fn a_client_reads_our_texts_of_every_length_back() {
    for len in [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537] {
        let text = "x".repeat(len);
        let (header, size) = text_header(len);
        let frame = [&header[HEADER - size..], text.as_bytes()].concat();
        assert_eq!(
            read_back(&frame),
            [tungstenite::Message::text(text)],
            "{len}"
        );
    }
}

#[test]
fn a_client_reads_our_control_frames_back() {
    let payload = vec![0xFE; 125];
    let frames = [ping(), pong(b""), pong(b"Hello"), pong(&payload)].concat();
    let expected = [
        tungstenite::Message::Ping(Bytes::new()),
        tungstenite::Message::Pong(Bytes::new()),
        tungstenite::Message::Pong(Bytes::from_static(b"Hello")),
        tungstenite::Message::Pong(payload.into()),
    ];
    assert_eq!(read_back(&frames), expected);
    assert!(is_pong(&pong(b"")) && !is_pong(&ping()));
}

#[test]
fn a_client_reads_our_closes_back() {
    #[track_caller]
    fn check(frame: &Bytes, expected: Option<(u16, &str)>) {
        assert!(frame.len() <= 2 + CONTROL);
        let expected = expected.map(|(code, reason)| CloseFrame {
            code: code.into(),
            reason: reason.into(),
        });
        assert_eq!(read_back(frame), [tungstenite::Message::Close(expected)]);
    }
    check(&close(&Close::NORMAL), Some((1000, "")));
    check(&close(&Close::SLOW_CONSUMER), Some((4008, "slow consumer")));
    check(&close(&Close::answering(None)), None);
    check(&close(&Close::answering(Some(4999))), Some((4999, "")));
    // A reason that is too long is cut between two characters.
    let long = Close {
        code: 4000,
        reason: "é".repeat(100).into(),
    };
    check(&close(&long), Some((4000, &"é".repeat(61))));
}
