"""What the chart has from elsewhere. Helm follows no links out of a chart, so it has copies, which are compared."""

import json
import pathlib
import re
import sys

import yaml

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
CHART = HERE / "fortinet-exporter"
BEGIN, END = "<!-- values: written by deploy/helm/build -->\n", "<!-- end of values -->\n"
# Longer defaults are looked up where they stand.
LONGEST = 40


def described(text):
    """(path of the key, its description) for each key of values.yaml that has one."""
    parents, description = [], None
    for line in text.splitlines():
        if comment := re.match(r" *# -- (.*)", line):
            description = comment[1]
        elif key := re.match(r"( *)([A-Za-z]+):", line):
            parents = parents[: len(key[1]) // 2] + [key[2]]
            if description:
                yield tuple(parents), description
            description = None


def table():
    text = (CHART / "values.yaml").read_text()
    values = yaml.safe_load(text)
    lines = ["| key | default | meaning |\n", "|---|---|---|\n"]
    for path, description in described(text):
        default = values
        for key in path:
            default = default[key]
        shown = json.dumps(default)
        shown = f"`{shown}`" if len(shown) <= LONGEST else "see values.yaml"
        lines.append(f"| `{'.'.join(path)}` | {shown} | {description} |\n")
    return "".join(lines)


def readme():
    text = (CHART / "README.md").read_text()
    head, rest = text.split(BEGIN)
    return head + BEGIN + table() + END + rest.split(END)[1]


def built():
    """What each file of the chart should be."""
    files = {"files/fortinet.rules.yml": (ROOT / "deploy/prometheus/fortinet.rules.yml").read_text()}
    for board in sorted((ROOT / "dashboards").glob("*.json")):
        files[f"files/dashboards/{board.name}"] = board.read_text()
    files["README.md"] = readme()
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
    chart = (CHART / "Chart.yaml").read_text()
    files["Chart.yaml"] = re.sub(r"^appVersion: .*", f"appVersion: {version}", chart, flags=re.M)
    return files


def main():
    check = sys.argv[1:] == ["--check"]
    if sys.argv[1:] and not check:
        sys.exit("usage: deploy/helm/build [--check]")
    files = built()
    problems = []
    for path in sorted((CHART / "files").rglob("*.*")):
        if str(path.relative_to(CHART)) not in files:
            problems.append(f"{path.relative_to(ROOT)}: comes from nowhere")
    for name, text in files.items():
        path = CHART / name
        if path.exists() and path.read_text() == text:
            continue
        if check:
            problems.append(f"{path.relative_to(ROOT)}: not what its source says; run deploy/helm/build")
        else:
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    print(*problems, sep="\n")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
