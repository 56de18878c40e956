"""A board: its frame, its variables, and where its panels go."""

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as models

from .links import TITLES, to_boards
from .panels import DATASOURCE

# The version of the dashboard schema that Grafana 13 writes; the types say 41 and differ in nothing used here.
SCHEMA_VERSION = 42


class Board:
    def __init__(self, uid, description, targets):
        """targets: the metric whose targets can be chosen."""
        self.uid = uid
        self.may_be_empty = []
        self._panels = 0
        self._board = (
            dashboard.Dashboard(TITLES[uid]).uid(uid).description(description)
            .tags(["fortinet"]).readonly().timezone("browser").tooltip(models.DashboardCursorSync.CROSSHAIR)
            .time("now-7d", "now").refresh("1m").version(1).week_start("").fiscal_year_start_month(0)
            .links(to_boards(uid)).annotation(_own_annotations())
            .variables([
                dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus")
                .description("The Prometheus that scrapes the exporter."),
                _choice("job", "Job", f"label_values({targets}, job)",
                        "The scrape jobs of the exporter."),
                _choice("target", "Target", f'label_values({targets}{{job=~"$job"}}, target)',
                        "The systems, by the names they have in the exporter's configuration."),
            ]))

    def row(self, title):
        self._panels += 1
        self._board.with_row(dashboard.Row(title).id(self._panels))

    def add(self, panel, width, height, may_be_empty=None):
        """Puts a panel to the right of the last one. may_be_empty: the letters of the queries that need not return
        anything where the demo is scraped, and why."""
        self._panels += 1
        self._board.with_panel(panel.id(self._panels).span(width).height(height))
        for ref, reason in (may_be_empty or {}).items():
            self.may_be_empty.append(
                {"board": self.uid, "panel": panel.build().title, "query": ref, "reason": reason})

    def build(self):
        built = self._board.build()
        built.schema_version = SCHEMA_VERSION
        return built


def _own_annotations():
    """What Grafana itself adds to every board."""
    return (dashboard.AnnotationQuery().name("Annotations & Alerts").type("dashboard").built_in(1)
            .datasource(models.DataSourceRef(type_val="grafana", uid="-- Grafana --"))
            .enable(True).hide(True).icon_color("rgba(0, 211, 255, 1)"))


def _choice(name, title, query, description):
    return (dashboard.QueryVariable(name).label(title).description(description).datasource(DATASOURCE)
            .query({"qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"})
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(models.VariableSort.ALPHABETICAL_ASC)
            .multi(True).include_all(True).all_value(".+")
            .current(models.VariableOption(selected=True, text=["All"], value=["$__all"])))
