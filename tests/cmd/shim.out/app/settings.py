RETRIES = 2


# rehome shim: begin (generated from rehome.toml; do not edit) [e960b6414df91013]
import typing as _typing  # noqa: E402

if _typing.TYPE_CHECKING:
    import app.client

    TIMEOUT = app.client.TIMEOUT
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
