"""The way of everybody whose dependency moves its paths: warned, migrated, clean, and clean without the shims."""

from collections.abc import Callable
from pathlib import Path

from commands import check, read, run


class Downstream:
    """A package whose paths moved, and a user of it who names each legacy path in every form."""

    #: Each form with the number of warnings that the shims give for it, as they document them.
    forms: dict[str, tuple[int, str]]
    #: The file of a form, as warnings name it.
    file: str
    #: A word of each of those warnings.
    says: str

    def __init__(self, rehome: Path, place: Path, user: Path) -> None:
        self.rehome = rehome
        self.place = place
        self.user = user

    def warnings(self) -> dict[str, list[str]]:
        """What each file of the user is warned of, each thing once."""
        raise NotImplementedError

    def is_clean(self, when: str) -> None:
        """The user's code works, and nobody has a word to say about it."""
        raise NotImplementedError

    def lose_the_shims(self) -> None:
        """The next version of the package, which has no legacy path any more."""
        raise NotImplementedError

    def moves(self, *words: str, expect: int | None = 0) -> str:
        """What `rehome` says in the user's folder."""
        return self.rehome_in(self.user, *words, expect=expect)

    def rehome_in(self, folder: Path, *words: object, expect: int | None = 0, **variables: str) -> str:
        done = run([self.rehome, *words], folder, expect, **variables)
        return done.stdout + done.stderr

    def warns_as_documented(self) -> None:
        warnings = self.warnings()
        for name, (expected, _) in self.forms.items():
            said = warnings.pop(self.file.format(name), [])
            check(len(said) == expected, f"{name} warns {len(said)} times, not {expected}: {said}")
            check(all(self.says in one for one in said), f"{name} warns of something else: {said}")
        check(not warnings, f"others warn: {warnings}")


def travel(
    user: Downstream,
    *source: str,
    told: tuple[str, ...] = (),
    by_hand: Callable[[str], None] | None = None,
) -> None:
    """Migrates by what these options say moves; `by_hand` does what `apply` says that it leaves."""
    user.warns_as_documented()
    before = read(user.place)
    said = user.moves("preview", *source, "-v")
    for words in told:
        check(words in said, said)
    user.moves("check", *source, expect=1)
    check(read(user.place) == before, "preview or check writes something")
    said = user.moves("apply", *source, "--allow-dirty", expect=1 if by_hand else 0)
    after = read(user.place)
    mine = str(user.user.relative_to(user.place))
    changed = [file for file in after | before if after.get(file) != before.get(file)]
    check(all(file.startswith(f"{mine}/") for file in changed), f"apply changes {changed}")
    if by_hand:
        by_hand(said)
    user.is_clean("after apply")
    user.moves("check", *source)
    user.lose_the_shims()
    user.is_clean("without the shims")
    user.moves("check", *source)
