"""Values, their schema, their description and the values of ci/ know the same keys, and mistakes are told."""

import re

from helm_python.errors import HelmError

from build import described

from .release import SOURCE, Release

CLOUD = {"forticlient_cloud": [{"name": "cloud", "account_email": "a@example.com", "access_key_file": "/a"}]}
IN_CLOUD = {"fortimanager_cloud": [{"name": "fmg", "url": "https://192.0.2.10", "api_id": "a", "password_file": "/a"}]}
# A mistake, and what it has to be told by.
MISTAKES = [
    ({}, "nothing to poll"),
    ({"demo": True, "confg": {}}, "confg"),
    ({"demo": True, "serviceMonitor": {"intervall": "1m"}}, "intervall"),
    ({"demo": True, "serviceMonitor": {"interval": "1"}}, "interval"),
    ({"demo": True, "image": {"digest": "latest"}}, "digest"),
    ({"demo": True, "shards": "3"}, "shards"),
    ({"config": CLOUD, "shards": 0}, "shards"),
    ({"demo": True, "shards": 2}, "nothing to share"),
    ({"demo": True, "config": CLOUD}, "its own simulators"),
    ({"config": CLOUD, "existingSecret": {"name": "a"}}, "which one is it"),
    ({"demo": True, "webConfig": {"rate_limit": {}}, "existingWebConfigSecret": {"name": "a"}}, "which one is it"),
    ({"demo": True, "webConfig": {"tls": {}}}, "tls"),
    ({"demo": True, "extraArgs": ["--web.listen-address=:1"]}, "extraArgs"),
    ({"demo": True, "extraArgs": ["--shard=1"]}, "extraArgs"),
    ({"config": {"fortimanagers": [{"name": "fmg", "password": 12345678901}]}}, "password"),
    ({"config": {"fortimanagers": {"name": "fmg"}}}, "fortimanagers"),
    ({"demo": True, "extraSecretMounts": [{"name": "a", "secret": "b", "mountPath": "/c"}]}, "secretName"),
    ({"demo": True, "networkPolicy": {"targets": [{"cidr": "192.0.2.1"}]}}, "cidr"),
    ({"config": CLOUD, "networkPolicy": {"enabled": True}}, "forticlient.forticloud.com"),
    ({"config": IN_CLOUD, "networkPolicy": {"enabled": True}}, "customerapiauth.fortinet.com"),
    ({"existingSecret": {"name": "ours"}, "networkPolicy": {"enabled": True}}, "what Secret ours has"),
    ({"demo": True, "serviceMonitor": {"enabled": True}, "scrapeConfig": {"enabled": True}}, "every number twice"),
    ({"demo": True, "prometheusRule": {"enabled": True, "thresholds": {"devices": 1}}}, "devices"),
    ({"demo": True, "prometheusRule": {"enabled": True, "disabled": ["NoSuchAlert"]}}, "NoSuchAlert"),
]


def check(chart, releases):
    yield from schema(chart.schema, chart.values, releases)
    yield from thresholds(chart.schema, releases["shards"])
    for path in undescribed(chart.values):
        yield f"values.yaml: {'.'.join(path)} has no description"
    for mistake, word in MISTAKES:
        try:
            Release(chart, mistake)
        except HelmError as error:
            if word not in str(error):
                yield f"{mistake} is refused without {word!r}: {error}"
        else:
            yield f"{mistake} is accepted"


def schema(node, values, releases, path=()):
    """A key of one is a key of the other, and objects with keys of ours have no others."""
    known, there = node.get("properties", {}), values if isinstance(values, dict) else {}
    # Keys that the exporter, not the chart, knows; and a map of which each key is optional.
    if path and (path[0] == "config" or not there):
        return
    name = ".".join(path) or "values"
    if known and node.get("additionalProperties") is not False:
        yield f"values.schema.json: {name} may have any key"
    if known:
        # Helm hands `global` to every chart below another.
        yield from (f"values.yaml: {name} lacks {key}" for key in known if key not in there and key != "global" and "Probe" not in name)
        yield from (f"values.schema.json: {name} lacks {key}" for key in there if key not in known)
    for key, below in known.items():
        yield from schema(below, there.get(key), releases, (*path, key))
    if not path:
        tried = {one for release in releases.values() for one, value in release.values.items() if value != values[one]}
        yield from (f"no values of ci/ try {key}" for key in values if key not in tried and key not in UNTRIED)


# With one value that fits.
UNTRIED = {
    "nameOverride", "strategy", "updateStrategy", "livenessProbe", "readinessProbe", "securityContext",
    "terminationGracePeriodSeconds", "revisionHistoryLimit", "topologySpreadConstraints", "dnsPolicy",
}


def thresholds(schema, release):
    """Every number that may be set is one of the rules, and the other way round."""
    known = schema["properties"]["prometheusRule"]["properties"]["thresholds"]["properties"]
    (rule,) = release.all("PrometheusRule")
    there = set()
    for record in rule["spec"]["groups"][0]["rules"]:
        if name := re.fullmatch("fortinet:threshold:(.*)", record["record"]):
            severity = record.get("labels", {}).get("severity")
            there.add(f"{name[1]}_{severity}" if severity else name[1])
    if there != set(known):
        yield f"values.schema.json: thresholds are not those of the rules: {sorted(there ^ set(known))}"


def undescribed(values):
    paths = {path for path, _ in described((SOURCE / "values.yaml").read_text())}
    for key, value in values.items():
        if (key,) not in paths:
            yield from ((key, below) for below in value if (key, below) not in paths) if isinstance(value, dict) and value else [(key,)]
