//! Versions, as the packages of each language compare them.

use std::cmp::Ordering;
use std::str::FromStr as _;

/// How versions are written and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// PEP 440: packages of Python.
    Pep440,
    /// Semantic versioning: packages of Rust.
    Semver,
}

impl Scheme {
    /// Whether `text` is a version.
    pub fn reads(self, text: &str) -> bool {
        self.compare(text, text).is_some()
    }

    /// How two versions compare; `None` where one of them is none. A pre-release comes before its
    /// release, and what is said of the build counts only where the scheme lets it.
    pub fn compare(self, left: &str, right: &str) -> Option<Ordering> {
        match self {
            Self::Pep440 => {
                let version = |text| pep440_rs::Version::from_str(text).ok();
                Some(version(left)?.cmp(&version(right)?))
            }
            Self::Semver => Some(semver(left)?.cmp_precedence(&semver(right)?)),
        }
    }
}

/// How what is asked for of a crate goes with a version that is needed, `1.2` of `"1"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// All that it may be given has what that version has.
    Enough,
    /// It may be given an older one, and the needed version can stand in its place.
    Less,
    /// It may be given an older one, and says more than one version.
    Perhaps,
    /// It is given another one.
    Other,
}

/// How a requirement of Cargo goes with the version that is needed.
pub fn asked(requirement: &str, needed: &str) -> Asked {
    let bare = requirement.trim().trim_start_matches('^').trim_start();
    let read = semver::VersionReq::parse(requirement)
        .ok()
        .zip(semver(needed));
    let Some((read, version)) = read else {
        return if requirement.trim() == needed {
            Asked::Enough
        } else {
            Asked::Other
        };
    };
    // A version alone is what Cargo calls a caret.
    let caret = semver(bare).filter(|_| bare.starts_with(|c: char| c.is_ascii_digit()));
    let needed = semver::VersionReq::parse(needed).ok();
    match caret {
        Some(caret) if needed.is_some_and(|it| it.matches(&caret)) => Asked::Enough,
        Some(_) if read.matches(&version) => Asked::Less,
        None if read.matches(&version) => Asked::Perhaps,
        _ => Asked::Other,
    }
}

/// A semantic version. The shorter form of a requirement and the pre-releases of PEP 440 are read
/// as well, since one manifest can speak for packages of both languages: `0.2` and `0.2.0rc1`.
fn semver(text: &str) -> Option<semver::Version> {
    if let Ok(version) = semver::Version::parse(text) {
        return Some(version);
    }
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let end = text.find(|c| !is_number(c)).unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    let mut parts: Vec<&str> = numbers.split('.').collect();
    if parts.len() > 3 {
        return None;
    }
    parts.resize(3, "0");
    let pre = match rest.starts_with(['-', '+']) || rest.is_empty() {
        true => rest.to_owned(),
        false => {
            let digits = rest.find(|c: char| c.is_ascii_digit())?;
            let (stage, number) = rest.split_at(digits);
            let stage = match stage {
                "a" => "alpha",
                "b" => "beta",
                "rc" => "rc",
                _ => return None,
            };
            format!("-{stage}.{number}")
        }
    };
    semver::Version::parse(&format!("{}{pre}", parts.join("."))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ascending` versions, each before the next.
    #[track_caller]
    fn check(scheme: Scheme, ascending: &[&str]) {
        for pair in ascending.windows(2) {
            let order = scheme.compare(pair[0], pair[1]);
            assert_eq!(order, Some(Ordering::Less), "{pair:?}");
        }
    }

    #[test]
    fn what_is_asked_for_goes_with_the_version_that_is_needed() {
        for (requirement, expected) in [
            ("1.2", Asked::Enough),
            ("^1.5.1", Asked::Enough),
            ("1", Asked::Less),
            ("^1", Asked::Less),
            (">=1, <3", Asked::Perhaps),
            ("0.9", Asked::Other),
            ("2", Asked::Other),
            ("=1.1.0", Asked::Other),
        ] {
            assert_eq!(asked(requirement, "1.2"), expected, "{requirement}");
        }
    }

    #[test]
    fn versions_of_python_compare_as_pep_440_has_it() {
        check(
            Scheme::Pep440,
            &[
                "1.0.dev1",
                "1.0a1",
                "1.0b2",
                "1.0rc1",
                "1.0",
                "1.0+local",
                "1.0.post1",
                "1.2",
                "1.10",
                "1!0.1",
            ],
        );
        assert_eq!(
            Scheme::Pep440.compare("0.2", "0.2.0"),
            Some(Ordering::Equal)
        );
        assert_eq!(
            Scheme::Pep440.compare("0.2.0-rc.1", "0.2rc1"),
            Some(Ordering::Equal)
        );
        assert!(!Scheme::Pep440.reads("soon") && !Scheme::Pep440.reads("1.0-nightly.x"));
    }

    #[test]
    fn versions_of_rust_compare_as_semver_has_it() {
        check(
            Scheme::Semver,
            &[
                "0.2.0-alpha.1",
                "0.2.0-alpha.10",
                "0.2.0-beta",
                "0.2.0-rc.1",
                "0.2.0",
                "0.2.1",
                "0.10.0",
            ],
        );
        // What is said of the build says nothing of the order.
        assert_eq!(
            Scheme::Semver.compare("0.2.0+a", "0.2.0+b"),
            Some(Ordering::Equal)
        );
        assert!(!Scheme::Semver.reads("soon") && !Scheme::Semver.reads("1.2.3.4"));
    }

    #[test]
    fn a_version_that_both_languages_share_is_written_as_either_has_it() {
        for (one, other) in [
            ("0.2", "0.2.0"),
            ("1", "1.0.0"),
            ("0.2.0rc1", "0.2.0-rc.1"),
            ("0.2b3", "0.2.0-beta.3"),
        ] {
            assert_eq!(
                Scheme::Semver.compare(one, other),
                Some(Ordering::Equal),
                "{one}"
            );
        }
        check(Scheme::Semver, &["0.2.0a1", "0.2.0rc1", "0.2"]);
    }
}
