"""Options that belong together reach a command as one value under one name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

Command = TypeVar("Command", bound=Callable[..., Any])


def handed_as(name: str, make: Callable[..., object], *parameters: str) -> Callable[[Command], Command]:
    """A decorator: the command gets under `name` what `make` makes of those of its parameters that `make` has.

    `parameters` are their names where `make` does not list them itself. What `make` raises is the command's error.
    Stands below the options; a value of a decorator above it may be a parameter too.
    """
    own = parameters or tuple(inspect.signature(make).parameters)

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def with_one_value(**given: Any) -> object:  # noqa: ANN401  # Click's own values
            value = make(**{key: given.pop(key) for key in own})
            return command(**given, **{name: value})

        return cast("Command", with_one_value)

    return decorate
