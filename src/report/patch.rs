//! One patch of all files, that `git apply` accepts: the bytes of the files, without highlights.

use std::io;
use std::path::{Path, PathBuf};

use super::diff::{Version, patch_hunks};
use crate::edit::Edit;
use crate::rewrite::Run;

/// The patch of a run; names are relative to `base`.
///
/// # Errors
/// A file cannot be read again.
pub fn patch(run: &Run, base: &Path) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for outcome in &run.outcomes {
        if !outcome.changes() {
            continue;
        }
        let source = &*outcome.file.open()?;
        let Some(text) = outcome.after(source) else {
            continue;
        };
        let (Some(before), Some(after)) = (source.encode(source.text()), source.encode(&text))
        else {
            continue; // such a file was held before it came here
        };
        let path = std::path::absolute(&source.path).unwrap_or_else(|_| source.path.clone());
        let path = match path.strip_prefix(base) {
            Ok(below) => below.to_owned(),
            Err(_) => path.components().skip(1).collect::<PathBuf>(),
        };
        let (a, b) = (quoted("a/", &path), quoted("b/", &path));
        // A tab ends a name with blanks in it where a date may follow; git takes it off.
        let end: &[u8] = match a.contains(&b' ') && !a.starts_with(b"\"") {
            true => b"\t\n",
            false => b"\n",
        };
        let parts: [&[u8]; 10] = [
            b"diff --git ",
            &a,
            b" ",
            &b,
            b"\n--- ",
            &a,
            end,
            b"+++ ",
            &b,
            end,
        ];
        out.extend(parts.concat());
        let before = Version {
            text: source.text(),
            bytes: &before,
        };
        let after = Version {
            text: &text,
            bytes: &after,
        };
        let edits: Vec<Edit> = outcome.edits.iter().collect();
        patch_hunks(&before, &after, &edits, &mut out);
    }
    Ok(out)
}

/// A name as git writes it: in quotes where it holds a byte that needs them.
fn quoted(prefix: &str, path: &Path) -> Vec<u8> {
    let mut name = prefix.as_bytes().to_vec();
    name.extend_from_slice(path.as_os_str().as_encoded_bytes());
    let is_plain = |byte: &u8| (b' '..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\');
    if name.iter().all(is_plain) {
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
