//! The matrix as data: kinds of items, forms of use, and how often each of them warns.

/// An item under a legacy path.
pub(crate) struct Kind {
    /// The legacy path in the defining crate, or in the stub crate.
    pub(crate) path: &'static str,
    /// What the note names.
    pub(crate) canonical: &'static str,
    pub(crate) technique: Technique,
    /// A program that uses it in every way; `@` is what it is called.
    pub(crate) body: &'static str,
    /// A program that needs it imported, without a name.
    pub(crate) unnamed: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Technique {
    /// `#[deprecated] pub use`, as the compiler has it.
    Bare,
    /// An import warns, and a mention does not.
    Decoy,
    /// An item of its own: whatever names it warns.
    Item,
}

/// A way to get at the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Use,
    Group,
    Rename,
    Unnamed,
    Glob,
    Path,
    /// `use lib::old; old::X`
    Module,
    /// `use lib::old::{self, X};`
    SelfAndName,
    /// `pub use lib::old::X;` in a crate between.
    Middle,
    /// `use between::X;`
    Through,
}

pub(crate) const FORMS: &[Form] = &[
    Form::Use,
    Form::Group,
    Form::Rename,
    Form::Unnamed,
    Form::Glob,
    Form::Path,
    Form::Module,
    Form::SelfAndName,
    Form::Middle,
    Form::Through,
];

impl Kind {
    /// What a glob names: the legacy module, or the crate.
    pub(crate) fn parent(&self) -> &'static str {
        let parent = self.path.rsplit("::").nth(1);
        parent.expect("a path has a crate")
    }

    /// What a warning of the parent says, where it is deprecated.
    pub(crate) fn parent_note(&self) -> &'static str {
        match self.parent() {
            "stub" => "moved to `defining`",
            // More names went to places of their own than a note lists.
            "old" => {
                "its items moved in 0.2.0, each to a place of its own; this path will be removed \
                 in 0.9.0"
            }
            "nested" => {
                "moved to `defining::canonical` in 0.2.0 (but `nested_connect` to \
                 `defining::canonical::connect`); this path will be removed in 0.9.0"
            }
            "older" => {
                "moved to `defining::canonical` in 0.3.0 (but `old_connect` to \
                 `defining::canonical::connect`, `OldNamed` to `defining::canonical::Named`, \
                 `OlderNamed` to `defining::canonical::Named`) (there were two of it)"
            }
            "first" | "second" => {
                "moved to `defining::canonical` in 0.2.0 (but `repeated` to \
                 `defining::canonical::connect`)"
            }
            parent => panic!("`{parent}` is not deprecated"),
        }
    }

    fn module(&self) -> Option<&'static str> {
        let (_, rest) = self.path.split_once("::").expect("a path has a crate");
        rest.rsplit_once("::").map(|(module, _)| module)
    }

    pub(crate) fn name(&self) -> &'static str {
        self.path.rsplit("::").next().expect("a path has a name")
    }

    /// `old::OldNamed` → `old_old_named` is a name of its own for a cell.
    pub(crate) fn key(&self) -> String {
        self.path
            .replace("::", "_")
            .replace("r#", "")
            .to_lowercase()
    }

    /// Whether the parent is deprecated as well.
    fn is_in_deprecated_parent(&self) -> bool {
        !matches!(self.parent(), "bare" | "defining" | "made" | "made_again")
    }

    /// How many warnings the compiler gives: of the parent, of the import, of each mention.
    pub(crate) fn warnings(&self, form: Form) -> Option<usize> {
        let mentions = match self.technique {
            Technique::Item => self.body.matches('@').count(),
            Technique::Decoy | Technique::Bare => 0,
        };
        let import = usize::from(self.technique != Technique::Bare);
        let parent = usize::from(self.is_in_deprecated_parent());
        Some(match form {
            Form::Use | Form::Group | Form::Rename | Form::Through => import + mentions,
            Form::Unnamed | Form::Middle => import,
            Form::Path => mentions,
            Form::Glob => parent + mentions,
            Form::Module if self.module().is_some() => parent + mentions,
            Form::SelfAndName if self.module().is_some() => parent + import + mentions,
            Form::Module | Form::SelfAndName => return None,
        })
    }
}

const NAMED: &str = "
pub fn make(x: defining::canonical::Named) -> @ {
    let y: @ = @ { a: x.a };
    match y {
        @ { a } => @ { a, ..Default::default() },
    }
}
pub trait Local {}
impl Local for @ {}
pub fn needs(_: impl Local) {}
pub fn same() {
    needs(defining::canonical::Named { a: 1 });
    let _ = core::any::TypeId::of::<@>();
    let _: fn() -> @ = defining::canonical::Named::default;
}";

const GENERIC: &str = "
pub static ITEMS: [u8; 4] = [1, 2, 3, 4];
pub fn make() -> @<'static, u8, 4> {
    let @ { items } = @ { items: &ITEMS };
    defining::canonical::Generic { items }
}";

const DEFAULTS: &str = "
pub static ITEMS: [u8; 4] = [1, 2, 3, 4];
pub fn make() -> @<'static> {
    let made: @<'static, u8> = @ { items: &ITEMS };
    made
}";

const STATE: &str = "
use @::{Closed, Open};
pub const START: @ = @::Open;
pub fn turn(x: defining::canonical::State) -> @ {
    match x {
        @::Open => Closed(1),
        @::Closed(_) => Open,
    }
}
pub mod all {
    use @::*;
    pub const END: defining::canonical::State = Closed(2);
}";

const SHUT: &str = "
pub const SHUT: defining::canonical::State = @(1);
pub fn number(x: defining::canonical::State) -> u32 {
    match x {
        @(n) => n,
        _ => 0,
    }
}";

const OPEN: &str = "
pub const OPEN: defining::canonical::State = @;
pub fn is_open(x: &defining::canonical::State) -> bool {
    match x {
        @ => true,
        _ => false,
    }
}";

const BITS: &str = "
pub const ONE: @ = @ { word: 1 };
pub fn same(x: defining::canonical::Bits) -> @ { x }";

const HANDLER: &str = "
pub struct Mine;
impl @ for Mine {
    fn handle(&self) -> u32 { 1 }
}
pub fn stat(x: &impl @) -> u32 { <_ as @>::twice(x) }
pub fn dynamic(x: &dyn @) -> u32 { @::handle(x) }
pub fn needs<T: defining::canonical::Handler + ?Sized>(_: &T) {}
pub fn same<T: @>(x: &T) { needs(x); needs(&Mine); }";

const HANDLER_IN_SCOPE: &str = "
pub struct Mine;
impl defining::canonical::Handler for Mine {
    fn handle(&self) -> u32 { 1 }
}
pub fn call() -> u32 { Mine.handle() + Mine.twice() }";

const PAYLOAD: &str = "
pub const EMPTY: @ = [0; 4];
pub fn same(x: [u8; 4]) -> @ { x }";

const ID: &str = "
pub const ONE: @ = @(1);
pub fn value(@(n): @) -> u32 { n }
pub fn is_one(id: &defining::canonical::Id) -> bool {
    match id {
        @(1) => true,
        @(_) => false,
    }
}
pub fn all() -> impl Iterator<Item = @> { [1, 2].iter().copied().map(@) }";

const MARKER: &str = "
pub const MARK: @ = @;
pub fn mark(@: @) -> bool {
    match MARK {
        @ => true,
    }
}";

const LIMIT: &str = "
pub const MORE: usize = @ + 1;
pub static ITEMS: [u8; @] = [0; @];
pub fn is_limit(n: usize) -> bool {
    match n {
        @ => true,
        _ => false,
    }
}";

const TOTAL: &str = "
pub fn total() -> &'static core::sync::atomic::AtomicUsize {
    @.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
    &@
}";

const CONNECT: &str = "
pub const MADE: u32 = @(1);
pub fn call() -> u32 {
    let call: fn(u32) -> u32 = @;
    call(1) + @(2)
}";

const FUNCTION: &str = "
pub fn call() -> u32 {
    let call: fn(u32) -> u32 = @;
    call(1) + @(2)
}";

const JOIN: &str = "
pub fn call() -> u32 { @(1_u8, (2, 3)) + @::<u32>(1, (2, 3)) }
pub fn shadows() -> bool { concat!(\"a\") == \"a\" }";

const SIZE: &str = "
pub fn call() -> usize { @::<u64, 2>() }";

const FIRST: &str = "
pub fn call<'a>(a: &'a str) -> &'a str { @(a, &String::new()) }";

const RUN: &str = "
pub fn call() -> Result<u32, ()> { @(|| Err(())) }";

const LATER: &str = "
pub async fn call() -> u32 { @(1).await }";

const SEND: &str = "
pub const SENT: u32 = @!(1);
pub fn call() -> u32 { @!(2) + @! { 3 } }";

const DEBUG: &str = "
#[derive(@)]
pub struct Mine;
pub fn needs(x: &dyn @) {}
pub fn call() { needs(&Mine) }";

const fn kind(
    path: &'static str,
    canonical: &'static str,
    technique: Technique,
    body: &'static str,
) -> Kind {
    Kind {
        path,
        canonical,
        technique,
        body,
        unnamed: "",
    }
}

use Technique::{Bare, Decoy, Item};

pub(crate) const KINDS: &[Kind] = &[
    // The first thing to know: the compiler's own way warns nobody.
    kind("defining::bare::BareNamed", "", Bare, NAMED),
    kind("defining::old::OldNamed", "Named", Decoy, NAMED),
    kind("defining::old::OldGeneric", "Generic", Decoy, GENERIC),
    kind("defining::old::OldState", "State", Decoy, STATE),
    kind("defining::old::CtorState", "State", Decoy, STATE),
    kind("defining::old::OldBits", "Bits", Decoy, BITS),
    Kind {
        unnamed: HANDLER_IN_SCOPE,
        ..kind("defining::old::OldHandler", "Handler", Decoy, HANDLER)
    },
    kind("defining::old::OldPayload", "Payload", Decoy, PAYLOAD),
    kind("defining::old::OldShut", "State::Closed", Decoy, SHUT),
    kind("defining::old::OldOpen", "State::Open", Decoy, OPEN),
    kind("defining::old::OldId", "Id", Decoy, ID),
    kind("defining::old::OldMarker", "Marker", Decoy, MARKER),
    kind("defining::old::OLD_LIMIT", "LIMIT", Decoy, LIMIT),
    kind("defining::old::OLD_TOTAL", "TOTAL", Decoy, TOTAL),
    kind("defining::old::old_connect", "connect", Decoy, CONNECT),
    kind("defining::old::r#loop", "r#match", Decoy, CONNECT),
    kind("defining::old::old_send", "ws_send", Decoy, SEND),
    kind("defining::old::c_payload", "Payload", Decoy, PAYLOAD),
    kind("defining::old::IO", "State", Decoy, STATE),
    kind("defining::old::Object_new", "connect", Decoy, CONNECT),
    kind("defining::old::Total", "TOTAL", Decoy, TOTAL),
    kind("defining::old::OldDebug", "Debug", Decoy, DEBUG),
    kind("defining::old::AliasNamed", "Named", Item, NAMED),
    kind("defining::old::AliasGeneric", "Generic", Item, GENERIC),
    kind("defining::old::AliasGeneric", "Generic", Item, DEFAULTS),
    kind("defining::old::open", "connect", Item, CONNECT),
    kind("defining::old::join", "join_all", Item, JOIN),
    kind("defining::old::old_size", "size", Item, SIZE),
    kind("defining::old::old_first", "first", Item, FIRST),
    kind("defining::old::old_run", "run", Item, RUN),
    kind("defining::old::old_later", "later", Item, LATER),
    kind(
        "defining::old::nested::nested_connect",
        "connect",
        Decoy,
        CONNECT,
    ),
    kind("defining::older::old_connect", "connect", Decoy, CONNECT),
    kind("defining::older::OlderNamed", "Named", Decoy, NAMED),
    kind("defining::RootState", "State", Decoy, STATE),
    kind("defining::root_connect", "connect", Decoy, CONNECT),
    kind("defining::RootNamed", "Named", Item, NAMED),
    Kind {
        unnamed: HANDLER_IN_SCOPE,
        ..kind("defining::AloneHandler", "Handler", Decoy, HANDLER)
    },
    kind("defining::AloneId", "Id", Decoy, ID),
    kind("defining::AloneMarker", "Marker", Decoy, MARKER),
    kind("defining::alone_open", "connect", Item, CONNECT),
    kind("defining::made::MadeNamed", "Named", Decoy, NAMED),
    kind("defining::made::made_connect", "connect", Decoy, CONNECT),
    kind("defining::made::made_open", "connect", Item, FUNCTION),
    kind("defining::made::made_fixed", "connect", Decoy, CONNECT),
    kind(
        "defining::made_again::made_fixed",
        "connect",
        Decoy,
        CONNECT,
    ),
    kind("defining::first::repeated", "connect", Decoy, CONNECT),
    kind("defining::second::repeated", "connect", Decoy, CONNECT),
    kind("stub::StubNamed", "Named", Decoy, NAMED),
    kind("stub::StubState", "State", Decoy, STATE),
    kind("stub::StubId", "Id", Decoy, ID),
    kind("stub::stub_connect", "connect", Decoy, CONNECT),
];
