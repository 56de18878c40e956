"""What values are called, so that no state is told by its colour alone."""

from grafana_foundation_sdk.models import dashboard as board

from .panels import BLUE, GREEN, ORANGE, PLAIN, RED, above, below, words

NONE = words({0: ("None", GREEN)})
UP_OR_DOWN = words({0: ("Down", RED), 1: ("Up", GREEN)})
POLL = words({0: ("Failed", RED), 1: ("OK", GREEN)})
VALID = words({0: ("Not valid", RED), 1: ("Valid", GREEN)})
DUPLICATE = words({0: ("No", GREEN), 1: ("In use twice", RED)})
TRIAL = words({0: ("No", GREEN), 1: ("Trial", ORANGE)})
EXCEEDED = words({0: ("No", GREEN), 1: ("Exceeded", RED)})
IN_SYNC = words({0: ("No", RED), 1: ("Yes", GREEN)})
HEALTH = words({0: ("Not OK", RED), 1: ("OK", GREEN)})
CONTRACT = words({0: ("Not ok", RED), 1: ("ok", GREEN)})
SWITCH = words({0: ("Off", PLAIN), 1: ("On", BLUE)})
ACCEPTED = words({0: ("Refused", RED), 1: ("Accepted", GREEN)})
VERIFICATION = words({0: ("Verified", GREEN), 1: ("Not verified", ORANGE)})

SOURCES = [board.ValueMap(options={
    source: board.ValueMappingResult(text=text, color=PLAIN, index=index)
    for index, (source, text) in enumerate([("gui", "Licence page"), ("json_rpc", "JSON-RPC")])})]

# A poll that never was is one of 1970, in milliseconds.
NEVER = [below(1e11, "Never", RED, 0)]
# Days left of what has no date.
NO_DATE = 1e5
NO_DATE_WORDS = [above(NO_DATE - 1e4, "No date", PLAIN, 98)]

REASONS = [board.ValueMap(options={
    reason: board.ValueMappingResult(text=f"{reason}: {text}", color=color, index=index)
    for index, (reason, text, color) in enumerate([
        ("dns", "name not found", PLAIN),
        ("connect", "no connection", PLAIN),
        ("tls", "certificate not accepted", PLAIN),
        ("timeout", "no answer in time", PLAIN),
        ("auth", "credentials refused", RED),
        ("forbidden", "not allowed to read it", PLAIN),
        ("locked_out", "account locked", RED),
        ("rate_limited", "too many requests", PLAIN),
        ("http_status", "error status", PLAIN),
        ("not_json", "answer is not JSON", PLAIN),
        ("unexpected_payload", "answer not understood", PLAIN),
        ("too_large", "answer too large", PLAIN),
        ("overdue", "no poll has ended", PLAIN),
        # Not of the exporter, but of its absence.
        ("absent", "no exporter", RED),
    ])})]

# Empty states: what to do, not only that there is nothing.
NO_CONTRACTS = "No contract known: are the targets polled? See the board Fortinet exporter"
NO_CLUSTER = "No cluster read: name ha under collectors, with an API token"
NO_TASKS = "No tasks read: name tasks under collectors, with an API token"
NO_APPLIANCE = "No FortiManager or FortiAnalyzer here: add one to the configuration, or see the board Fortinet exporter"
NO_EMS = "No EMS here: add one under forticlient_ems or forticlient_cloud, or see the board Fortinet exporter"
NO_TARGET = "No target here: add one to the exporter's configuration, or see the exporters above"
NO_EXPORTER = "No exporter scraped: is it running, and does Prometheus have a job for it?"
NO_PROCESS = "Not exported: was --web.disable-exporter-metrics given?"


def none_of(kind):
    return f"No {kind.name} here: add one under {kind.prefix}s, or see the board Fortinet exporter"


# Where there is room for a few words only.
NONE_POLLED = "None polled: see Fortinet exporter"
NONE_SCRAPED = "No exporter scraped"
NO_POLL = "No target polled"
