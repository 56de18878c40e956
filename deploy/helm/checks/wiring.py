"""What names something else names something that is there, and nobody has more rights than needed."""

FILES = ("password_file", "access_key_file", "api_token_file", "ca_file", "cert_file", "key_file", "client_ca_file")


def check(release):
    yield from names(release)
    yield from selectors(release)
    yield from volumes(release)
    yield from restricted(release)


def names(release):
    seen = set()
    for thing in release.objects:
        metadata, what = thing["metadata"], f"{thing['kind']} {thing['metadata']['name']}"
        if thing["kind"] in ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"):
            yield f"{what}: the exporter needs no rights in Kubernetes"
        if "labels" not in metadata:
            # The user's own, from extraManifests.
            continue
        if (what, metadata.get("namespace")) in seen:
            yield f"{what} is there twice"
        seen.add((what, metadata.get("namespace")))
        if not metadata.get("namespace"):
            yield f"{what} has no namespace"
        # ConfigMaps may be longer; the others become names in DNS, or labels.
        if thing["kind"] != "ConfigMap" and len(metadata["name"]) > 63:
            yield f"{what}: its name is too long"
        for key, value in release.values["commonLabels"].items():
            if metadata["labels"].get(key) != value:
                yield f"{what} lacks the common label {key}"


def selectors(release):
    labels = release.pod["metadata"]["labels"]
    ports = {port["name"] for port in release.container["ports"]}
    chosen = [(release.workload, release.workload["spec"]["selector"]["matchLabels"])]
    chosen += [(thing, thing["spec"]["selector"]) for thing in release.all("Service")]
    chosen += [(thing, thing["spec"]["selector"]["matchLabels"]) for thing in release.all("PodDisruptionBudget")]
    chosen += [(thing, thing["spec"]["podSelector"]["matchLabels"]) for thing in release.all("NetworkPolicy")]
    for thing, selector in chosen:
        what = f"{thing['kind']} {thing['metadata']['name']}"
        if not selector.items() <= labels.items():
            yield f"{what} does not select the pod"
        if thing["metadata"]["namespace"] != release.workload["metadata"]["namespace"]:
            yield f"{what} is not in the pod's namespace"
    for service in release.all("Service"):
        if not {port["targetPort"] for port in service["spec"]["ports"]} <= ports:
            yield f"Service {service['metadata']['name']} leads to a port that the pod has not"
    for policy in release.all("NetworkPolicy"):
        if not {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]} <= ports:
            yield "the NetworkPolicy opens a port that the pod has not"
    for monitor in release.all("ServiceMonitor"):
        selector = monitor["spec"]["selector"]["matchLabels"]
        found = [one for one in release.all("Service") if selector.items() <= one["metadata"]["labels"].items()]
        # Two would be every number twice.
        if len(found) != 1:
            yield f"the ServiceMonitor selects {len(found)} Services"
        for service in found:
            if service["metadata"]["namespace"] not in monitor["spec"]["namespaceSelector"]["matchNames"]:
                yield "the ServiceMonitor looks into another namespace"
            if monitor["spec"]["endpoints"][0]["port"] not in {port["name"] for port in service["spec"]["ports"]}:
                yield "the ServiceMonitor asks for a port that the Service has not"
    account = release.pod["spec"]["serviceAccountName"]
    if release.values["serviceAccount"]["create"] and not release.named("ServiceAccount", account):
        yield f"there is no ServiceAccount {account}"


def volumes(release):
    mounts = release.container.get("volumeMounts", [])
    mounted = [mount["name"] for mount in mounts]
    if sorted(mounted) != sorted(volume["name"] for volume in release.pod["spec"].get("volumes", [])):
        yield "volumes and their mounts are not the same"
    paths = [mount["mountPath"] for mount in mounts]
    if len(set(paths)) != len(paths):
        yield "two volumes are mounted in one place"
    yield from (f"{mount['mountPath']} may be written to" for mount in mounts if not mount["readOnly"])
    sources = {one["name"]: one.get("secret", one.get("configMap")) for one in release.pod["spec"].get("volumes", [])}
    for wanted in release.values["extraSecretMounts"] + release.values["extraConfigmapMounts"]:
        there, mount = sources.get(wanted["name"], {}), {mount["name"]: mount["mountPath"] for mount in mounts}
        if wanted.get("secretName", wanted.get("configMap")) not in (there.get("secretName"), there.get("name")):
            yield f"{wanted['name']} is another volume"
        if mount.get(wanted["name"]) != wanted["mountPath"] or there.get("items") != wanted.get("items"):
            yield f"{wanted['name']} is mounted otherwise"
    # A file of a Secret that we bring has to be in it; of one that is there we know nothing.
    for flag in ("--config.file", "--web.config.file"):
        if path := release.flag(flag):
            volume, file = release.file(path)
            if not volume:
                yield f"{flag}={path}: nothing is mounted there"
                continue
            secret = release.named("Secret", volume["secret"]["secretName"])
            if secret and file not in secret["stringData"]:
                yield f"{flag}={path}: Secret {volume['secret']['secretName']} has no such key"
    for path in files(release.values["config"], release.values["webConfig"]):
        if not release.file(path)[0]:
            yield f"{path}: the configuration names it, and nothing is mounted there"


def files(*settings):
    """Every file that settings name."""
    for setting in settings:
        if isinstance(setting, dict):
            yield from (value for key, value in setting.items() if key in FILES)
            yield from files(*setting.values())
        elif isinstance(setting, list):
            yield from files(*setting)


def restricted(release):
    """The Pod Security Standard of that name, and what else is not needed."""
    spec, pod, own = release.pod["spec"], release.pod["spec"]["securityContext"], release.container["securityContext"]
    wanted = [
        (own["allowPrivilegeEscalation"] is False, "may gain rights"),
        (own["capabilities"] == {"drop": ["ALL"]}, "has capabilities"),
        (own["readOnlyRootFilesystem"] is True, "may write to its root"),
        (own["privileged"] is False, "is privileged"),
        (pod["runAsNonRoot"] is True, "may be root"),
        (pod.get("runAsUser") != 0, "is root"),
        (pod["seccompProfile"] == {"type": "RuntimeDefault"}, "has all system calls"),
        (spec["automountServiceAccountToken"] is False, "has a token of Kubernetes"),
        (not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), "shares with the host"),
        (all("secret" in one or "configMap" in one for one in spec.get("volumes", [])), "has other volumes"),
        # The exporter signs out for 20 seconds and ends within 25.
        (spec["terminationGracePeriodSeconds"] > 25, "is killed before it has signed out"),
    ]
    yield from (f"the pod {what}" for holds, what in wanted if not holds)
