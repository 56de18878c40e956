"""What the values promise."""

import yaml

from .release import NAMESPACE, ROOT, Release


def check(chart, releases):
    yield from shards(releases["minimal"], releases["shards"])
    yield from demo(releases["demo"])
    yield from probes(releases)
    yield from checksum(chart, releases["minimal"].values["config"])
    yield from egress(releases)
    yield from secrets(releases)
    yield from discovery(releases["shards"])
    yield from notes(chart, releases)


def shards(one, three):
    if one.workload["kind"] != "Deployment" or one.workload["spec"]["replicas"] != 1:
        yield "one shard is not one pod of a Deployment"
    if any(arg.startswith(("--pod", "--total-shards")) for arg in one.container["args"]):
        yield "one shard is told of others"
    workload = three.workload
    if workload["kind"] != "StatefulSet" or workload["spec"]["replicas"] != 3:
        yield "three shards are not three pods of a StatefulSet"
    if {"--pod=$(POD_NAME)", "--total-shards=3"} - set(three.container["args"]):
        yield "shards are not told which of how many they are"
    if {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}} not in three.container["env"]:
        yield "POD_NAME is not the pod's name"
    service = three.named("Service", workload["spec"]["serviceName"])
    if not service or service["spec"]["clusterIP"] != "None":
        yield "the StatefulSet has no headless Service"


def demo(release):
    """On loopback, where the demo listens by itself, nobody finds it."""
    (port,) = release.container["ports"]
    if release.flag("--web.listen-address") != f":{port['containerPort']}":
        yield "the demo listens elsewhere than on the container's port"


def probes(releases):
    for name, release in releases.items():
        protected = release.flag("--web.config.file") is not None
        for probe in (release.container["livenessProbe"], release.container["readinessProbe"]):
            handlers = {"httpGet", "exec", "tcpSocket", "grpc"} & probe.keys()
            if handlers != {"exec" if protected else "httpGet"}:
                yield f"{name}: probed by {', '.join(handlers)}, with{'' if protected else 'out'} a web configuration"


def checksum(chart, config):
    def of(values):
        return Release(chart, values).pod["metadata"]["annotations"]["checksum/config"]

    before = of({"config": config})
    if before != of({"config": config, "serviceMonitor": {"enabled": True}}):
        yield "the pod is replaced although the configuration is the same"
    if before == of({"config": config | {"defaults": {"interval": "7m"}}}):
        yield "another configuration does not replace the pod"


def egress(releases):
    wanted = {
        "everything": {
            ("192.0.2.10/32", 8443, ()), ("2001:db8::10/128", 443, ()), ("192.0.2.99/32", 3128, ()),
            ("192.0.2.20/32", 443, ()), ("192.0.2.20/32", 8443, ()), ("0.0.0.0/0", 443, ("10.0.0.0/8",)),
            ("k8s-app=kube-dns", 53, ()),
        },
        "shards": {("192.0.2.1/32", 443, ()), ("192.0.2.2/32", 443, ()), ("192.0.2.3/32", 443, ())},
        "existing": {("198.51.100.0/24", 443, ()), ("k8s-app=kube-dns", 53, ())},
    }
    for name, destinations in wanted.items():
        (policy,) = releases[name].all("NetworkPolicy")
        if policy["spec"]["policyTypes"] != ["Ingress", "Egress"]:
            yield f"{name}: the policy is not about both directions"
        found = set()
        for rule in policy["spec"]["egress"]:
            for peer in rule["to"]:
                block = peer.get("ipBlock", {})
                labels = peer.get("podSelector", {}).get("matchLabels", {})
                to = block.get("cidr") or ",".join(f"{key}={value}" for key, value in labels.items())
                found.update((to, port["port"], tuple(block.get("except", []))) for port in rule["ports"])
        yield from (f"{name}: may reach {one}" for one in sorted(found - destinations))
        yield from (f"{name}: cannot reach {one}" for one in sorted(destinations - found))


def secrets(releases):
    for name, release in releases.items():
        for flag, key in (("--config.file", "config"), ("--web.config.file", "webConfig")):
            if not release.values[key]:
                continue
            volume, file = release.file(release.flag(flag))
            written = release.named("Secret", volume["secret"]["secretName"])["stringData"][file]
            if yaml.safe_load(written) != release.values[key]:
                yield f"{name}: the Secret does not say what `{key}` says"
        used = {volume["secret"]["secretName"] for volume in release.pod["spec"].get("volumes", []) if "secret" in volume}
        yield from (f"{name}: Secret {one['metadata']['name']} is not mounted" for one in release.all("Secret") if one["metadata"]["name"] not in used)


def discovery(three):
    """Every pod of the StatefulSet is asked for its own systems."""
    workload = three.workload
    hosts = {f"{workload['metadata']['name']}-{number}.{workload['spec']['serviceName']}.{NAMESPACE}.svc:10066" for number in range(3)}
    systems, process = three.all("ScrapeConfig")
    if {one["url"] for one in systems["spec"]["httpSDConfigs"]} != {f"http://{host}/sd" for host in hosts}:
        yield "not every shard is asked for its systems"
    if set(process["spec"]["staticConfigs"][0]["targets"]) != hosts:
        yield "not every shard is scraped for what there is once per process"
    (kept,) = process["spec"]["metricRelabelings"]
    if f'regex: "{kept["regex"]}", action: {kept["action"]}' not in (ROOT / "docs/configuration.md").read_text():
        yield "what there is once per process is not what docs/configuration.md says"


def notes(chart, releases):
    said = releases["minimal"].notes
    if "probe fmg-paris" not in said or "Nothing scrapes it yet" not in said or "NOTE" in said:
        yield "the notes of the minimal values do not help"
    if "Nothing scrapes it yet" in releases["everything"].notes:
        yield "the notes overlook the ServiceMonitor"
    inline = {"config": {"fortimanagers": [{"name": "fmg", "url": "https://fmg.example.com", "username": "a", "password": "b"}]}}
    if "NOTE: fmg has its secret in the values" not in Release(chart, inline).notes:
        yield "the notes do not warn of a password in the values"
    behind = {"demo": True, "webConfig": {"tls_server_config": {"cert_file": "a"}, "basic_auth_users": {"a": "b"}}, "serviceMonitor": {"enabled": True}}
    if Release(chart, behind).notes.count("NOTE: ") != 2:
        yield "the notes do not warn of scrapes that will fail"
