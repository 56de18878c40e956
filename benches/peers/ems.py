"""The endpoint index counted the way it is usually done: requests, json, a page after the other.

Prints wall seconds, CPU seconds, and resident memory before and at most, in MiB.
"""

import argparse
import collections
import resource
import sys
import time

import requests
import urllib3

AGES = [(3600, "under_1h"), (86400, "under_1d"), (7 * 86400, "under_7d"), (30 * 86400, "under_30d")]
SYSTEMS = [("server", "windows_server"), ("windows", "windows"), ("mac", "macos"), ("ios", "ios"), ("ipad", "ios"),
           ("android", "android"), ("chrome", "chromeos"), ("linux", "linux"), ("ubuntu", "linux"), ("fedora", "linux")]
FLAGS = ["is_managed", "is_ems_registered", "is_ems_online", "is_ems_onnet", "is_quarantined", "is_excluded",
         "is_migrating"]


def pages(session, url, size=500):
    offset = 0
    while True:
        reply = session.get(f"{url}/api/v1/endpoints/index", params={"offset": offset, "count": size}, timeout=60)
        reply.raise_for_status()
        data = reply.json()["data"]
        rows = data["endpoints"]
        if not rows:
            return
        yield rows
        offset += len(rows)
        if offset >= data["total"]:
            return


def count(session, url):
    seen, counts, now = set(), collections.Counter(), time.time()
    for rows in pages(session, url):
        for row in rows:
            if row["device_id"] in seen:
                continue
            seen.add(row["device_id"])
            for flag in FLAGS:
                counts[flag] += bool(row.get(flag))
            if row.get("is_ems_online") and row.get("client_policy_synced") in (False, 0):
                counts["out_of_sync"] += 1
            for key in ("client_version_up_to_date", "client_av_sig_version_up_to_date"):
                counts[key] += row.get(key) in (False, 0)
            counts["vulnerable"] += (row.get("vuln_events_count") or 0) > 0
            text = (row.get("os_version") or "").lower()
            counts["os", next((name for word, name in SYSTEMS if word in text), "other")] += 1
            counts["version", row.get("fct_version")] += 1
            last = row.get("last_seen")
            age = now - last if last else None
            counts["age", "never" if age is None else next((n for s, n in AGES if age < s), "over_30d")] += 1
            for key, value in row.items():
                if key.endswith("_enabled"):
                    counts[key] += bool(value)
                elif key.endswith("_events_count"):
                    counts[key] += value or 0
    return len(seen)


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--endpoints", type=int, required=True)
    arguments = parser.parse_args()
    urllib3.disable_warnings()
    session = requests.Session()
    session.verify = False
    session.trust_env = False
    session.post(f"{arguments.url}/api/v1/auth/signin", json={"name": "exporter", "password": "demo-password"})
    idle, started, before = peak(), time.perf_counter(), cpu()
    counted = count(session, arguments.url)
    if counted != arguments.endpoints:
        sys.exit(f"counted {counted} endpoints")
    print(time.perf_counter() - started, cpu() - before, idle, peak())


if __name__ == "__main__":
    main()
