"""Checks the chart as it would be packaged, with each of the values of its ci/.

    check.py                 lint, schemas, and what the values promise
    check.py program BINARY  the exporter takes what the chart gives it
    check.py rules FILE      writes there the rules of the values that change them most, for promtool
"""

import pathlib
import sys

import yaml

from checks import behaviour, monitoring, program, schemas, values, wiring
from checks.release import Release, ci_values, packaged, readme_values, said_by_lint


def problems(chart, releases):
    for name, given in ci_values().items():
        yield from (f"{name}: lint: {said}" for said in said_by_lint(given))
    # Names grow with that of the release; and shards have a second Service, which a ServiceMonitor must pass over.
    monitored = ci_values()["shards"] | {"scrapeConfig": {}, "serviceMonitor": {"enabled": True}}
    longest = Release(chart, monitored, name="r" * 53)
    further = [("a long name", longest), ("README", Release(chart, readme_values()))]
    for name, release in [*releases.items(), *further]:
        yield from (f"{name}: {problem}" for problem in (*schemas.check(release), *wiring.check(release)))
    yield from values.check(chart, releases)
    yield from behaviour.check(chart, releases)
    yield from monitoring.check(releases)


def main():
    chart = packaged()
    releases = {name: Release(chart, given) for name, given in ci_values().items()}
    match sys.argv[1:]:
        case []:
            found = list(problems(chart, releases))
        case ["program", binary]:
            found = list(program.check(binary, releases))
        case ["rules", path]:
            pathlib.Path(path).write_text(yaml.safe_dump({"groups": monitoring.groups(releases["everything"])}))
            return
        case _:
            sys.exit(__doc__)
    print(*found, sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
