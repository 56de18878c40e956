"""Checks dashboards/*.json. Needs nothing but Python; dashboards/build --check does what needs Grafana's types.

    check.py               says what is wrong with them
    check.py RULES_FILE    writes their expressions there as recording rules, for promtool
"""

import json
import pathlib
import re
import sys

from checks import boards

HERE = pathlib.Path(__file__).parent
VARIABLES = {"$__rate_interval": "5m", "$__range": "1d", "$job": ".+", "$target": ".+"}


def documented():
    """The metrics of docs/metrics.md, and whether each has a target."""
    metrics, every = {}, False
    for line in (HERE / "../docs/metrics.md").read_text().splitlines():
        if line.startswith("## "):
            every = False
        every |= line.startswith("All of these have the label `target`")
        row = re.match(r"\| `(\w+)` \| \w+ \| ([^|]*) \|", line)
        if row:
            metrics[row[1]] = every or "`target`" in row[2]
    return metrics


def as_rules(loaded):
    lines = ["groups:", "  - name: boards", "    rules:"]
    for count, expr in enumerate(expr for board in loaded.values() for expr in boards.expressions(board)):
        for name, value in VARIABLES.items():
            expr = expr.replace(name, value)
        if "$" in expr:
            sys.exit(f"a variable is left in {expr}")
        lines += [f"      - record: board:expression:{count}", f"        expr: {json.dumps(expr)}"]
    return "\n".join(lines) + "\n"


def main():
    loaded = {}
    for path in sorted(HERE.glob("*.json")):
        try:
            loaded[path.name] = json.loads(path.read_text())
        except ValueError as error:
            sys.exit(f"{path.name}: {error}")
    if not loaded:
        sys.exit("dashboards/ holds no board")
    if len(sys.argv) > 1:
        pathlib.Path(sys.argv[1]).write_text(as_rules(loaded))
        return
    # What a comment names is not used.
    rules = re.sub(r"^\s*#.*$", "", (HERE / "../deploy/prometheus/fortinet.rules.yml").read_text(), flags=re.M)
    problems = list(boards.check(loaded, documented(), rules))
    print(*problems, sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
