//! One patch of all files, that `git apply` accepts: the bytes of the files, without highlights.

use std::path::{Path, PathBuf};

use super::diff::patch_hunks;
use crate::rewrite::Run;

/// The patch of a run; names are relative to `base`.
pub fn patch(run: &Run, base: &Path) -> Vec<u8> {
    let mut out = Vec::new();
    for outcome in &run.outcomes {
        let Some(after) = &outcome.after else {
            continue;
        };
        let source = &outcome.source;
        let (Some(before), Some(after)) = (source.encode(source.text()), source.encode(after))
        else {
            continue; // such a file was held before it came here
        };
        let path = std::path::absolute(&source.path).unwrap_or_else(|_| source.path.clone());
        let path = match path.strip_prefix(base) {
            Ok(below) => below.to_owned(),
            Err(_) => path.components().skip(1).collect::<PathBuf>(),
        };
        let (a, b) = (quoted("a/", &path), quoted("b/", &path));
        out.extend_from_slice(b"diff --git ");
        for part in [&a[..], b" ", &b, b"\n--- ", &a, b"\n+++ ", &b, b"\n"] {
            out.extend_from_slice(part);
        }
        patch_hunks(&before, &after, &mut out);
    }
    out
}

/// A name as git writes it: in quotes where it holds a byte that needs them.
fn quoted(prefix: &str, path: &Path) -> Vec<u8> {
    let mut name = prefix.as_bytes().to_vec();
    name.extend_from_slice(path.as_os_str().as_encoded_bytes());
    let is_plain = |byte: &u8| (b' '..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\');
    if name.iter().all(is_plain) {
        // A tab ends a name with blanks in it, for `patch`; git takes it off.
        if name.contains(&b' ') {
            name.push(b'\t');
        }
        return name;
    }
    let mut out = vec![b'"'];
    for byte in name {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            byte if is_plain(&byte) => out.push(byte),
            byte => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    out.push(b'"');
    out
}
