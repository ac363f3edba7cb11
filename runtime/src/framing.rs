//! The frames of RFC 6455, on the side of a server, without input and output.

use bytes::{Bytes, BytesMut};

use crate::close::Close;

/// The longest header of a frame that a server sends.
pub(crate) const HEADER: usize = 10;
/// The longest payload of a control frame: section 5.5.
const CONTROL: usize = 125;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;

/// Whether the payloads of binary messages are kept: for the echo alone, which is compiled by itself.
const KEEPS_BINARY: bool = cfg!(feature = "__echo");

/// What a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    /// It is UTF-8.
    Text(Bytes),
    /// Its payload is of no interest, and not kept: it is empty but for the echo.
    Binary(Bytes),
    Ping(Bytes),
    Pong,
    /// Its code, where it has one.
    Close(Option<u16>),
}

/// The bytes before a text of that length, at the end of the array, and how many they are.
pub(crate) fn text_header(len: usize) -> ([u8; HEADER], usize) {
    header(TEXT, len)
}

/// The frame of a binary message.
#[cfg(feature = "__echo")]
pub(crate) fn binary(payload: &[u8]) -> Bytes {
    let (header, size) = header(BINARY, payload.len());
    [&header[HEADER - size..], payload].concat().into()
}

fn header(opcode: u8, len: usize) -> ([u8; HEADER], usize) {
    let mut bytes = [0; HEADER];
    let size = match len {
        0..=125 => {
            bytes[HEADER - 1] = len as u8;
            2
        }
        126..=0xFFFF => {
            bytes[HEADER - 3] = 126;
            bytes[HEADER - 2..].copy_from_slice(&(len as u16).to_be_bytes());
            4
        }
        _ => {
            bytes[HEADER - 9] = 127;
            bytes[HEADER - 8..].copy_from_slice(&(len as u64).to_be_bytes());
            10
        }
    };
    bytes[HEADER - size] = FIN | opcode;
    (bytes, size)
}

/// A whole control frame; what is too long for one is cut.
fn control(opcode: u8, payload: &[u8]) -> Bytes {
    let payload = &payload[..payload.len().min(CONTROL)];
    let (header, size) = header(opcode, payload.len());
    let mut frame = BytesMut::with_capacity(size + payload.len());
    frame.extend_from_slice(&header[HEADER - size..]);
    frame.extend_from_slice(payload);
    frame.freeze()
}

/// A ping without a payload.
pub(crate) fn ping() -> Bytes {
    Bytes::from_static(&[FIN | PING, 0])
}

/// The answer to a ping.
pub(crate) fn pong(payload: &[u8]) -> Bytes {
    control(PONG, payload)
}

/// Whether a frame is a pong.
pub(crate) fn is_pong(frame: &[u8]) -> bool {
    frame.first() == Some(&(FIN | PONG))
}

/// A close with its code and reason, where it has them.
pub(crate) fn close(close: &Close) -> Bytes {
    let Some((code, reason)) = close.said() else {
        return control(CLOSE, &[]);
    };
    let mut payload = code.to_be_bytes().to_vec();
    let end = reason.floor_char_boundary(CONTROL - payload.len());
    payload.extend_from_slice(&reason.as_bytes()[..end]);
    control(CLOSE, &payload)
}

/// Reads the frames of a client from bytes that come in whatever pieces.
///
/// It holds no memory between two frames, and within one not more than what has arrived of it.
#[derive(Debug)]
pub(crate) struct Decoder {
    /// The longest message.
    limit: usize,
    stage: Stage,
    /// The message whose fragments are arriving.
    message: Option<Assembling>,
    /// The payload of a control frame that is arriving.
    control: Vec<u8>,
    /// Parts of messages before their last ones that began since it was asked for them.
    parts: u32,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// So many bytes of a header are here.
    Header([u8; 14], usize),
    /// So many bytes of a payload are missing.
    Payload(Header, usize),
}

#[derive(Debug, Clone, Copy)]
struct Header {
    fin: bool,
    opcode: u8,
    /// Rotated so that its first byte is for the next one of the payload.
    mask: [u8; 4],
}

#[derive(Debug)]
struct Assembling {
    is_text: bool,
    len: usize,
    payload: Vec<u8>,
    /// So much of it is known to be UTF-8.
    checked: usize,
}

impl Decoder {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            stage: Stage::Header([0; 14], 0),
            message: None,
            control: Vec::new(),
            parts: 0,
        }
    }

    /// How many parts of messages before their last ones began since it was asked before.
    pub(crate) fn take_parts(&mut self) -> u32 {
        std::mem::take(&mut self.parts)
    }

    /// Takes bytes from the front, up to the end of a message. Without one it takes all of them.
    ///
    /// After a fault it is not to be asked again.
    pub(crate) fn next(&mut self, input: &mut &[u8]) -> Result<Option<Message>, Close> {
        loop {
            match &mut self.stage {
                Stage::Header(bytes, have) => {
                    let Some(needed) = take_header(bytes, have, input)? else {
                        return Ok(None);
                    };
                    let (header, len) = parse_header(&bytes[..needed]);
                    self.begin(header, len)?;
                    self.stage = Stage::Payload(header, len);
                }
                Stage::Payload(header, missing) => {
                    let here = (*missing).min(input.len());
                    let (piece, rest) = input.split_at(here);
                    *input = rest;
                    *missing -= here;
                    let (mut now, is_whole) = (*header, *missing == 0);
                    header.mask.rotate_left(here % 4);
                    if is_whole {
                        self.stage = Stage::Header([0; 14], 0);
                    }
                    self.payload(&mut now, piece)?;
                    if !is_whole {
                        return Ok(None);
                    }
                    if let Some(message) = self.finish(now)? {
                        return Ok(Some(message));
                    }
                }
            }
        }
    }

    /// A frame begins: whether it may, here.
    fn begin(&mut self, header: Header, len: usize) -> Result<(), Close> {
        match header.opcode {
            CLOSE | PING | PONG => {
                if !header.fin || len > CONTROL {
                    return Err(Close::PROTOCOL);
                }
                return Ok(());
            }
            CONTINUATION if self.message.is_none() => return Err(Close::PROTOCOL),
            CONTINUATION => {}
            TEXT | BINARY if self.message.is_some() => return Err(Close::PROTOCOL),
            TEXT | BINARY => {
                self.message = Some(Assembling {
                    is_text: header.opcode == TEXT,
                    len: 0,
                    payload: Vec::new(),
                    checked: 0,
                });
            }
            _ => return Err(Close::PROTOCOL),
        }
        let message = self.message.as_mut().ok_or(Close::PROTOCOL)?;
        match message.len.checked_add(len) {
            Some(all) if all <= self.limit => {
                message.len = all;
                self.parts = self.parts.saturating_add(u32::from(!header.fin));
                Ok(())
            }
            _ => Err(Close::TOO_LARGE),
        }
    }

    /// A piece of a payload arrives.
    fn payload(&mut self, header: &mut Header, piece: &[u8]) -> Result<(), Close> {
        match (header.opcode, &mut self.message) {
            (CLOSE | PING | PONG, _) => unmask(piece, header.mask, &mut self.control),
            (_, Some(message)) if message.is_text => {
                unmask(piece, header.mask, &mut message.payload);
                message.check()?;
            }
            (_, Some(message)) if KEEPS_BINARY => {
                unmask(piece, header.mask, &mut message.payload);
            }
            _ => {}
        }
        Ok(())
    }

    /// A frame is here: the message that it ends.
    fn finish(&mut self, header: Header) -> Result<Option<Message>, Close> {
        match header.opcode {
            PING => Ok(Some(Message::Ping(
                std::mem::take(&mut self.control).into(),
            ))),
            PONG => {
                self.control = Vec::new();
                Ok(Some(Message::Pong))
            }
            CLOSE => close_code(&std::mem::take(&mut self.control))
                .map(|code| Some(Message::Close(code))),
            _ if !header.fin => Ok(None),
            _ => match self.message.take() {
                Some(Assembling {
                    is_text: true,
                    payload,
                    checked,
                    ..
                }) => match checked == payload.len() {
                    true => Ok(Some(Message::Text(payload.into()))),
                    false => Err(Close::NOT_UTF8),
                },
                message => {
                    let payload = message.map(|message| message.payload);
                    Ok(Some(Message::Binary(payload.unwrap_or_default().into())))
                }
            },
        }
    }
}

impl Assembling {
    /// Whether what is here can become UTF-8; what is wrong is told at once.
    fn check(&mut self) -> Result<(), Close> {
        match std::str::from_utf8(&self.payload[self.checked..]) {
            Ok(_) => self.checked = self.payload.len(),
            Err(error) if error.error_len().is_some() => return Err(Close::NOT_UTF8),
            // A character of which the end is missing.
            Err(error) => self.checked += error.valid_up_to(),
        }
        Ok(())
    }
}

/// Counts the parts of messages before their last ones, in bytes that somebody else decodes, and
/// finds the close. Of bytes that are no frames it says nothing.
#[derive(Debug)]
pub(crate) struct Parts {
    stage: Stage,
    counted: u32,
}

impl Parts {
    pub(crate) fn new() -> Self {
        Self {
            stage: Stage::Header([0; 14], 0),
            counted: 0,
        }
    }

    /// These bytes come next. Where among them a close begins, if one does: what comes from there on
    /// is not to be shown.
    pub(crate) fn look(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut input = bytes;
        while let Some(first) = input.first() {
            match &mut self.stage {
                Stage::Header(_, 0) if first & 0x0F == CLOSE => {
                    return Some(bytes.len() - input.len());
                }
                Stage::Header(bytes, have) => match take_header(bytes, have, &mut input) {
                    Ok(Some(needed)) => {
                        let (header, len) = parse_header(&bytes[..needed]);
                        let is_part =
                            !header.fin && matches!(header.opcode, CONTINUATION | TEXT | BINARY);
                        self.counted = self.counted.saturating_add(u32::from(is_part));
                        self.stage = Stage::Payload(header, len);
                    }
                    Ok(None) | Err(_) => return None,
                },
                Stage::Payload(_, missing) => {
                    let here = (*missing).min(input.len());
                    input = &input[here..];
                    *missing -= here;
                    if *missing == 0 {
                        self.stage = Stage::Header([0; 14], 0);
                    }
                }
            }
        }
        None
    }

    /// How many began since it was asked before.
    pub(crate) fn take(&mut self) -> u32 {
        std::mem::take(&mut self.counted)
    }
}

/// Completes a header. Its length, once it is all here.
fn take_header(
    bytes: &mut [u8; 14],
    have: &mut usize,
    input: &mut &[u8],
) -> Result<Option<usize>, Close> {
    loop {
        let needed = match *have {
            0 | 1 => 2,
            _ => {
                if bytes[0] & RESERVED != 0 || bytes[1] & MASKED == 0 {
                    return Err(Close::PROTOCOL);
                }
                match bytes[1] & !MASKED {
                    126 => 8,
                    127 => 14,
                    _ => 6,
                }
            }
        };
        if *have >= 2 && *have == needed {
            // The most significant bit of a length is 0: section 5.2.
            let is_too_long = needed == 14 && bytes[2] & 0x80 != 0;
            return if is_too_long {
                Err(Close::PROTOCOL)
            } else {
                Ok(Some(needed))
            };
        }
        let here = (needed - *have).min(input.len());
        if here == 0 {
            return Ok(None);
        }
        let (piece, rest) = input.split_at(here);
        bytes[*have..*have + here].copy_from_slice(piece);
        *have += here;
        *input = rest;
    }
}

/// A header that is all here, and the length of its payload.
fn parse_header(bytes: &[u8]) -> (Header, usize) {
    let (start, mask) = bytes.split_at(bytes.len() - 4);
    let len = match start.len() {
        2 => u64::from(start[1] & !MASKED),
        _ => start[2..]
            .iter()
            .fold(0, |len, byte| len << 8 | u64::from(*byte)),
    };
    let header = Header {
        fin: bytes[0] & FIN != 0,
        opcode: bytes[0] & 0x0F,
        mask: [mask[0], mask[1], mask[2], mask[3]],
    };
    (header, usize::try_from(len).unwrap_or(usize::MAX))
}

/// Adds a piece without its mask.
fn unmask(piece: &[u8], mask: [u8; 4], out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(piece);
    let wide = u64::from_ne_bytes([mask, mask].concat().try_into().unwrap_or_default());
    let (chunks, rest) = out[start..].as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// The code of a close: sections 5.5.1 and 7.4.
fn close_code(payload: &[u8]) -> Result<Option<u16>, Close> {
    let (code, reason) = match payload {
        [] => return Ok(None),
        [_] => return Err(Close::PROTOCOL),
        [high, low, reason @ ..] => (u16::from_be_bytes([*high, *low]), reason),
    };
    let is_one = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
    if !is_one {
        return Err(Close::PROTOCOL);
    }
    match std::str::from_utf8(reason) {
        Ok(_) => Ok(Some(code)),
        Err(_) => Err(Close::NOT_UTF8),
    }
}

#[cfg(test)]
mod tests;
