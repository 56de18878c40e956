"""Holds a board against Grafana's own types. Decoding alone refuses next to nothing: an unknown key is dropped, and a
value of any type is taken. So what was decoded is encoded and compared, and each value is held against its
annotation."""

import enum
import json
import types
import typing

from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard


def problems(board):
    """What is wrong with a board, as its JSON reads."""
    plugins.register_default_plugins()
    try:
        decoded = dashboard.Dashboard.from_json(board)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [f"cannot be decoded: {error!r}"]
    found = differences(board, decoded, "board")
    for panel in board["panels"]:
        for override in panel.get("fieldConfig", {}).get("overrides", []):
            found += overridden(panel, override)
    return found


def differences(before, decoded, where):
    encoded = json.loads(JSONEncoder().encode(decoded))
    return list(lost(before, encoded, where)) + list(mistyped(decoded, where, set()))


def overridden(panel, override):
    """What an override sets is anything, to the types. It is held against what the same would be for all fields."""
    where = f"{panel['title']!r}, {override['matcher']['options']}"
    defaults = {"custom": {}}
    for item in override["properties"]:
        name = item["id"].removeprefix("custom.")
        (defaults if name == item["id"] else defaults["custom"])[name] = item["value"]
    alone = {"type": panel["type"], "fieldConfig": {"defaults": defaults, "overrides": []}}
    try:
        return differences(alone, dashboard.Panel.from_json(alone), where)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return [f"{where}: cannot be decoded: {error!r}"]


def lost(before, after, where):
    """What the types do not know; what they add is a default."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                # A null is the same as nothing.
                if value is not None:
                    yield f"{where}.{key}: unknown to the types"
            else:
                yield from lost(value, after[key], f"{where}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after)):
            yield from lost(*pair, f"{where}[{index}]")
    elif before != after:
        yield f"{where}: {before!r} is read as {after!r}"


def mistyped(thing, where, seen):
    """Values that are not of the type their class states, all the way down."""
    if isinstance(thing, list):
        for index, item in enumerate(thing):
            yield from mistyped(item, f"{where}[{index}]", seen)
    elif hasattr(thing, "to_json") and id(thing) not in seen:
        seen.add(id(thing))
        hints = typing.get_type_hints(type(thing))
        for name, hint in hints.items():
            value = getattr(thing, name, None)
            if not matches(value, hint):
                yield f"{where}.{name}: {value!r} is not of {hint}"
            yield from mistyped(value, f"{where}.{name}", seen)


def matches(value, hint):
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(matches(value, one) for one in arguments)
    if origin is typing.Literal:
        return value in arguments
    if origin is list:
        return isinstance(value, list) and all(matches(item, arguments[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict)
    if hint is typing.Any or hint is object:
        return True
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return value in [one.value for one in hint]
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    # Links and transformations of a panel are left as they are by the decoder.
    return isinstance(value, (hint, dict)) if hasattr(hint, "to_json") else isinstance(value, hint)
