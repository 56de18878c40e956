"""Pieces of PromQL that the boards share. Every selector names the board's variables."""

from .links import EMS, FORTIANALYZER, FORTIMANAGER

JOB = 'job=~"$job"'
TARGET = 'target=~"$target"'

# What is above these is called near a limit, as in deploy/prometheus/fortinet.rules.yml.
DEVICES_NEAR, ADOMS_NEAR, DISK_NEAR, DISK_CRITICAL, SEATS_NEAR = 0.9, 0.9, 0.8, 0.9, 0.9
STALE_INTERVALS = 3
DAY = 86400
BACKUP_OLD = 8 * DAY


def raw(metric, *matchers, range_=""):
    """A metric of the chosen targets."""
    return f"{metric}{{{', '.join([JOB, TARGET, *matchers])}}}{range_}"


def exporters(metric, range_=""):
    """A metric of an exporter itself, which has no target."""
    return f"{metric}{{{JOB}}}{range_}"


def fold(metric, *matchers):
    """One series for what both exporters of a highly available pair report."""
    return f"max without (instance, pod) ({raw(metric, *matchers)})"


def share(used, limit, *matchers):
    """Used as a part of its limit; no limit, or one of 0, is no share."""
    return f"{fold(used, *matchers)} / ({fold(limit, *matchers)} > 0)"


def fullest(metric, used, limit):
    """The metric of the 20 targets that have used most of their limit, so that thousands do not fill a graph; those
    without a limit come last."""
    return f"{fold(metric)} and topk(20, {share(used, limit)} or 0 * {fold(used)})"


def label(name, value, expr):
    """The same series with one more label."""
    return f'label_replace({expr}, "{name}", "{value}", "", "")'


def either(*exprs):
    return " or ".join(exprs)


class Kind:
    """A kind of system whose metrics have a prefix: kind("up") is the name of one of them."""

    def __init__(self, name, prefix, uid):
        self.name, self.prefix, self.uid = name, prefix, uid

    def __call__(self, metric):
        return f"{self.prefix}_{metric}"

    @property
    def ends(self):
        return fold(self("license_expiry_timestamp_seconds"))

    def only(self, expr):
        """Keeps an exporter's own series of these systems: $target may be All."""
        return f"{expr} and on (job, target) {raw(self('up'))}"

    def labelled(self, expr):
        """With the system as a label, which is what the uid of its board ends in, for links."""
        return label("system", self.uid.removeprefix("fortinet-"), expr)


FORTIMANAGERS = Kind("FortiManager", "fortimanager", FORTIMANAGER)
FORTIANALYZERS = Kind("FortiAnalyzer", "fortianalyzer", FORTIANALYZER)
FLEETS = Kind("FortiClient EMS", "forticlient_ems", EMS)
# Those with a licence page.
APPLIANCES = (FORTIMANAGERS, FORTIANALYZERS)


def each_of(kinds, expr):
    """What expr makes of each kind, in one answer and with the system as a label."""
    return either(*(kind.labelled(expr(kind)) for kind in kinds))


UP = either(*(fold(kind("up")) for kind in (*APPLIANCES, FLEETS)))
INTERVAL = fold("fortinet_exporter_target_interval_seconds")
LAST_SUCCESS = fold("fortinet_exporter_collector_last_success_timestamp_seconds")
FAILURE = fold("fortinet_exporter_collector_failure_info")

# When a collector was last read; one that fails and never was is taken to be as old as time itself, 1970.
LAST_READ = f"({LAST_SUCCESS} or 0 * max without (reason) ({FAILURE}))"

# Seconds since a collector's last good poll.
AGE = f"time() - {LAST_SUCCESS}"
STALE = f"({AGE}) > ignoring (collector) group_left () ({STALE_INTERVALS} * {INTERVAL})"


def seconds_left(ends):
    """Until the end of the stated day, which is still covered."""
    return f"{ends} + {DAY} - time()"


def last_day(ends):
    """For a unit of dates, in milliseconds: noon of the day in UTC, which is the same date in (nearly) every zone."""
    return f"(floor({ends} / {DAY}) * {DAY} + {DAY // 2}) * 1000"


def days_left(ends):
    """Whole days: 0 on the last day, negative from the day after it."""
    return f"floor(({seconds_left(ends)}) / {DAY})"


def in_milliseconds(time):
    """A point in time as Grafana's units of dates want it."""
    return f"({time}) * 1000"


def growth(metric, window):
    """Bytes, devices and so on per second."""
    return f"max without (instance, pod) (deriv({raw(metric, range_=f'[{window}]')}))"


def seconds_to_full(used, limit, window):
    """At the growth of the window; absent where nothing grows."""
    room = f"(({fold(limit)} > 0) - {fold(used)}) >= 0"
    return f"({room}) / ({growth(used, window)} > 0)"
