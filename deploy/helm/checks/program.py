"""The exporter itself takes the flags and the files that the chart gives it."""

import pathlib
import subprocess
import tempfile
import threading

from .wiring import files


def check(binary, releases):
    for name, release in releases.items():
        command = release.container["livenessProbe"].get("exec", {}).get("command", [])
        if command[1:] and said(binary, *command[1:], "--help")[0]:
            yield f"{name}: the exporter has no {command[1]}"
        if release.values["demo"]:
            yield from demo(binary, release)
        if not release.values["config"]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            args = install(release, release.container["args"], pathlib.Path(folder))
            code, told = said(binary, *args, "--config.check", environment=folder)
            if code or "ok, " not in told:
                yield f"{name}: the exporter says {code}: {told}"


def demo(binary, release):
    args = [arg.replace("=:10066", "=127.0.0.1:0") for arg in release.container["args"]]
    with subprocess.Popen([binary, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        patience = threading.Timer(30, running.kill)
        patience.start()
        told = []
        for line in running.stdout:
            told.append(line)
            # It has said everything.
            if line.startswith("Stop with"):
                break
        else:
            yield f"the demo ended: {''.join(told)}"
        patience.cancel()
        running.terminate()


def said(binary, *args, environment="/nonexistent"):
    variables = {"FMG_V6": "secret", "HOME": environment}
    done = subprocess.run([binary, *args], capture_output=True, text=True, timeout=30, env=variables)
    return done.returncode, done.stdout + done.stderr


def install(release, args, root):
    """Lays out the container's files below `root`, and returns the flags that find them there."""
    texts = {}
    for flag, key in (("--config.file", "config"), ("--web.config.file", "webConfig")):
        if path := release.flag(flag):
            volume, file = release.file(path)
            texts[path] = release.named("Secret", volume["secret"]["secretName"])["stringData"][file]
    certificate, key = root / "certificate", root / "key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )
    for path in files(release.values["config"], release.values["webConfig"]):
        texts[path] = certificate.read_text() if path.endswith((".pem", ".crt")) else key.read_text() if path.endswith(".key") else "secret\n"
    for path, text in texts.items():
        for mount in release.container["volumeMounts"]:
            text = text.replace(f"{mount['mountPath']}/", f"{root}{mount['mountPath']}/")
        (root / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (root / path[1:]).write_text(text)
    pod = f"{release.workload['metadata']['name']}-0"
    return [arg.replace("$(POD_NAME)", pod).replace("file=/", f"file={root}/") for arg in args]
