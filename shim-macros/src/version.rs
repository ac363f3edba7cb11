//! Versions as semver 2.0 orders them.

use std::cmp::Ordering;

/// A whole version. Build metadata has no say in the order, and is not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    core: [u64; 3],
    pre: Vec<Identifier>,
}

/// A part of a pre-release. The order of the variants is semver's: numbers are the lower ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Word(String),
}

impl Version {
    /// From `1.2.3-rc.1+build`; nothing where it is not a whole version.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (text, build) = match text.split_once('+') {
            Some((text, build)) => (text, Some(build)),
            None => (text, None),
        };
        if build.is_some_and(|build| !build.split('.').all(is_word)) {
            return None;
        }
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, Some(pre)),
            None => (text, None),
        };
        let core: Vec<u64> = core.split('.').map(number).collect::<Option<_>>()?;
        let pre = pre.map_or(Some(Vec::new()), |pre| {
            pre.split('.').map(Identifier::parse).collect()
        })?;
        Some(Self {
            core: core.try_into().ok()?,
            pre,
        })
    }
}

impl Identifier {
    fn parse(text: &str) -> Option<Self> {
        if !is_word(text) {
            return None;
        }
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return number(text).map(Self::Number);
        }
        Some(Self::Word(text.to_owned()))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let core = self.core.cmp(&other.core);
        core.then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            // A pre-release comes before its release.
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => self.pre.cmp(&other.pre),
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn number(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    // `parse` alone would take `+1`.
    (is_plain && !has_leading_zero)
        .then(|| text.parse().ok())
        .flatten()
}

fn is_word(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_semver_says() {
        let ordered = [
            "0.0.9",
            "0.4.0-1",
            "0.4.0-2",
            "0.4.0-10",
            "0.4.0-alpha",
            "0.4.0-alpha.1",
            "0.4.0-alpha.beta",
            "0.4.0-beta.2",
            "0.4.0-beta.11",
            "0.4.0-rc.1",
            "0.4.0",
            "0.10.0",
            "1.0.0",
        ];
        let versions: Vec<_> = ordered.iter().map(|text| Version::parse(text)).collect();
        assert!(versions.iter().all(Option::is_some), "{versions:?}");
        for pair in versions.windows(2) {
            assert!(pair[0] < pair[1], "{pair:?}");
        }
    }

    #[test]
    fn build_metadata_has_no_say() {
        assert_eq!(Version::parse("1.2.3+a"), Version::parse("1.2.3+b.7"));
    }

    #[test]
    fn what_is_no_whole_version_is_refused() {
        let refused = [
            "",
            "1",
            "0.2",
            "0.2.0.1",
            "v1.2.3",
            "1.02.3",
            "1.2.+3",
            "1.2.3-",
            "1.2.3-a..b",
            "1.2.3-01",
            "1.2.3+",
            "1.2.x",
            " 1.2.3",
            "1.2.3-ä",
        ];
        for text in refused {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
