"""Checks the compose file and what it mounts: what names something else names something that is there.

    check.py DOCKER_COMPOSE FOLDER   also lays out in FOLDER what Prometheus and Alertmanager find, for their own checks
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# Grafana's majors, of which the boards want this one.
GRAFANA = "13"


def resolved(compose, *files):
    """What Docker Compose understands."""
    options = [option for file in files for option in ("--file", HERE / file)]
    done = subprocess.run([compose, *options, "config", "--format", "json"], capture_output=True, text=True)
    if done.returncode or done.stderr:
        sys.exit(f"{' '.join(files)}: {done.stderr}")
    return json.loads(done.stdout)["services"]


def mounted(service):
    """{path in the container: the file on this side}."""
    return {one["target"]: pathlib.Path(one["source"]) for one in service.get("volumes", []) if one["type"] == "bind"}


def loaded(service, path):
    source = mounted(service).get(path)
    return yaml.safe_load(source.read_text()) if source and source.is_file() else {}


def hardened(name, service):
    wanted = [
        (service.get("read_only") is True, "may write to its root"),
        (service.get("cap_drop") == ["ALL"] and "cap_add" not in service, "has capabilities"),
        (service.get("security_opt") == ["no-new-privileges:true"], "may gain rights"),
        (not {"privileged", "network_mode", "pid", "ipc", "devices"} & service.keys(), "shares with the host"),
        (bool(service.get("healthcheck", {}).get("test")), "has no health check"),
        (bool(re.search(r":v?\d+\.\d+\.\d+$", service["image"])), f"has an image without a version: {service['image']}"),
        (all(port.get("host_ip") == "127.0.0.1" for port in service["ports"]), "is reached from other machines"),
        (all(one.get("read_only") for one in service.get("volumes", []) if one["type"] == "bind"), "may write to what is mounted"),
    ]
    yield from (f"{name} {what}" for holds, what in wanted if not holds)


def files(name, service):
    for target, source in mounted(service).items():
        if not source.is_file():
            yield f"{name}: there is no {source.relative_to(ROOT)} for {target}"
    for argument in service.get("command") or []:
        if (path := argument.partition("config.file=")[2]) and path not in mounted(service):
            yield f"{name}: nothing is mounted at {path}"


def reached(services, where, address):
    """Whether a service listens on HOST:PORT."""
    host, _, port = address.partition(":")
    listens = {one["target"] for one in services.get(host, {}).get("ports", [])}
    if int(port) not in listens:
        yield f"{where}: nobody listens on {address}"


def prometheus(services):
    config = loaded(services["prometheus"], "/etc/prometheus/prometheus.yml")
    shipped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    names = {"localhost:9093": "alertmanager:9093", "localhost:10066": "exporter:10066"}
    if json.loads(re.sub("|".join(names), lambda found: names[found[0]], json.dumps(shipped))) != config:
        yield "prometheus.yml is not that of deploy/prometheus with other names"
    asked = [job["static_configs"] for job in config["scrape_configs"]]
    asked += [manager["static_configs"] for manager in config["alerting"]["alertmanagers"]]
    for address in (address for group in asked for one in group for address in one["targets"]):
        yield from reached(services, "prometheus.yml", address)


def grafana(services):
    service = services["grafana"]
    paths = mounted(service)
    if not re.search(rf":{GRAFANA}\.", service["image"]):
        yield f"the boards are not those of {service['image']}"
    sources = loaded(service, "/etc/grafana/provisioning/datasources/fortinet.yml").get("datasources", [])
    uids = [source["uid"] for source in sources]
    first = [source for source in sources if source.get("isDefault")]
    if [source["type"] for source in first] != ["prometheus"] or len(set(uids)) != len(uids):
        yield "datasources.yml: not one Prometheus is what the boards begin with"
    for source in sources:
        yield from reached(services, "datasources.yml", source["url"].removeprefix("http://"))
        if source["jsonData"].get("alertmanagerUid", uids[0]) not in uids:
            yield f"datasources.yml: there is no {source['jsonData']['alertmanagerUid']}"
    (job,) = loaded(services["prometheus"], "/etc/prometheus/prometheus.yml")["scrape_configs"]
    if [source["jsonData"].get("timeInterval") for source in first] != [job["scrape_interval"]]:
        yield "datasources.yml: timeInterval is not how often Prometheus scrapes"

    (provider,) = loaded(service, "/etc/grafana/provisioning/dashboards/fortinet.yml").get("providers", [{}])
    folder = provider.get("options", {}).get("path", "")
    boards = {path: source for path, source in paths.items() if path.startswith(folder + "/")}
    if set(boards.values()) != set((ROOT / "dashboards").glob("*.json")):
        yield f"{folder} does not hold the boards of dashboards/, each of them"
    by_uid = {}
    for path, source in boards.items():
        board = json.loads(source.read_text())
        by_uid.setdefault(board["uid"], []).append(path)
        for variable in board["templating"]["list"]:
            if variable["type"] == "datasource" and variable["query"] not in {one["type"] for one in sources}:
                yield f"{source.name} wants a data source of type {variable['query']}"
    yield from (f"{' and '.join(paths)} share the uid {uid}" for uid, paths in by_uid.items() if len(paths) > 1)
    home = service["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    if home not in boards:
        yield f"Grafana begins with {home}, which is not there"


def exporter(services, own):
    version = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
    service = services["exporter"]
    if service["image"] != f"fortinet-exporter:{version}":
        yield f"{service['image']} is not of version {version}"
    dockerfile = pathlib.Path(service["build"]["context"]) / service["build"]["dockerfile"]
    written = dockerfile.read_text() if dockerfile.is_file() else ""
    if [port["target"] for port in service["ports"]] != [int(port) for port in re.findall(r"^EXPOSE (\d+)", written, re.M)]:
        yield "the port of the exporter is not that of its image"
    if service["command"][1:] != [f"--web.listen-address=:{service['ports'][0]['target']}"]:
        yield "the demo listens elsewhere than on the port of the container"
    if json.dumps(service["healthcheck"]["test"][1:]) not in written:
        yield "the health check of the exporter is not that of its image"
    if json.dumps(own["exporter"]["command"]) not in written:
        yield "compose.own.yml does not begin as the image does"
    folder = own["exporter"]["command"][0].partition("=")[2].rpartition("/")[0]
    if set(mounted(own["exporter"])) != {folder}:
        yield f"compose.own.yml mounts nothing at {folder}"
    rest = {name: one for name, one in own.items() if name != "exporter"}
    if rest != {name: one for name, one in services.items() if name != "exporter"}:
        yield "compose.own.yml changes more than the exporter"


def lay_out(services, folder):
    for name in ("prometheus", "alertmanager"):
        for target, source in mounted(services[name]).items():
            path = pathlib.Path(folder) / name / target[1:]
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, path)


def main():
    compose, folder = sys.argv[1:]
    services, own = resolved(compose, "compose.yml"), resolved(compose, "compose.yml", "compose.own.yml")
    problems = [problem for name, one in services.items() for problem in (*hardened(name, one), *files(name, one))]
    problems += [problem for name, one in own.items() for problem in hardened(name, one)]
    problems += [*prometheus(services), *grafana(services), *exporter(services, own)]
    print(*problems, sep="\n")
    if problems:
        sys.exit(1)
    lay_out(services, folder)


if __name__ == "__main__":
    main()
