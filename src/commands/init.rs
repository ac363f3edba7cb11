//! `rehome init`: a commented manifest to start from.

use std::io::Write as _;

use anyhow::Context as _;

use super::{Advised, Exit, Output};
use crate::manifest::{FILE_NAME, TEMPLATE};

pub(super) fn run(output: &mut Output) -> anyhow::Result<Exit> {
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(FILE_NAME);
    let mut file = match file {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Advised::new(
                format!("there is a {FILE_NAME} here already"),
                "edit it, or move it away first",
            )
            .into());
        }
        Err(error) => return Err(error).with_context(|| format!("cannot write {FILE_NAME}")),
    };
    file.write_all(TEMPLATE.as_bytes())
        .with_context(|| format!("cannot write {FILE_NAME}"))?;
    output.write(|out, _| {
        writeln!(
            out,
            "wrote {FILE_NAME}; edit its moves, then run `rehome preview`"
        )
    })?;
    Ok(Exit::Done)
}
