"""Writes the boards. With --check, compares what is there with what would be written and holds it against the types."""

import json
import pathlib
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from boards import ems, exporter, fortianalyzer, fortimanager, overview
from checks import types

HERE = pathlib.Path(__file__).parent
BOARDS = {
    "fortinet-overview.json": overview,
    "fortimanager.json": fortimanager,
    "fortianalyzer.json": fortianalyzer,
    "forticlient-ems.json": ems,
    "fortinet-exporter.json": exporter,
}
# Not .json: Grafana would take it for a board.
MAY_BE_EMPTY = "may-be-empty.yml"

# What the types add to every panel, link and variable although it says nothing there.
EMPTY = {"transparent": False, "repeatDirection": "h", "auto": False, "auto_min": "10s", "auto_count": 30}


def tidy(value):
    if isinstance(value, dict):
        return {key: tidy(item) for key, item in value.items() if key not in EMPTY or EMPTY[key] != item}
    return [tidy(item) for item in value] if isinstance(value, list) else value


def plain(board):
    """As Grafana writes it, with the id that a board has before Grafana gives it one."""
    return {"id": None, **tidy(json.loads(JSONEncoder().encode(board)))}


def files():
    boards = {name: module.build() for name, module in BOARDS.items()}
    written = {
        name: json.dumps(plain(board.build()), indent=2, ensure_ascii=False) + "\n" for name, board in boards.items()}
    lines = ["# Written by dashboards/build: panels whose query may return nothing where the demo is scraped, and why."]
    for board in boards.values():
        for entry in board.may_be_empty:
            pairs = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
            lines += [f"- {pairs[0]}", *(f"  {pair}" for pair in pairs[1:])]
    written[MAY_BE_EMPTY] = "\n".join(lines) + "\n"
    return written


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit("usage: dashboards/build [--check]")
    if check:
        problems = list(wrong(files()))
        print(*problems, sep="\n")
        sys.exit(bool(problems))
    for name, text in files().items():
        path = HERE / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"wrote dashboards/{name}")


def wrong(built):
    for path in sorted(HERE.glob("*.json")):
        if path.name not in built:
            yield f"dashboards/{path.name}: no code builds it"
    for name, text in built.items():
        path = HERE / name
        if not path.exists() or path.read_text() != text:
            yield f"dashboards/{name}: not what the code builds; run dashboards/build"
        elif path.suffix == ".json":
            yield from (f"dashboards/{name}: {problem}" for problem in types.problems(json.loads(text)))


if __name__ == "__main__":
    main()
