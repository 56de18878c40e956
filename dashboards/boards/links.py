"""Links between the boards, which carry the variables and the time range along."""

from grafana_foundation_sdk.builders import dashboard

OVERVIEW, FORTIMANAGER, FORTIANALYZER, EMS, EXPORTER = (
    "fortinet-overview", "fortinet-fortimanager", "fortinet-fortianalyzer", "fortinet-ems", "fortinet-exporter")
TITLES = {
    OVERVIEW: "Fortinet overview",
    FORTIMANAGER: "FortiManager",
    FORTIANALYZER: "FortiAnalyzer",
    EMS: "FortiClient EMS",
    EXPORTER: "Fortinet exporter",
}

CARRIED = "${datasource:queryparam}&${job:queryparam}&${__url_time_range}"


def to_boards(uid):
    """The links on top of a board: to all others."""
    return [
        dashboard.DashboardLink(TITLES[other]).type("link").icon("dashboard").url(f"/d/{other}")
        .tooltip(f"Open {TITLES[other]} with these targets and this time range").include_vars(True).keep_time(True)
        for other in TITLES if other != uid
    ]


def from_row(title, uid):
    """From the target in a table's row to the target's own board."""
    return {"title": title, "targetBlank": False,
            "url": f"/d/{uid}?var-target=${{__data.fields.target:percentencode}}&{CARRIED}"}


def from_series(title, uid):
    """From a bar or a line of a target; without uid to the board of its system, by the label."""
    uid = uid or "fortinet-${__field.labels.system}"
    return (dashboard.DashboardLink(title)
            .url(f"/d/{uid}?var-target=${{__field.labels.target:percentencode}}&{CARRIED}"))


def to_board(title, uid):
    """From a number over all chosen targets."""
    return dashboard.DashboardLink(title).url(f"/d/{uid}?${{target:queryparam}}&{CARRIED}")


# The label `system` is what the uid ends in.
ROW_TO_SYSTEM = from_row("Open the board of this target", "fortinet-${__data.fields.system}")
