//! Legacy paths that the code of a package refers to, and the files that must say so.

use super::{DependencyKind, FileId, Led, Package, Project, RustNeed, RustOutline};

impl Project {
    /// Takes legacy paths that files refer to by other paths.
    pub fn add_rust_needs(&mut self, needs: impl IntoIterator<Item = (FileId, Led)>) {
        for (file, led) in needs {
            let rust = &mut self.outlines.entry(file).or_default().rust;
            rust.led.push(led);
        }
    }

    /// The legacy paths that files of a package refer to, each with the file.
    pub fn rust_needs(&self, package: &Package) -> Vec<RustNeed<'_>> {
        let mut needs = Vec::new();
        for (&file, outline) in &self.outlines {
            if !outline.rust.has_needs() {
                continue;
            }
            let RustOutline {
                needs: code,
                doc_needs: docs,
                led,
                ..
            } = &outline.rust;
            if self
                .rust_user(file)
                .is_some_and(|own| own.dir == package.dir)
            {
                let written = code.iter().map(|path| (path, false));
                let written = written.chain(docs.iter().map(|path| (path, true)));
                needs.extend(written.map(|(path, in_docs)| RustNeed {
                    file,
                    path,
                    in_docs,
                    led: None,
                }));
                needs.extend(led.iter().map(|led| RustNeed {
                    file,
                    path: &led.path,
                    in_docs: false,
                    led: Some(led),
                }));
            }
        }
        needs.sort();
        needs
    }

    /// The `Cargo.toml` files of packages in which a file refers to a legacy path, and of the workspaces
    /// that give these something, and the roots of their crates where those must declare other crates.
    pub fn manifests_in_need(&self) -> Vec<FileId> {
        let files = self.outlines.iter().filter(|(_, it)| it.rust.has_needs());
        let packages = files.filter_map(|(&file, _)| self.rust_user(file));
        let mut manifests: Vec<FileId> = Vec::new();
        for package in packages {
            let workspace = Some(&package.workspace).filter(|_| !package.shared.is_empty());
            let folders = std::iter::once(&package.dir).chain(workspace);
            manifests.extend(folders.filter_map(|dir| self.id(&dir.join("Cargo.toml"))));
            if package.edition < 2018 {
                let roots = ["src/lib.rs", "src/main.rs"];
                manifests.extend(
                    roots
                        .iter()
                        .filter_map(|root| self.id(&package.dir.join(root))),
                );
            }
        }
        manifests.sort_unstable();
        manifests.dedup();
        manifests
    }
}

impl Package {
    /// Whether its library is `library`, and may be made of another crate: nothing that a dependency of
    /// tests alone could be, since that may depend on the library itself.
    pub fn is_made_of(&self, library: &str, other: &str) -> bool {
        let mut dependencies = self.dependencies.iter();
        self.lib.as_deref() == Some(library)
            && library != other
            && dependencies.any(|it| it.library == other && it.kind != DependencyKind::Dev)
    }
}
