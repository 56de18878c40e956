"""What needs me today: across all targets, worst first."""

from . import words
from .board import Board
from .links import EMS, EXPORTER, FORTIMANAGER, OVERVIEW, ROW_TO_SYSTEM, from_row, from_series, to_board
from .panels import (
    DAYS_LEFT_STEPS, DAYS_LEFT_UNIT, DAYS_LEFT_WORDS, GREEN, ORANGE, RED, YELLOW, Column, bars, number, rows,
    thresholds)
from .queries import (
    AGE, APPLIANCES, DAY, DEVICES_NEAR, DISK_CRITICAL, DISK_NEAR, FAILURE, FLEETS, INTERVAL, LAST_READ, LAST_SUCCESS,
    SEATS_NEAR, STALE, STALE_INTERVALS, UP, days_left, each_of, either, fold, in_milliseconds, label, last_day, raw,
    seconds_left, share)


def of_appliances(used, limit):
    return f"({each_of(APPLIANCES, lambda kind: share(kind(used), kind(limit)))})"


DEVICES = of_appliances("devices_used", "devices_limit")
DISK = of_appliances("disk_used_bytes", "disk_limit_bytes")
LOGS = of_appliances("log_daily_used_bytes", "log_daily_limit_bytes")
SEATS = share("forticlient_ems_license_seats_used", "forticlient_ems_license_seats")
OUT_OF_SYNC = share("forticlient_ems_endpoints_out_of_sync", "forticlient_ems_endpoints_online")

SYSTEMS = (*APPLIANCES, FLEETS)
ENDS = each_of(SYSTEMS, lambda kind: kind.ends)

FAILING = f"{LAST_READ} * ignoring (reason) group_right () {FAILURE}"
OVERDUE = f"({label('reason', 'overdue', f'({LAST_SUCCESS} and {STALE})')} unless ignoring (reason) {FAILURE})"


def contracts():
    def named(kind):
        if kind is FLEETS:
            return label("name", "Endpoint seats", kind.ends)
        info = fold(kind("license_info"))
        return either(
            f"{kind.ends} * ignoring (name, level) group_right () max without (instance, pod, status) ({info})",
            f"{kind.ends} unless ignoring (name, level, status) {info}")

    worst = f"bottomk(200, {each_of(SYSTEMS, named)})"
    return rows(
        "Contracts by days left",
        "Contracts of FortiManager and FortiAnalyzer and seats of FortiClient EMS, the 200 that end first. The last day is still "
        "covered. Those of a target that cannot be read any more are missing: it is in the list beside this one.",
        [days_left(worst), last_day(worst)],
        [
            Column("target", "Target", links=[ROW_TO_SYSTEM], width=140),
            Column("system", "System", width=100),
            Column("license", "Licence", width=80),
            Column("name", "Name"),
            Column("Value #B", "Last day", unit="time:YYYY-MM-DD", width=95),
            Column("Value #A", "Days left", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=DAYS_LEFT_WORDS, colored=True, width=95),
        ],
        words.NO_CONTRACTS, sort="Days left")


def failing():
    read = f"({either(FAILING, OVERDUE)})"
    # Without an exporter nothing fails: that is not to look as if all were well.
    absent = label("reason", "absent", f"0 * absent({raw('fortinet_exporter_collector_polls_total')})")
    return rows(
        "Failing or stale targets",
        f"Whose last poll failed and why, or that have brought nothing for {STALE_INTERVALS} intervals; the longest "
        "first. Their numbers vanish from the boards after a while.",
        [in_milliseconds(f"bottomk(200, {either(each_of(SYSTEMS, lambda kind: kind.only(read)), absent)})")],
        [
            Column("target", "Target", links=[ROW_TO_SYSTEM]),
            Column("system", "System", width=100),
            Column("collector", "Collector", width=80),
            Column("reason", "Reason", mappings=words.REASONS, width=200),
            Column("Value", "Last good poll", unit="dateTimeFromNow", mappings=words.NEVER, width=125),
        ],
        "All is well: every target is read in time", sort="Last good poll")


def capacity(title, description, expr, warning, critical, uid=None, legend="{{target}}"):
    return bars(
        title, description, [(f"topk(7, {expr})", legend)], words.NONE_POLLED, unit="percentunit", maximum=1,
        decimals=1, steps=(GREEN, (warning, ORANGE), (critical, RED)), links=[from_series("Open the board of {}", uid)])


def appliances():
    up = each_of(APPLIANCES, lambda kind: fold(kind("up")))
    first = each_of(APPLIANCES, lambda kind: f"min without (license) ({kind.ends})")
    return rows(
        "FortiManagers and FortiAnalyzers",
        "One line each; a dash is a number that the system does not state or that could not be read.",
        [up, DEVICES, DISK, LOGS, days_left(f"({first})")],
        [
            Column("target", "Target", links=[ROW_TO_SYSTEM]),
            Column("Value #A", "State", mappings=words.UP_OR_DOWN, colored=True, width=65),
            Column("Value #B", "Devices", unit="percentunit", decimals=0, width=75,
                   steps=thresholds(GREEN, (DEVICES_NEAR, ORANGE), (1, RED)), colored=True),
            Column("Value #C", "Disk", unit="percentunit", decimals=0, width=60,
                   steps=thresholds(GREEN, (DISK_NEAR, ORANGE), (DISK_CRITICAL, RED)), colored=True),
            Column("Value #D", "Logs today", unit="percentunit", decimals=0, width=95,
                   steps=thresholds(GREEN, (0.9, ORANGE), (1, RED)), colored=True),
            Column("Value #E", "First contract", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=DAYS_LEFT_WORDS, colored=True, width=110),
        ],
        words.NO_APPLIANCE, sort="First contract")


def fleets():
    return rows(
        "EMS fleets",
        "One line for each EMS; a dash is a number that EMS does not state or that could not be read.",
        [
            fold("forticlient_ems_up"), fold("forticlient_ems_endpoints"), fold("forticlient_ems_endpoints_online"),
            OUT_OF_SYNC, fold("forticlient_ems_endpoints_quarantined"), f"max without (license) ({SEATS})",
            days_left(f"min without (license) ({FLEETS.ends})"),
        ],
        [
            Column("target", "Target", links=[from_row("Open the board of this EMS", EMS)]),
            Column("Value #A", "State", mappings=words.UP_OR_DOWN, colored=True, width=65),
            Column("Value #B", "Endpoints", width=90),
            Column("Value #C", "Online", width=70),
            Column("Value #D", "Out of sync", unit="percentunit", decimals=1, width=105, colored=True,
                   steps=thresholds(GREEN, (0.1, ORANGE))),
            Column("Value #E", "Quarantined", width=110, colored=True, steps=thresholds(GREEN, (1, ORANGE))),
            Column("Value #F", "Seats", unit="percentunit", decimals=0, width=70, colored=True,
                   steps=thresholds(GREEN, (SEATS_NEAR, ORANGE), (1, RED))),
            Column("Value #G", "First contract", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=DAYS_LEFT_WORDS, colored=True, width=110),
        ],
        words.NO_EMS, sort="First contract")


def build():
    board = Board(
        OVERVIEW, "What needs attention today, across all FortiManagers, FortiAnalyzers and FortiClient EMS, worst first.",
        targets="fortinet_exporter_collector_polls_total")

    board.row("What needs me today")
    board.add(number(
        "Targets down", "Targets whose last poll failed.", f"sum(({UP}) == bool 0)", words.NONE_POLLED,
        steps=(GREEN, (1, RED)), mappings=words.NONE, links=[to_board("Open the exporter's board", EXPORTER)]), 4, 4)
    board.add(number(
        "Stale numbers", f"Collectors whose last good poll is more than {STALE_INTERVALS} intervals ago.",
        f"sum(({AGE}) > bool ignoring (collector) group_left () ({STALE_INTERVALS} * {INTERVAL}))", words.NONE_POLLED,
        steps=(GREEN, (1, RED)), mappings=words.NONE, links=[to_board("Open the exporter's board", EXPORTER)]), 4, 4)
    board.add(number(
        "Contracts expired", "Contracts and seats whose last day has passed.",
        f"sum(({seconds_left(f'({ENDS})')}) < bool 0)", words.NONE_POLLED,
        steps=(GREEN, (1, RED)), mappings=words.NONE), 4, 4)
    board.add(number(
        "Ending in 30 days", "Contracts and seats that end within 30 days, the expired ones not counted.",
        f"sum((({seconds_left(f'({ENDS})')}) <= bool {30 * DAY}) * (({seconds_left(f'({ENDS})')}) >= bool 0))",
        words.NONE_POLLED, steps=(GREEN, (1, YELLOW)), mappings=words.NONE), 4, 4)
    near = either(
        label("limit", "devices", f"({DEVICES} > bool {DEVICES_NEAR})"),
        label("limit", "disk", f"({DISK} > bool {DISK_NEAR})"),
        label("limit", "logs", f"({LOGS} > bool 1)"), label("limit", "seats", f"({SEATS} > bool {SEATS_NEAR})"))
    board.add(number(
        "Near or over a limit",
        f"Devices above {DEVICES_NEAR:.0%} of the licence, log disks above {DISK_NEAR:.0%}, logs of today above the "
        f"licence, EMS seats above {SEATS_NEAR:.0%}: the bars below say which.",
        f"sum({near})", words.NONE_POLLED, steps=(GREEN, (1, ORANGE)), mappings=words.NONE), 4, 4)
    board.add(number(
        "VM licences in trouble",
        "VM licences that are not valid, or in use twice: such a one turns invalid after 24 hours.",
        "sum({})".format(either(
            *(f"({fold(kind('vm_license_valid'))} == bool 0)" for kind in APPLIANCES),
            *(label("why", "duplicate", fold(kind("vm_license_duplicate"))) for kind in APPLIANCES))),
        words.NONE_POLLED, steps=(GREEN, (1, RED)), mappings=words.NONE,
        links=[to_board("Open the FortiManager board", FORTIMANAGER)]), 4, 4)
    board.add(contracts(), 12, 10)
    board.add(failing(), 12, 10, may_be_empty={"A": "nothing fails in the demo"})

    board.row("Capacity: the seven fullest of each")
    board.add(capacity(
        f"Devices: warning above {DEVICES_NEAR:.0%}",
        "Devices and VDOMs in use, as a part of what the licence allows.",
        DEVICES, DEVICES_NEAR, 1), 6, 9)
    board.add(capacity(
        f"Log disk: warning {DISK_NEAR:.0%}, critical {DISK_CRITICAL:.0%}",
        "Log disk in use, as a part of its limit.", DISK, DISK_NEAR, DISK_CRITICAL), 6, 9)
    board.add(capacity(
        "Logs today: limit at 100%", "Logs received today, as a part of the GB per day of the licence.",
        LOGS, 0.9, 1), 6, 9)
    board.add(capacity(
        f"EMS seats: warning above {SEATS_NEAR:.0%}", "Seats in use, as a part of the seats bought.",
        SEATS, SEATS_NEAR, 1, EMS, legend="{{target}} · {{license}}"), 6, 9)

    board.row("All systems")
    board.add(appliances(), 10, 9)
    board.add(fleets(), 14, 9)
    return board
