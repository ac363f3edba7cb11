//! How far a name goes, eight bytes at a time: names are most of what a program is.

/// Bytes of names, ASCII only.
pub(super) const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// A name, or a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) length: usize,
    /// Its first eight bytes, as far as it has so many; the first of them is the lowest.
    pub(super) start: u64,
}

impl Name {
    /// The name that `bytes` begin with.
    pub(super) fn at(bytes: &[u8]) -> Self {
        let Some(first) = bytes.first_chunk() else {
            return Self::of(&bytes[..within(bytes)]);
        };
        let first = u64::from_le_bytes(*first);
        let ends = others(first);
        if ends != 0 {
            let length = ends.trailing_zeros() / 8;
            return Self {
                length: length as usize,
                start: first & !(u64::MAX << (length * 8)),
            };
        }
        let mut length = 8;
        while let Some(more) = bytes[length..].first_chunk() {
            let ends = others(u64::from_le_bytes(*more));
            length += (ends.trailing_zeros() / 8) as usize;
            if ends != 0 {
                break;
            }
        }
        length += within(&bytes[length..]);
        Self {
            length,
            start: first,
        }
    }

    /// A name of which the bytes are known.
    pub(super) const fn of(name: &[u8]) -> Self {
        let mut start = 0;
        let mut at = 0;
        while at < name.len() && at < 8 {
            start |= (name[at] as u64) << (at * 8);
            at += 1;
        }
        Self {
            length: name.len(),
            start,
        }
    }
}

/// How many bytes of a name come first.
fn within(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|&byte| !NAME[byte as usize]);
    end.unwrap_or(bytes.len())
}

/// Of eight bytes those that are in no name, each marked by its highest bit.
const fn others(bytes: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    /// Bytes below 128 that are at least `least` and at most `most`.
    const fn between(bytes: u64, least: u8, most: u8) -> u64 {
        let above = (bytes | HIGH) - ONES * least as u64;
        let below = ((ONES * most as u64) | HIGH) - bytes;
        above & below & HIGH
    }
    let low = bytes & !HIGH;
    let names = between(low | (ONES << 5), b'a', b'z')
        | between(low, b'0', b'9')
        | between(low, b'_', b'_');
    (!names | bytes) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_told_apart_wherever_it_stands() {
        for byte in 0..=255 {
            for at in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[at] = byte;
                let other = others(u64::from_le_bytes(bytes)).to_le_bytes();
                assert_eq!(other[at] != 0, !NAME[byte as usize], "{byte} at {at}");
                assert!((0..8).all(|other_at| other_at == at || other[other_at] == 0));
            }
        }
    }

    #[test]
    fn a_name_ends_where_its_bytes_end() {
        for length in 0..40 {
            for behind in ["", " ", "(x)", "=1234567890", "\u{e9}abcdefgh"] {
                let name = &"abc_0123456789_ABCDEFGHIJKLMNOPQRSTUVWXYZ"[..length];
                let text = format!("{name}{behind}");
                assert_eq!(
                    Name::at(text.as_bytes()),
                    Name::of(name.as_bytes()),
                    "{text}"
                );
            }
        }
    }
}
