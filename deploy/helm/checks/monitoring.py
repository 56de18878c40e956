"""Rules and boards are those of everywhere else, but for what the values change."""

import json
import re

import yaml

from .release import ROOT

SOURCE = ROOT / "deploy/prometheus/fortinet.rules.yml"
# What ci/everything-values.yaml changes, as it stands in the rules.
RECORDS = {
    ("fortinet:threshold:device_used_ratio", None): 0.8,
    ("fortinet:threshold:disk_used_ratio", "critical"): 0.95,
    ("fortinet:threshold:full_within_seconds", None): 2592000,
}
CRITICAL = ["AVEN", "NIDS", "FURL"]
DISABLED = ["FortiClientEmsQuarantined", "FortiClientEmsQuarantineRising"]
RUNBOOKS = "https://wiki.example.com/fortinet/"


def check(releases):
    shipped = yaml.safe_load(SOURCE.read_text())["groups"]
    yield from different("shards", shipped, groups(releases["shards"]))
    yield from different("everything", [changed(group) for group in shipped], groups(releases["everything"]))
    yield from boards(releases)


def groups(release):
    (rule,) = release.all("PrometheusRule")
    return rule["spec"]["groups"]


def changed(group):
    rules = [rule for rule in group["rules"] if rule.get("record") != "fortinet:critical_license"]
    rules = [rule for rule in rules if rule.get("alert") not in DISABLED]
    for rule in rules:
        if rule.get("alert"):
            rule["labels"]["team"] = "network"
            rule["annotations"]["runbook_url"] = RUNBOOKS + rule["annotations"]["runbook_url"]
        elif number := RECORDS.get((rule["record"], rule.get("labels", {}).get("severity"))):
            rule["expr"] = f"vector({number})"
    if len(rules) < len(group["rules"]) and "record" in group["rules"][0]:
        record = {"record": "fortinet:critical_license", "expr": "vector(1)"}
        rules = [record | {"labels": {"license": code}} for code in CRITICAL] + rules
    return group | {"rules": rules}


def different(name, wanted, found):
    if [group | {"rules": None} for group in wanted] != [group | {"rules": None} for group in found]:
        yield f"{name}: the groups are not those of {SOURCE.name}"
        return
    for before, after in zip(wanted, found):
        rules = [plain(rule) for rule in before["rules"]], [plain(rule) for rule in after["rules"]]
        yield from (f"{name}: {before['name']} lacks {rule}" for rule in rules[0] if rule not in rules[1])
        yield from (f"{name}: {before['name']} has {rule}" for rule in rules[1] if rule not in rules[0])
        if sorted(rules[0], key=str) == sorted(rules[1], key=str) and rules[0] != rules[1]:
            yield f"{name}: {before['name']} is in another order"


def plain(rule):
    """However a number is written, it is that number."""
    number = re.fullmatch(r"vector\((.*)\)", rule["expr"])
    return rule | {"expr": float(number[1])} if number else rule


def boards(releases):
    source = {path.name: json.loads(path.read_text()) for path in (ROOT / "dashboards").glob("*.json")}
    for name in ("everything", "shards"):
        found = {}
        for one in releases[name].all("ConfigMap"):
            if one["metadata"].get("labels", {}).get("grafana_dashboard") == "1":
                found.update({file: json.loads(text) for file, text in one["data"].items()})
        if found != source:
            yield f"{name}: the boards are not those of dashboards/"
