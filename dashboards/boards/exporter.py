"""The exporter itself: is it there, does it read its targets, and at what cost."""

from . import words
from .board import Board
from .links import EXPORTER, from_row, from_series
from .panels import (
    DAYS_LEFT_STEPS, DAYS_LEFT_UNIT, DAYS_LEFT_WORDS, GREEN, ORANGE, RED, Column, bars, graph, number, rows)
from .queries import AGE, DAY, FAILURE, INTERVAL, LAST_READ, LAST_SUCCESS, UP, exporters, fold, in_milliseconds, raw

BUILD = "fortinet_exporter_build_info"
CERTIFICATE = "fortinet_exporter_web_certificate_expiry_timestamp_seconds"
REFUSED = fold("fortinet_exporter_collector_failure_info", 'reason=~"auth|locked_out"')
UNKNOWN = fold("fortinet_exporter_unknown_fields")
UNREADABLE = raw("fortinet_exporter_unreadable_fields_total", range_="[$__range]")
DURATION = fold("fortinet_exporter_collector_duration_seconds")


def own(metric):
    """A metric of the exporters' processes: a job may hold other things, too."""
    return f"{exporters(metric)} and on (job, instance) {exporters(BUILD)}"


def nameless(expr):
    """Without the metric's name, which would keep rows of a table apart."""
    return f"max without (pod) ({expr})"


def increase(metric, window="$__rate_interval"):
    """Of both exporters of a pair: each of them polls."""
    return f"increase({raw(metric, range_=f'[{window}]')})"


def instances():
    return rows(
        "Exporters",
        "Each exporter that is scraped, whether it accepted its configurations when it last read them, and the days "
        "left of the certificate of its own pages.",
        [
            nameless(exporters(BUILD)),
            nameless(exporters("fortinet_exporter_config_last_reload_successful")),
            in_milliseconds(nameless(exporters("fortinet_exporter_config_last_reload_success_timestamp_seconds"))),
            in_milliseconds(nameless(own("process_start_time_seconds"))),
            nameless(own("process_resident_memory_bytes")),
            nameless(own("process_open_fds")),
            nameless(own("process_max_fds")),
            nameless(exporters("fortinet_exporter_shard_info")),
            nameless(exporters("fortinet_exporter_web_config_last_reload_successful")),
            f"floor(({nameless(exporters(CERTIFICATE))} - time()) / {DAY})",
        ],
        [
            Column("job", "Job"),
            Column("instance", "Instance"),
            Column("version", "Version", width=90),
            Column("shard", "Shard", width=70),
            Column("total_shards", "of shards", width=90),
            Column("Value #B", "Configuration", mappings=words.ACCEPTED, colored=True, width=120),
            Column("Value #C", "Accepted", unit="dateTimeFromNow", width=150),
            Column("Value #I", "Web configuration", mappings=words.ACCEPTED, colored=True, width=145, empty="None"),
            Column("Value #J", "Certificate", unit=DAYS_LEFT_UNIT, decimals=0, steps=DAYS_LEFT_STEPS,
                   mappings=DAYS_LEFT_WORDS, colored=True, width=110, empty="None"),
            Column("Value #D", "Started", unit="dateTimeFromNow", width=150),
            Column("Value #E", "Memory", unit="bytes", decimals=1, width=110),
            Column("Value #F", "Open files", width=100),
            Column("Value #G", "of at most", width=100),
        ],
        words.NO_EXPORTER, sort="Instance")


def polls():
    success = fold("fortinet_exporter_collector_success")
    # The failing before all others, then the oldest.
    worst = f"topk(200, (time() - {LAST_READ}) * (1 + 1e6 * ({success} == bool 0)))"
    polled = f"sum without (instance, pod) ({increase('fortinet_exporter_collector_polls_total', '1h')})"
    return rows(
        "Polls",
        "Every collector of every target, of more than 200 the failing and the oldest. After refused credentials the "
        "next try waits between 15 minutes and 6 hours, unless the secret changes.",
        [
            f"{success} and {worst}",
            f"{FAILURE} and ignoring (reason) {worst}",
            in_milliseconds(f"{LAST_SUCCESS} and {worst}"),
            # The interval is the target's; a line is a collector's.
            f"{INTERVAL} * ignoring (collector) group_right () (({success} >= bool 0) and {worst})",
            f"{DURATION} and {worst}",
            f"{polled} and {worst}",
        ],
        [
            Column("target", "Target", links=[from_row("Show this target alone", EXPORTER)]),
            Column("collector", "Collector", width=100),
            Column("Value #A", "Last poll", mappings=words.POLL, colored=True, width=90),
            Column("reason", "Failure", mappings=words.REASONS),
            Column("Value #C", "Last good poll", unit="dateTimeFromNow", width=150, empty="Never"),
            Column("Value #D", "Interval", unit="s", width=90),
            Column("Value #E", "Duration", unit="s", decimals=2, width=100),
            Column("Value #F", "Polls in 1 hour", decimals=0, width=130),
        ],
        words.NO_TARGET, sort="Last poll")


def build():
    board = Board(
        EXPORTER, "Whether the exporter reads its targets, what it costs them, and what it costs here.",
        targets="fortinet_exporter_collector_polls_total")

    board.row("Now")
    board.add(number(
        "Exporters scraped", "Exporters that Prometheus reaches.", f"count({exporters(BUILD)})",
        words.NONE_SCRAPED), 4, 4)
    board.add(number("Targets", "Systems that are polled.",
                     f"count({fold('fortinet_exporter_target_interval_seconds')})", words.NO_POLL), 4, 4)
    board.add(number(
        "Targets down", "Targets whose last poll failed.", f"sum(({UP}) == bool 0)", words.NO_POLL,
        steps=(GREEN, (1, RED)), mappings=words.NONE), 4, 4)
    board.add(number(
        "Credentials refused", "Collectors held back because the credentials were refused or the account is locked.",
        f"count({REFUSED}) or 0 * count({INTERVAL})", words.NO_POLL, steps=(GREEN, (1, RED)),
        mappings=words.NONE), 4, 4)
    board.add(number(
        "Configurations refused", "Configurations and web configurations of which an older one is in force because the "
        "one on disk was refused: the next restart would fail.",
        f"sum({exporters('fortinet_exporter_config_last_reload_successful')} == bool 0)"
        f" + (sum({exporters('fortinet_exporter_web_config_last_reload_successful')} == bool 0) or vector(0))",
        words.NONE_SCRAPED,
        steps=(GREEN, (1, RED)), mappings=words.NONE), 4, 4)
    board.add(number(
        "TLS not verified", "Targets whose certificate is not verified, by their own setting: whoever answers "
        "in their place would not be noticed.",
        f"sum({fold('fortinet_exporter_tls_verification_disabled')})", words.NO_POLL,
        steps=(GREEN, (1, ORANGE)), mappings=words.NONE), 4, 4)
    plain = "the demo's pages are plain HTTP, without a web configuration"
    board.add(instances(), 24, 5, may_be_empty={"I": plain, "J": plain})

    board.row("Polls")
    failed = increase("fortinet_exporter_collector_failures_total", "$__range")
    board.add(polls(), 24, 10, may_be_empty={"B": "nothing fails in the demo"})
    board.add(graph(
        "Failed polls by reason", "Over about one step of the graph.",
        [(f"sum by (reason) ({increase('fortinet_exporter_collector_failures_total')}) > 0", "{{reason}}")],
        "No failed poll seen in this time range", stacked=True, draw="bars", decimals=0), 9, 8,
        may_be_empty={"A": "nothing fails in the demo"})
    board.add(rows(
        "Where polls fail", "Failed polls over the time range of the board, the 50 most.",
        [f"topk(50, sum by (target, collector, reason) ({failed}) > 0)"],
        [Column("target", "Target"), Column("collector", "Collector", width=85),
         Column("reason", "Reason", mappings=words.REASONS, width=200),
         Column("Value", "Failed", decimals=0, width=75)],
        "No failed poll seen in this time range", sort="Failed", descending=True), 10, 8,
        may_be_empty={"A": "nothing fails in the demo"})
    board.add(rows(
        "Certificates not verified", "Targets with insecure_skip_verify or plain HTTP.",
        [f"{fold('fortinet_exporter_tls_verification_disabled')} == 1"],
        [Column("target", "Target"), Column("Value", "Certificate", mappings=words.VERIFICATION, width=105)],
        "None seen", sort="Target"), 5, 8, may_be_empty={"A": "the demo verifies all"})
    board.add(graph(
        "Time a poll takes", "Signing in included; over all chosen targets.",
        [(f"max by (collector) ({DURATION})", "{{collector}}, slowest"),
         (f"quantile by (collector) (0.5, {DURATION})", "{{collector}}, median")],
        words.NO_TARGET, unit="s"), 8, 8)
    board.add(graph(
        "Polls at once",
        "Targets that are being polled, those whose poll is due and waits for others to end, and as a dashed line "
        "max_concurrent_polls.",
        [(exporters("fortinet_exporter_polls_in_progress"), "{{instance}} in progress"),
         (exporters("fortinet_exporter_polls_waiting"), "{{instance}} waiting"),
         (exporters("fortinet_exporter_polls_limit"), "{{instance}} limit")],
        words.NONE_SCRAPED, limits="/ limit$/", decimals=0), 6, 8)
    board.add(bars(
        "Slowest polls", "The time the last poll took, the 15 longest.",
        [(f"topk(15, {DURATION})", "{{target}} · {{collector}}")], words.NO_POLL, unit="s", decimals=2,
        links=[from_series("Show this target alone", EXPORTER)]), 5, 8)
    board.add(bars(
        "Oldest numbers", "Time since the last good poll, the 15 longest. A collector that never had one has no bar.",
        [(f"topk(15, {AGE})", "{{target}} · {{collector}}")], words.NO_POLL, unit="s", decimals=1,
        links=[from_series("Show this target alone", EXPORTER)]), 5, 8)

    board.row("A good guest: sessions, and answers that could not be read")
    board.add(graph(
        "Sign-ins in one hour",
        "Every sign-in is a line in the system's own audit log; a session is kept as long as it works.",
        [(f"sum({increase('fortinet_exporter_logins_total', '1h')})", "sign-ins"),
         (f"sum({increase('fortinet_exporter_login_failures_total', '1h')})", "failed")],
        words.NO_TARGET, decimals=1, maximum=1), 8, 8)
    board.add(bars(
        "Sign-ins in the last hour", "By target, the 10 most.",
        [(f"topk(10, sum by (target) ({increase('fortinet_exporter_logins_total', '1h')}))", "{{target}}")],
        words.NO_POLL, decimals=0, links=[from_series("Show this target alone", EXPORTER)]), 5, 8)
    board.add(rows(
        "Unreadable fields",
        "What was there and could not be read, since the exporter was started; it is missing from the numbers. Please "
        "report it.",
        # Its series begin with the first time, which no increase() would show.
        [f"topk(50, sum by (target, collector, field) (max_over_time({UNREADABLE})))"],
        [Column("target", "Target"), Column("collector", "Collector", width=90), Column("field", "Field"),
         Column("Value", "Times", decimals=0, width=70)],
        "No unreadable field seen in this time range", sort="Times", descending=True), 6, 8,
        may_be_empty={"A": "all that the demo shows can be read"})
    board.add(rows(
        "Unknown fields",
        "Keys of the last answer that nobody knows: of a release that is newer than the exporter, as a rule. Nothing is missing "
        "for it; `probe` names them. Please show them with `probe --capture`.",
        [f"topk(50, {UNKNOWN} > 0)"],
        [Column("target", "Target"), Column("collector", "Collector", width=90),
         Column("Value", "Keys", decimals=0, width=60)],
        "None seen", sort="Keys", descending=True), 5, 8,
        may_be_empty={"A": "all that the demo answers is known"})

    board.row("What it costs here")
    board.add(graph(
        "CPU", "Cores in use.",
        [(f"rate({exporters('process_cpu_seconds_total', '[$__rate_interval]')}) and on (job, instance) "
          + exporters(BUILD), "{{instance}}")],
        words.NO_PROCESS, unit="percentunit", decimals=1), 8, 8)
    board.add(graph(
        "Memory", "Resident memory.", [(own("process_resident_memory_bytes"), "{{instance}}")],
        words.NO_PROCESS, unit="bytes"), 8, 8)
    board.add(graph(
        "Open files", "File descriptors, and as a dashed line how many may be open.",
        [(own("process_open_fds"), "{{instance}}"), (own("process_max_fds"), "{{instance}} limit")],
        words.NO_PROCESS, limits="/ limit$/"), 8, 8)
    return board
