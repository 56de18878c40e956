"""Every object is one that Kubernetes, or the Prometheus operator, would take."""

import kubernetes_validate
from cloudcoil.models.prometheus_operator import v1, v1alpha1
from pydantic import ValidationError

# The oldest that Chart.yaml allows, and the newest that is known here.
VERSIONS = ["1.25", kubernetes_validate.latest_version()]
OPERATOR = {
    ("monitoring.coreos.com/v1", "ServiceMonitor"): v1.ServiceMonitor,
    ("monitoring.coreos.com/v1", "PrometheusRule"): v1.PrometheusRule,
    ("monitoring.coreos.com/v1alpha1", "ScrapeConfig"): v1alpha1.ScrapeConfig,
}


def check(release):
    for thing in release.objects:
        name = f"{thing['kind']} {thing['metadata']['name']}"
        if model := OPERATOR.get((thing["apiVersion"], thing["kind"])):
            try:
                understood = model.model_validate(thing).model_dump(by_alias=True, exclude_unset=True, mode="json")
            except ValidationError as error:
                yield from (f"{name}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
                continue
            # The types pass over keys that they do not know.
            yield from (f"{name}: unknown: {path}" for path in lost(thing, understood))
            continue
        for version in VERSIONS:
            try:
                kubernetes_validate.validate(thing, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                yield f"{name}, Kubernetes {version}: {'.'.join(map(str, error.path))}: {error.message}"
            except kubernetes_validate.SchemaNotFoundError as error:
                yield f"{name}, Kubernetes {version}: {error.message}"


def lost(before, after, path=""):
    """Where `after` lacks what `before` has."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key, value in before.items():
            if key not in after:
                yield f"{path}.{key}"
            else:
                yield from lost(value, after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list):
        for index, pair in enumerate(zip(before, after)):
            yield from lost(*pair, f"{path}[{index}]")
