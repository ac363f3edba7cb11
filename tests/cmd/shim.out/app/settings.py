RETRIES = 2


# rehome shim: begin (generated from rehome.toml; do not edit) [3c1766d1f408fa0c]
import typing as _typing  # noqa: E402

if _typing.TYPE_CHECKING:
    from app.client import TIMEOUT as TIMEOUT
else:
    from app._moved import moved_names as _moved_names

    __getattr__ = _moved_names(
        "app.settings",
        names={
            "TIMEOUT": "app.client:TIMEOUT",
        },
        since="1.2",
    )
# rehome shim: end
