//! Functions that take names as strings: data, and the one way to ask it.

/// The first argument is the dotted path of an object.
const OBJECT_PATH: &[&str] = &[
    "mock.patch",
    "mock.patch.dict",
    "mock.patch.multiple",
    "mock.patch.object",
    "mock.seal",
    "mocker.patch",
    "mocker.patch.dict",
    "mocker.patch.multiple",
    "mocker.spy",
    "mocker.stub",
    "class_mocker.patch",
    "module_mocker.patch",
    "package_mocker.patch",
    "session_mocker.patch",
    "monkeypatch.setattr",
    "monkeypatch.delattr",
    "monkeypatch.setitem",
    "monkeypatch.delitem",
    "patch",
    "patch.dict",
    "patch.multiple",
    "patch.object",
    "pkgutil.resolve_name",
    "resolve_name",
    "import_string",
    "import_object",
    "import_class",
    "locate",
    "pydoc.locate",
    "get_callable",
    "override_settings",
    "EntryPoint",
];

/// An argument is the path of a module.
const MODULE_PATH: &[&str] = &[
    "import_module",
    "__import__",
    "find_spec",
    "importlib.reload",
    "importorskip",
    "run_module",
    "find_loader",
    "get_loader",
    "get_data",
    "syspath_prepend",
    "files",
    "resources.path",
    "resources.open_text",
    "resources.open_binary",
    "resources.read_text",
    "resources.read_binary",
    "sys.modules",
    "sys.modules.get",
    "sys.modules.pop",
    "sys.modules.setdefault",
];

/// The result is the module that the first argument names.
const MODULE_GIVER: &[&str] = &[
    "import_module",
    "importorskip",
    "sys.modules",
    "sys.modules.get",
    "sys.modules.pop",
];

/// Strings here are loggers' names or patterns, which only look like paths.
const TEXT: &[&str] = &[
    "getLogger",
    "get_logger",
    "getChild",
    "re.compile",
    "re.search",
    "re.match",
    "re.fullmatch",
    "re.split",
    "re.findall",
    "re.finditer",
    "re.sub",
    "re.subn",
];

/// The first argument is an object, the second the name of one of its attributes.
const ATTRIBUTE_NAME: &[&str] = &[
    "getattr",
    "hasattr",
    "setattr",
    "delattr",
    "patch.object",
    "mocker.spy",
    "monkeypatch.setattr",
    "monkeypatch.delattr",
];

/// Keywords are names of attributes of the first argument.
const ATTRIBUTE_KEYWORDS: &[&str] = &["patch.multiple"];

/// All names of the first argument are given, by their text.
const NAME_LISTER: &[&str] = &["vars", "dir", "inspect.getmembers", "getmembers"];

/// Keywords are keys of a dictionary.
const DICTIONARY: &[&str] = &["dict", "update"];

/// Whether the first argument of `callee` is the dotted path of an object.
pub(super) fn takes_object_path(callee: &str, more: &[String]) -> bool {
    is_one_of(callee, OBJECT_PATH) || more.iter().any(|name| ends_with(callee, name))
}

/// Whether `callee` takes the path of a module.
pub(super) fn takes_module_path(callee: &str) -> bool {
    is_one_of(callee, MODULE_PATH)
}

/// Whether `callee` gives the module that its first argument names.
pub(super) fn gives_module(callee: &str) -> bool {
    is_one_of(callee, MODULE_GIVER)
}

/// Whether a keyword of `patch.multiple` is one of its own, and no name of the target.
pub(super) fn is_option_of_patch(keyword: &str) -> bool {
    matches!(
        keyword,
        "target" | "spec" | "create" | "spec_set" | "autospec" | "new_callable"
    )
}

/// Whether `callee` takes strings that only look like paths.
pub(super) fn takes_text(callee: &str) -> bool {
    is_one_of(callee, TEXT)
}

/// Whether the second argument of `callee` names an attribute of the first.
pub(super) fn takes_attribute_name(callee: &str) -> bool {
    is_one_of(callee, ATTRIBUTE_NAME)
}

/// Whether the keywords of `callee` name attributes of its first argument.
pub(super) fn takes_attribute_keywords(callee: &str) -> bool {
    is_one_of(callee, ATTRIBUTE_KEYWORDS)
}

/// Whether `callee` gives the names of its first argument by their text.
pub(super) fn lists_names(callee: &str) -> bool {
    is_one_of(callee, NAME_LISTER)
}

/// Whether the keywords of `callee` are keys of a dictionary.
pub(super) fn takes_dictionary(callee: &str) -> bool {
    is_one_of(callee, DICTIONARY)
}

fn is_one_of(callee: &str, names: &[&str]) -> bool {
    names.iter().any(|name| ends_with(callee, name))
}

/// Whether `callee` is `name`, or ends with it behind a dot: `self.mocker.patch`, `mock.patch`.
fn ends_with(callee: &str, name: &str) -> bool {
    callee
        .strip_suffix(name)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The name of a function of `typing` that takes types as strings.
pub(super) fn typing_function(callee: &str) -> Option<&str> {
    let (module, name) = callee.rsplit_once('.')?;
    let is_typing = matches!(module, "typing" | "typing_extensions" | "mypy_extensions");
    let takes_types = matches!(
        name,
        "cast" | "ForwardRef" | "TypeVar" | "NewType" | "assert_type" | "TypedDict" | "NamedTuple"
    );
    (is_typing && takes_types).then_some(name)
}

/// Whether an argument of a function of `typing` is a type: by its place, or by its keyword.
pub(super) fn is_type_argument(
    function: Option<&str>,
    place: usize,
    keyword: Option<&str>,
) -> bool {
    match function {
        Some("cast") => place == 0 || keyword == Some("typ"),
        Some("ForwardRef") => place == 0 || keyword == Some("arg"),
        Some("TypeVar") => {
            (1..usize::MAX).contains(&place) || matches!(keyword, Some("bound" | "default"))
        }
        Some("NewType") => place == 1 || keyword == Some("tp"),
        Some("assert_type") => place == 1 || keyword == Some("typ"),
        _ => false,
    }
}

/// Generic types whose subscripts hold types, so that strings in them are annotations.
pub(super) const GENERIC: &[&str] = &[
    "Annotated",
    "AsyncContextManager",
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "Callable",
    "ChainMap",
    "ClassVar",
    "Collection",
    "Concatenate",
    "Container",
    "ContextManager",
    "Coroutine",
    "Counter",
    "DefaultDict",
    "Deque",
    "Dict",
    "Final",
    "FrozenSet",
    "Generator",
    "Generic",
    "InitVar",
    "Iterable",
    "Iterator",
    "List",
    "Mapping",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "NotRequired",
    "Optional",
    "OrderedDict",
    "Protocol",
    "ReadOnly",
    "Required",
    "Sequence",
    "Set",
    "Tuple",
    "Type",
    "TypeGuard",
    "TypeIs",
    "Union",
    "Unpack",
    "defaultdict",
    "deque",
    "dict",
    "frozenset",
    "list",
    "set",
    "tuple",
    "type",
];
