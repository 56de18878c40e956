"""One FortiManager or FortiAnalyzer, or several side by side: its licence, and how much of it is used."""

from . import words
from .board import Board
from .panels import (
    DAYS_LEFT_STEPS, DAYS_LEFT_UNIT, DAYS_LEFT_WORDS, GREEN, ORANGE, RED, Column, bars, graph, rows, thresholds)
from .queries import (
    ADOMS_NEAR, BACKUP_OLD, DAY, DEVICES_NEAR, DISK_CRITICAL, DISK_NEAR, FORTIMANAGERS, days_left, fold, fullest,
    in_milliseconds, last_day, seconds_to_full, share)

HISTORY = [f'days_ago="{day}"' for day in range(1, 7)]
# Nothing depends on it: what is above this is worth a look at the time servers.
CLOCK_OFF = 60
NO_POLICIES = "No consistency check known: name policy_checks under collectors, and have a check made on FortiManager"
NO_DEVICES = "Not read: name devices under collectors"
NO_DEVICE_CONTRACTS = "Not read: give an API token and name device_contracts under collectors"
FLAT = "nothing grows in the demo, or it has run for too short a time"


def state(of):
    # A FortiAnalyzer has its contracts from the licence page alone.
    sources = [fold(of("license_source_info"))] if of is FORTIMANAGERS else []
    by = [Column("source", "Contracts by", mappings=words.SOURCES, width=115)] if of is FORTIMANAGERS else []
    return rows(
        "State",
        f"Whether the last poll worked, how old the numbers are, and what {of.name} itself flags.",
        [
            fold(of("up")),
            of.only(fold("fortinet_exporter_collector_failure_info", 'collector=~"license|contracts"')),
            in_milliseconds(of.only(
                fold("fortinet_exporter_collector_last_success_timestamp_seconds", 'collector=~"license|contracts"'))),
            fold(of("vm_license_valid")),
            fold(of("vm_license_duplicate")),
            fold(of("vm_license_trial")),
            fold(of("disk_exceeded")),
            fold(of("log_daily_exceeded")),
            days_left(f"min without (license) ({of.ends})"),
            *sources,
        ],
        [
            Column("target", "Target"),
            Column("Value #A", "State", mappings=words.UP_OR_DOWN, colored=True, width=80),
            Column("reason", "Failure", mappings=words.REASONS),
            Column("Value #C", "Last good poll", unit="dateTimeFromNow", width=150, empty="Never"),
            Column("Value #D", "VM licence", mappings=words.VALID, colored=True, width=100),
            Column("Value #E", "Duplicate", mappings=words.DUPLICATE, colored=True, width=115),
            Column("Value #F", "Trial", mappings=words.TRIAL, colored=True, width=70),
            Column("Value #G", "Disk exceeded", mappings=words.EXCEEDED, colored=True, width=125),
            Column("Value #H", "Logs exceeded", mappings=words.EXCEEDED, colored=True, width=130),
            Column("Value #I", "First contract", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=DAYS_LEFT_WORDS, colored=True, width=120),
            *by,
        ],
        words.none_of(of), sort="State")


def system(of):
    clock = thresholds(ORANGE, (-CLOCK_OFF, GREEN), (CLOCK_OFF, ORANGE))
    # How many ADOMs are in use only a FortiManager tells.
    used, limit = of("adoms_used"), of("adoms_limit")
    adoms = [fold(used), fold(limit), share(used, limit)] if of is FORTIMANAGERS else [fold(limit)]
    said = "system and adoms" if of is FORTIMANAGERS else "system"
    near = f", and so are ADOMs above {ADOMS_NEAR:.0%} of the licence" if of is FORTIMANAGERS else ""
    columns = [
        Column("Value #F", "ADOMs", width=80),
        Column("Value #G", "ADOM limit", width=100),
        Column("Value #H", "ADOMs used", unit="percentunit", decimals=0,
               steps=thresholds(GREEN, (ADOMS_NEAR, ORANGE), (1, RED)), colored=True, width=105),
    ] if of is FORTIMANAGERS else [Column("Value #F", "ADOM limit", width=100)]
    return rows(
        "System",
        f"What the {of.name}s say of themselves, if their collectors name {said}. A backup older than "
        f"{BACKUP_OLD // DAY} days is a warning{near}.",
        [
            fold(of("info")),
            fold(of("uptime_seconds")),
            f"time() - {fold(of('last_backup_timestamp_seconds'))}",
            fold(of("admin_sessions")),
            # The box tells whole seconds.
            f"round({fold(of('clock_skew_seconds'))})",
            *adoms,
        ],
        [
            Column("target", "Target"),
            Column("hostname", "Host name"),
            Column("version", "Version"),
            Column("platform", "Platform", width=150),
            Column("ha_mode", "HA", width=110),
            Column("Value #B", "Uptime", unit="s", decimals=1, width=105),
            Column("Value #C", "Backup age", unit="s", decimals=1, steps=thresholds(GREEN, (BACKUP_OLD, ORANGE)),
                   colored=True, width=110),
            Column("Value #D", "Admins signed in", width=130),
            Column("Value #E", "Clock ahead", unit="s", decimals=0, steps=clock, colored=True, width=110),
            *columns,
        ],
        words.none_of(of), sort="Target")


def cluster():
    in_sync = fold("fortimanager_ha_member_in_sync")
    return rows(
        "Cluster",
        "What the FortiManagers are in their clusters, if their collectors name ha, and how many other members are out "
        "of sync.",
        [
            fold("fortimanager_ha_info"),
            fold("fortimanager_ha_healthy"),
            f"count without (member) ({in_sync})",
            f"sum without (member) (1 - {in_sync})",
        ],
        [
            Column("target", "Target"),
            Column("role", "Role", width=95),
            Column("status", "Status"),
            Column("Value #B", "Health", mappings=words.HEALTH, colored=True, width=80),
            Column("Value #C", "Members", width=90),
            Column("Value #D", "Out of sync", steps=thresholds(GREEN, (1, RED)), colored=True, width=105),
        ],
        words.NO_CLUSTER, sort="Out of sync", descending=True)


def members():
    return rows(
        "Members of clusters",
        "The other members, as the FortiManager that is asked sees them. Last sent is long ago where nothing changes.",
        [
            fold("fortimanager_ha_member_info"),
            fold("fortimanager_ha_member_up"),
            fold("fortimanager_ha_member_in_sync"),
            fold("fortimanager_ha_member_pending_bytes"),
            fold("fortimanager_ha_member_last_sync_age_seconds"),
            fold("fortimanager_ha_member_last_heartbeat_age_seconds"),
        ],
        [
            Column("target", "Target"),
            Column("member", "Serial number"),
            Column("hostname", "Host name"),
            Column("status", "Status"),
            Column("Value #B", "State", mappings=words.UP_OR_DOWN, colored=True, width=80),
            Column("Value #C", "In sync", mappings=words.IN_SYNC, colored=True, width=85),
            Column("Value #D", "To be sent", unit="bytes", decimals=0, width=100),
            Column("Value #E", "Last sent", unit="s", decimals=0, width=100),
            Column("Value #F", "Last heard", unit="s", decimals=0, width=100),
        ],
        words.NO_CLUSTER, sort="In sync")


def tasks():
    def standing(state):
        matcher = f'state="{state}"'
        return f"max without (state) ({fold('fortimanager_tasks', matcher)})"
    return rows(
        "Tasks of the last day",
        "Tasks that began within a day before the last poll, by how they stand, if the collectors name tasks.",
        [standing(state) for state in ("failed", "running", "warning", "cancelled", "done")],
        [
            Column("target", "Target"),
            Column("Value #A", "Failed", steps=thresholds(GREEN, (1, ORANGE)), colored=True, width=80),
            Column("Value #B", "Running", width=85),
            Column("Value #C", "Warning", width=85),
            Column("Value #D", "Cancelled", width=95),
            Column("Value #E", "Done", width=75),
        ],
        words.NO_TASKS, sort="Failed", descending=True)


def policies():
    shadowed = "fortimanager_shadowed_policies"
    full, partial = (f"max without (shadow) ({fold(shadowed, matcher)})"
                     for matcher in ('shadow="full"', 'shadow="partial"'))
    worst = f"topk(100, sum without (shadow) ({fold(shadowed)}))"
    return rows(
        "Shadowed policies",
        "Policies that earlier ones of their package leave nothing or not all to do, as the latest consistency check "
        "counted them, if collectors name policy_checks; the 100 packages with the most. The exporter starts no check.",
        [
            f"{full} and {worst}",
            f"{partial} and {worst}",
            f"{in_milliseconds(fold('fortimanager_policy_check_timestamp_seconds'))} and {worst}",
        ],
        [
            Column("target", "Target"),
            Column("adom", "ADOM"),
            Column("package", "Package"),
            Column("Value #A", "In full", steps=thresholds(GREEN, (1, ORANGE)), colored=True, width=90),
            Column("Value #B", "In part", width=90),
            Column("Value #C", "Checked", unit="dateTimeFromNow", width=150, empty="Never"),
        ],
        NO_POLICIES, sort="In full", descending=True)


def checked():
    by_report = f"sum by (report) ({fold('fortimanager_policy_packages')})"
    by_list = f"sum by (packages) ({fold('fortimanager_policy_adoms')})"
    return bars(
        "What was read of policies", "Packages by what came of reading the report of each, and ADOMs by what came of "
        "listing their packages; left out are those beyond the bound of a poll.",
        [(by_report, "Packages: {{report}}"), (by_list, "ADOMs: {{packages}}")], NO_POLICIES)


def managed_vms():
    return rows(
        "Licences of managed devices",
        "Virtual machines that have not validated their licence for too long, the first end of one of their licences, and "
        "how many devices FortiManager knows contracts of.",
        [
            fold("fortimanager_managed_vm_licenses_overdue"),
            in_milliseconds(fold("fortimanager_managed_vm_license_next_expiry_timestamp_seconds")),
            fold("fortimanager_devices_with_contracts"),
        ],
        [
            Column("target", "Target"),
            Column("Value #A", "Overdue", steps=thresholds(GREEN, (1, ORANGE)), colored=True, width=85),
            Column("Value #B", "Next VM end", unit="time:YYYY-MM-DD", width=110),
            Column("Value #C", "With contracts", width=120),
        ],
        NO_DEVICES, sort="Overdue", descending=True)


def managed_contracts():
    contracts = "fortimanager_device_contracts"
    left = ["expired", "under_7d", "under_30d", "under_90d", "over_90d"]
    next_end = fold("fortimanager_device_contract_next_expiry_timestamp_seconds")
    return rows(
        "Contracts of managed devices",
        "Devices by contract and what is left of it, as the FortiManagers know them, if collectors name "
        "device_contracts. Each device is in one column: 30 days are 7 to 30.",
        [*(f"max without (left) ({fold(contracts, matcher)})" for matcher in (f'left="{each}"' for each in left)),
         last_day(next_end)],
        [
            Column("target", "Target"),
            Column("license", "Licence", width=90),
            Column("Value #A", "Ended", steps=thresholds(GREEN, (1, RED)), colored=True, width=90),
            Column("Value #B", "7 days", steps=thresholds(GREEN, (1, RED)), colored=True, width=90),
            Column("Value #C", "30 days", steps=thresholds(GREEN, (1, ORANGE)), colored=True, width=90),
            Column("Value #D", "90 days", width=90),
            Column("Value #E", "Longer", width=90),
            Column("Value #F", "Next end", unit="time:YYYY-MM-DD", width=110),
        ],
        NO_DEVICE_CONTRACTS, sort="Next end")


def managed(title, description, metric, label, **more):
    by = f"sort_desc(sum by ({label}) ({fold(metric)}))"
    return bars(title, description, [(by, f"{{{{{label}}}}}")], NO_DEVICES, **more)


def contracts(of):
    worst = f"bottomk(300, {of.ends})"
    return rows(
        "Contracts by days left",
        f"Contracts with their last day, which is still covered, the 300 that end first; status is {of.name}'s own "
        "word. Those of a target that cannot be read any more are missing.",
        [
            days_left(worst),
            last_day(worst),
            f"{fold(of('license_active'))} and {worst}",
            f"{fold(of('license_info'))} and ignoring (name, level, status) {worst}",
        ],
        [
            Column("target", "Target"),
            Column("license", "Licence", width=90),
            Column("name", "Name"),
            Column("level", "Support"),
            Column("status", "Status", width=140),
            Column("Value #C", "Shown as", mappings=words.CONTRACT, colored=True, width=90),
            Column("Value #B", "Last day", unit="time:YYYY-MM-DD", width=110),
            Column("Value #A", "Days left", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=DAYS_LEFT_WORDS, colored=True, width=120),
        ],
        words.NO_CONTRACTS, sort="Days left")


def used_and_limit(used, limit):
    return [(fullest(used, used, limit), "{{target}}"), (f"({fullest(limit, used, limit)}) > 0", "{{target}} limit")]


def full_in(of):
    devices = seconds_to_full(of("devices_used"), of("devices_limit"), "7d")
    disk = seconds_to_full(of("disk_used_bytes"), of("disk_limit_bytes"), "3d")
    return bars(
        "Full at the present growth",
        "Time until the licence is used up, at the growth of devices over seven days and of the log disk over three. "
        "What does not grow, or is full already, has no bar.",
        [(f"bottomk(5, ({devices}) / {DAY})", "{{target}} · devices"),
         (f"bottomk(5, ({disk}) / {DAY})", "{{target}} · log disk")],
        "No growth seen", unit="suffix: days", decimals=1, maximum=90,
        steps=(RED, (14, ORANGE), (30, GREEN)))


def log_days(of):
    limit = fold(of("log_daily_limit_bytes"))
    today = f"{fold(of('log_daily_used_bytes'))} / ({limit} > 0)"
    before = [
        f"max without (days_ago) ({fold(of('log_history_used_bytes'), day)}) / ({limit} > 0)"
        for day in HISTORY]
    over = (f"{fold(of('log_daily_exceeded'))} + "
            f"sum without (days_ago) ({fold(of('log_history_exceeded'))})")
    steps = thresholds(GREEN, (0.9, ORANGE), (1, RED))
    part = dict(unit="percentunit", decimals=0, steps=steps, colored=True, width=105)
    return rows(
        "Logs of seven days against the licence",
        "What was received each day as a part of the GB per day of the licence, and on how many of the seven days "
        f"{of.name} says that it was over.",
        [limit, today, *before, over],
        [
            Column("target", "Target"),
            Column("Value #A", "Per day", unit="bytes", decimals=1, width=95),
            Column("Value #I", "Days over", steps=thresholds(GREEN, (1, ORANGE), (3, RED)), colored=True, width=105),
            Column("Value #B", "Today", **part),
            *(Column(f"Value #{letter}", f"{day} day{'s' if day > 1 else ''} ago", **part)
              for day, letter in enumerate("CDEFGH", start=1)),
        ],
        words.none_of(of), sort="Days over", descending=True)


def build():
    return build_of(FORTIMANAGERS)


def build_of(of):
    """The board of one of the two products, which show the same but for what only one of them has."""
    board = Board(of.uid, f"Contracts, devices, disk, logs and licence of {of.name}.", targets=of("up"))

    board.row("State")
    board.add(state(of), 24, 6, may_be_empty={"B": "nothing fails in the demo"})
    board.add(system(of), 24, 6)
    if of is FORTIMANAGERS:
        board.add(cluster(), 14, 6)
        board.add(tasks(), 10, 6)
        board.add(members(), 24, 6)

    board.row("Contracts")
    board.add(contracts(of), 24, 11)

    board.row("Devices")
    board.add(graph(
        "Devices and VDOMs", "In use, and as dashed lines what the licences allow; the 20 fullest.",
        used_and_limit(of("devices_used"), of("devices_limit")),
        words.none_of(of), limits="/ limit$/", legend="right"), 12, 9)
    board.add(bars(
        f"Share used: warning above {DEVICES_NEAR:.0%}", "Devices and VDOMs in use, the seven fullest.",
        [(f"topk(7, {share(of('devices_used'), of('devices_limit'))})", "{{target}}")],
        words.NONE_POLLED, unit="percentunit", maximum=1, decimals=1,
        steps=(GREEN, (DEVICES_NEAR, ORANGE), (1, RED))), 6, 9)
    board.add(bars(
        "Managed devices by kind", f"Over the chosen {of.name}s; only FortiGates and logging devices count against "
        "the licence.",
        [(f"sort_desc(sum by (kind) ({fold(of('managed_devices'))}))", "{{kind}}")],
        words.NONE_POLLED), 6, 9)

    if of is FORTIMANAGERS:
        board.row("Managed devices")
        board.add(managed(
            "By connection", "Over the chosen FortiManagers, if collectors name devices.",
            "fortimanager_managed_devices_by_connection", "connection"), 8, 7)
        board.add(managed(
            "By configuration", "Whether FortiManager's copy is the device's own.",
            "fortimanager_managed_devices_by_configuration", "configuration"), 8, 7)
        board.add(managed(
            "By last change", "How the last installation or retrieval of their configuration went.",
            "fortimanager_managed_devices_by_status", "status"), 8, 7)
        board.add(managed(
            "VM licences by days left", "Of managed virtual machines; each in one bar.",
            "fortimanager_managed_vm_licenses_by_time_left", "left"), 8, 7)
        board.add(managed(
            "VM licences by state", "In FortiManager's words.",
            "fortimanager_managed_vm_licenses_by_status", "status"), 8, 7)
        board.add(managed_vms(), 8, 7)
        board.add(managed_contracts(), 24, 9)
        board.add(managed(
            "By model", "The most common.", "fortimanager_managed_devices_by_platform", "platform"), 12, 9)
        board.add(managed(
            "By firmware", "The most common.", "fortimanager_managed_devices_by_version", "version"), 12, 9)

        board.row("Policies")
        board.add(policies(), 16, 9)
        board.add(checked(), 8, 9)

    board.row("Log disk")
    board.add(graph(
        "Log disk", "In use, and as dashed lines the limits; the 20 fullest.",
        used_and_limit(of("disk_used_bytes"), of("disk_limit_bytes")),
        words.none_of(of), unit="bytes", limits="/ limit$/", legend="right"), 12, 9)
    board.add(bars(
        f"Share used: warning {DISK_NEAR:.0%}, critical {DISK_CRITICAL:.0%}",
        "Log disk in use, the seven fullest.",
        [(f"topk(7, {share(of('disk_used_bytes'), of('disk_limit_bytes'))})", "{{target}}")],
        words.NONE_POLLED, unit="percentunit", maximum=1, decimals=1,
        steps=(GREEN, (DISK_NEAR, ORANGE), (DISK_CRITICAL, RED))), 6, 9)
    board.add(full_in(of), 6, 9, may_be_empty={"A": FLAT, "B": FLAT})

    board.row("Logs")
    board.add(graph(
        "Logs received today", "Since midnight, and as dashed lines the GB per day of the licences; the 20 fullest.",
        used_and_limit(of("log_daily_used_bytes"), of("log_daily_limit_bytes")),
        words.none_of(of), unit="bytes", limits="/ limit$/", legend="right"), 24, 8)
    board.add(log_days(of), 24, 8)

    board.row("Licence and platform")
    board.add(rows(
        "Features", "What is switched on.",
        [fold(of("feature_enabled"))],
        [Column("target", "Target"), Column("feature", "Feature", width=200),
         Column("Value", "State", mappings=words.SWITCH, width=70)],
        words.none_of(of), sort="Target"), 8, 9)
    board.add(rows(
        "Platform", f"What else the licence says, in {of.name}'s own codes, which are not documented.",
        [fold(of("platform_info"))],
        [Column("target", "Target"), Column("vm", "VM", width=60), Column("license_type", "Licence type", width=110),
         Column("encryption_type", "Encryption", width=95), Column("vm_meter_license", "VM meter", width=90)],
        words.none_of(of), sort="Target"), 9, 9)
    board.add(rows(
        "FortiCloud account",
        "Whose licence it is. The id is a person's e-mail address, so it is read only on request.",
        [fold(of("account_info"))],
        [Column("target", "Target"), Column("account_id", "Account"), Column("company", "Company")],
        "Not read: set account_info: true for the target to see it", sort="Target"), 7, 9,
        may_be_empty={"A": "off unless a target sets account_info: true"})
    return board
