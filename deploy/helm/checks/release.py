"""The chart as it would be installed."""

import pathlib
import re
import tempfile

import yaml
from helm_python import Chart, lint

ROOT = pathlib.Path(__file__).parents[3]
SOURCE = ROOT / "deploy/helm/fortinet-exporter"
NAMESPACE = "monitoring-test"


class Strict(yaml.SafeLoader):
    """A key twice is a mistake that YAML parsers forgive and Kubernetes does not."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := {str(key) for key in keys if keys.count(key) > 1}:
            raise yaml.YAMLError(f"twice: {', '.join(sorted(twice))} {node.start_mark}")
        return super().construct_mapping(node, deep)


def ci_values():
    """{name: values} of the chart's ci/."""
    return {path.stem.removesuffix("-values"): yaml.safe_load(path.read_text()) for path in sorted((SOURCE / "ci").glob("*.yaml"))}


def readme_values():
    """The values that the README shows."""
    (block,) = re.findall(r"^```yaml\n(.*?)^```", (SOURCE / "README.md").read_text(), re.M | re.S)
    return yaml.safe_load(block)


def packaged():
    """The chart as it is handed on: what a package leaves out is missing here, too."""
    with tempfile.TemporaryDirectory() as folder:
        with Chart.load(SOURCE) as chart:
            return Chart.load(chart.save(folder))


class Release:
    """The objects that some values bring."""

    def __init__(self, chart, values, name="test"):
        self.values = chart.merge_values(values)
        self.objects, self.notes = [], ""
        for path, text in chart.render(values, name=name, namespace=NAMESPACE).items():
            if path.endswith("NOTES.txt"):
                self.notes = text
            else:
                self.objects += [document for document in yaml.load_all(text, Strict) if document]

    def all(self, kind):
        return [thing for thing in self.objects if thing["kind"] == kind]

    def named(self, kind, name):
        return next((thing for thing in self.all(kind) if thing["metadata"]["name"] == name), None)

    @property
    def workload(self):
        (workload,) = self.all("Deployment") + self.all("StatefulSet")
        return workload

    @property
    def pod(self):
        return self.workload["spec"]["template"]

    @property
    def container(self):
        (container,) = self.pod["spec"]["containers"]
        return container

    def file(self, path):
        """(volume, name of the file in it) of a path in the container."""
        for mount in self.container.get("volumeMounts", []):
            if path.startswith(mount["mountPath"] + "/"):
                (volume,) = (one for one in self.pod["spec"]["volumes"] if one["name"] == mount["name"])
                return volume, path.removeprefix(mount["mountPath"] + "/")
        return None, None

    def flag(self, name):
        return next((arg.partition("=")[2] for arg in self.container["args"] if arg.startswith(f"{name}=")), None)


def said_by_lint(values):
    # A missing icon is not worth a word.
    report = lint(str(SOURCE), values, strict=True)
    said = [message["error"] for message in report["messages"] if message["severity"] > 1]
    return sorted(set(said + report["errors"]))
