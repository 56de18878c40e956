"""The endpoints of FortiClient EMS and FortiClient Cloud."""

from . import words
from .board import Board
from .links import EMS
from .panels import (
    BLUE, DAYS_LEFT_STEPS, DAYS_LEFT_UNIT, DAYS_LEFT_WORDS, GREEN, ORANGE, RED, Column, bars, graph, number, rows,
    thresholds)
from .queries import FLEETS, SEATS_NEAR, days_left, fold, in_milliseconds, last_day, raw, share

OFF = "off unless endpoints_by names it"
OUT_OF_SYNC_SHARE, SIGNATURES_SHARE = 0.1, 0.2

AGES = [
    ('age="under_1h"', "Within the hour"), ('age="under_1d"', "Within a day"), ('age="under_7d"', "Within 7 days"),
    ('age="under_30d"', "Within 30 days"), ('age="over_30d"', "Longer ago"), ('age="never"', "Never")]


def endpoints(what=""):
    return fold(f"forticlient_ems_endpoints{what}")


def total(what=""):
    return f"sum({endpoints(what)})"


def part(what, whole):
    """A share over all chosen fleets: their sums divided, so that a small one does not weigh like a large one."""
    return f"{total(what)} / ({total(whole)} > 0)"


def highest(what, whole):
    """The share of each fleet, of the 20 where it is highest."""
    return f"topk(20, {share(f'forticlient_ems_endpoints{what}', f'forticlient_ems_endpoints{whole}')})"


def systems():
    return rows(
        "EMS and FortiClient Cloud",
        "Whether the last poll worked, how old the numbers are, and what each fleet counts. A failure beside a state "
        "of Up is that of the licence or of one exporter of a pair.",
        [
            fold("forticlient_ems_up"),
            FLEETS.only("max without (collector) (" + fold("fortinet_exporter_collector_failure_info") + ")"),
            in_milliseconds(FLEETS.only(
                fold("fortinet_exporter_collector_last_success_timestamp_seconds", 'collector="endpoints"'))),
            fold("forticlient_ems_info"),
            *(endpoints(what) for what in
              ("", "_managed", "_online", "_quarantined", "_out_of_sync")),
        ],
        [
            Column("target", "Target"),
            Column("Value #A", "State", mappings=words.UP_OR_DOWN, colored=True, width=70),
            Column("reason", "Failure", mappings=words.REASONS),
            Column("Value #C", "Last good poll", unit="dateTimeFromNow", width=150, empty="Never"),
            Column("version", "Version", width=85),
            Column("serial", "Serial", width=170),
            Column("Value #E", "Endpoints", width=95),
            Column("Value #F", "Managed", width=90),
            Column("Value #G", "Online", width=80),
            Column("Value #H", "Quarantined", width=115, colored=True, steps=thresholds(GREEN, (1, ORANGE))),
            Column("Value #I", "Out of sync", width=105),
        ],
        words.NO_EMS, sort="State")


def seats():
    used, bought = "forticlient_ems_license_seats_used", "forticlient_ems_license_seats"
    return rows(
        "Seats and contracts",
        "Seats in use and bought, and until when; the last day is still covered. No date: EMS "
        "states none that can be read.",
        [
            f"{fold(bought)} > 0",
            # Kinds that were never bought are only named where they are used.
            f"{fold(used)} > 0 or ({fold(used)} and {fold(bought)} > 0)",
            share(used, bought),
            last_day(FLEETS.ends),
            f"{days_left(FLEETS.ends)} or 0 * ({fold(bought)} > 0) + {words.NO_DATE:.0f}",
        ],
        [
            Column("target", "Target"),
            Column("license", "Seats", width=130),
            Column("Value #B", "Used", width=80),
            Column("Value #A", "Bought", width=80),
            Column("Value #C", f"Share (warning above {SEATS_NEAR:.0%})", unit="percentunit", decimals=0, bar=True,
                   steps=thresholds(GREEN, (SEATS_NEAR, ORANGE), (1, RED))),
            Column("Value #D", "Last day", unit="time:YYYY-MM-DD", width=110),
            Column("Value #E", "Days left", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=[*DAYS_LEFT_WORDS, *words.NO_DATE_WORDS], colored=True, width=115),
        ],
        words.NO_EMS, sort="Days left")


def counted(title, description, expr, steps=(BLUE,)):
    return number(title, description, expr, words.NONE_POLLED, steps=steps)


def shared(title, description, expr, warning):
    steps = (GREEN, (warning, ORANGE)) if warning else (BLUE,)
    return number(title, description, expr, words.NONE_POLLED, unit="percentunit", decimals=1, steps=steps)


def make_up(title, description, by):
    name = by.removeprefix("_by_").replace("client_", "")
    return bars(title, description,
                [(f"topk(9, sum by ({name}) ({endpoints(by)}))", f"{{{{{name}}}}}")], words.NONE_POLLED)


def switched_off(title, by):
    return bars(
        title, f"The 15 largest; only of an EMS whose endpoints_by names {by}.",
        [(f"topk(15, sum by ({by}) ({endpoints('_by_' + by)}))", f"{{{{{by}}}}}")],
        f"Not counted: add {by} to endpoints_by of the EMS in the exporter's configuration")


def build():
    board = Board(
        EMS, "The endpoints of FortiClient EMS and FortiClient Cloud: how many, how current, how protected.",
        targets="forticlient_ems_up")

    board.row("The fleet now, over the chosen EMS")
    board.add(counted("Endpoints", "All that EMS knows, also those without FortiClient.", total()), 3, 4)
    board.add(counted("Managed", "Endpoints that EMS manages.", total("_managed")), 3, 4)
    board.add(counted("Online", "Endpoints whose telemetry connection is up.", total("_online")), 3, 4)
    board.add(counted(
        "Quarantined", "Endpoints in quarantine.", total("_quarantined"), steps=(GREEN, (1, ORANGE))), 3, 4)
    board.add(shared(
        "Out of sync", "Endpoints online without the current policy, as a part of those online. Warning above "
        f"{OUT_OF_SYNC_SHARE:.0%}.", part("_out_of_sync", "_online"), OUT_OF_SYNC_SHARE), 3, 4)
    board.add(shared(
        "Old signatures",
        "Endpoints whose antivirus signatures are not up to date, as a part of those managed. Warning above "
        f"{SIGNATURES_SHARE:.0%}.", part("_av_signature_outdated", "_managed"), SIGNATURES_SHARE), 3, 4)
    board.add(shared(
        "Old FortiClient", "Endpoints whose FortiClient is not up to date, as a part of those managed.",
        part("_client_outdated", "_managed"), None), 3, 4)
    board.add(shared(
        "Vulnerable", "Endpoints with at least one known vulnerability, as a part of those managed.",
        part("_vulnerable", "_managed"), None), 3, 4)
    board.add(systems(), 24, 6, may_be_empty={"B": "nothing fails in the demo"})

    board.row("Make-up")
    board.add(make_up("Operating systems", "Other includes endpoints that report none.", "_by_os"), 8, 11)
    board.add(make_up("FortiClient versions", "The nine most common.", "_by_client_version"), 8, 11)
    board.add(bars(
        "Last seen", "Time since EMS last heard of an endpoint.",
        [(f"sum({fold('forticlient_ems_endpoints_by_last_seen', matcher)})", age) for matcher, age in AGES],
        words.NONE_POLLED), 8, 11)

    board.row("Trend")
    board.add(graph(
        "Endpoints over time",
        "Sums over the chosen EMS; the dashed line is how many were online a week earlier. A step down in all lines is "
        "an EMS that could not be read any more.",
        [(total(), "all"), (total("_managed"), "managed"), (total("_registered"), "registered"),
         (total("_online"), "online"), (total("_on_fabric"), "on fabric"),
         (f"sum(max without (instance, pod) ({raw('forticlient_ems_endpoints_online', range_=' offset 1w')}))",
          "online, a week earlier")],
        words.NO_EMS, limits="/ earlier$/"), 12, 9,
        may_be_empty={"F": "the demo has no data of a week ago"})
    board.add(graph(
        "Endpoints that need attention", "Sums over the chosen EMS.",
        [(total("_quarantined"), "quarantined"), (total("_out_of_sync"), "out of sync"),
         (total("_excluded"), "excluded"), (total("_migrating"), "migrating")], words.NO_EMS), 12, 9)
    board.add(graph(
        "Policy sync",
        f"Endpoints online without the current policy, as a part of those online; the line at {OUT_OF_SYNC_SHARE:.0%} "
        "is where a warning begins. The 20 highest.",
        [(highest("_out_of_sync", "_online"), "{{target}} out of sync")],
        words.NO_EMS, unit="percentunit", lines=[(OUT_OF_SYNC_SHARE, ORANGE)], maximum=0.15,
        legend="right"), 12, 8)
    board.add(graph(
        "Signatures and versions",
        "Endpoints with old antivirus signatures or an old FortiClient, as a part of those managed; the line at "
        f"{SIGNATURES_SHARE:.0%} is where a warning about signatures begins. The 20 highest.",
        [(highest("_av_signature_outdated", "_managed"), "{{target}} signatures"),
         (highest("_client_outdated", "_managed"), "{{target}} FortiClient")],
        words.NO_EMS, unit="percentunit", lines=[(SIGNATURES_SHARE, ORANGE)], legend="right"), 12, 8)

    board.row("Licences")
    board.add(seats(), 24, 9)

    board.row("Protection")
    board.add(bars(
        "Features switched on", "Endpoints on which a feature of FortiClient is on.",
        [(f"sort_desc(sum by (feature) ({endpoints('_feature_enabled')}))", "{{feature}}")], words.NONE_POLLED), 8, 15)
    board.add(bars(
        "Security events", "Events that EMS shows at its endpoints, the 13 most frequent kinds.",
        [(f"topk(13, sum by (kind) ({fold('forticlient_ems_security_events')}))", "{{kind}}")],
        words.NONE_POLLED), 8, 15)
    board.add(graph(
        "Security events over time",
        "The eight most frequent kinds. What EMS shows at the time: the number falls when EMS forgets events.",
        [(f"topk(8, sum by (kind) ({fold('forticlient_ems_security_events')}))", "{{kind}}")], words.NO_EMS), 8, 15)

    board.row("Policies and groups, where they are counted")
    board.add(switched_off("Endpoints by policy", "policy"), 12, 9, may_be_empty={"A": OFF})
    board.add(switched_off("Endpoints by group", "group"), 12, 9, may_be_empty={"A": OFF})
    return board
