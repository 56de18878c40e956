"""Panels as all boards draw them."""

from grafana_foundation_sdk.builders import bargauge, common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common as models
from grafana_foundation_sdk.models import dashboard as board

DATASOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
GREEN, YELLOW, ORANGE, RED, BLUE, PLAIN = "green", "yellow", "orange", "red", "blue", "text"

# What a cell without a value shows.
DASH = "–"


def query(expr, ref, legend="", instant=True, as_table=False):
    target = prometheus.Dataquery().datasource(DATASOURCE).editor_mode("code").expr(expr).ref_id(ref)
    target = target.instant() if instant else target.range()
    if as_table:
        return target.format("table")
    return target.legend_format(legend)


def refs(items):
    return zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", items)


def thresholds(*steps):
    """The colour from the start, then (from, colour) pairs."""
    first, *rest = steps
    return dashboard.ThresholdsConfig().mode("absolute").steps(
        [board.Threshold(color=first), *(board.Threshold(value=value, color=color) for value, color in rest)])


def words(texts):
    """Values as words: {0: ("Down", "red")}."""
    return [board.ValueMap(options={
        str(value): board.ValueMappingResult(text=text, color=color, index=index)
        for index, (value, (text, color)) in enumerate(texts.items())})]


def below(value, text, color, index):
    return board.RangeMap(options=board.DashboardRangeMapOptions(
        to=value, result=board.ValueMappingResult(text=text, color=color, index=index)))


def above(value, text, color, index):
    return board.RangeMap(options=board.DashboardRangeMapOptions(
        from_val=value, result=board.ValueMappingResult(text=text, color=color, index=index)))


def known(first, *rest):
    """No value has no colour: without this it has the first one, and that may be green."""
    return thresholds(PLAIN, (0, first), *rest)


# Whole days until a contract ends, worded so that no number is needed where it says nothing, and "1 days" never shows.
DAYS_LEFT_UNIT = "suffix: days"
DAYS_LEFT_STEPS = thresholds(RED, (7, ORANGE), (14, YELLOW), (30, GREEN))
DAYS_LEFT_WORDS = [
    below(-1, "Expired", RED, 0),
    board.ValueMap(options={
        "0": board.ValueMappingResult(text="Ends today", color=RED, index=1),
        "1": board.ValueMappingResult(text="1 day", color=RED, index=2)}),
]


def titled(panel, title, description, empty):
    return panel.title(title).description(description).datasource(DATASOURCE).no_value(empty)


def number(title, description, expr, empty, unit="locale", steps=(BLUE,), mappings=(), decimals=None, links=()):
    """One number that matters."""
    panel = titled(stat.Panel(), title, description, empty)
    panel.with_target(query(expr, "A", legend=title)).unit(unit).thresholds(known(*steps))
    panel.color_scheme(dashboard.FieldColor().mode("thresholds")).mappings(list(mappings)).data_links(list(links))
    if decimals is not None:
        panel.decimals(decimals)
    return (panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
            .color_mode("value").graph_mode("none").text_mode("value").orientation("auto"))


def bars(title, description, queries, empty, unit="locale", steps=(BLUE,), maximum=None, decimals=None, mappings=(),
         links=()):
    """A bar per series, its name above it: beside it a long one would be cut. Queries are (expression, legend)."""
    panel = titled(bargauge.Panel(), title, description, empty)
    for ref, (expr, name) in refs(queries):
        panel.with_target(query(expr, ref, legend=name))
    panel.unit(unit).min(0).thresholds(known(*steps)).mappings(list(mappings)).data_links(list(links))
    if maximum is not None:
        panel.max(maximum)
    if decimals is not None:
        panel.decimals(decimals)
    return (panel.color_scheme(dashboard.FieldColor().mode("thresholds"))
            .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).values(False))
            .display_mode("basic").orientation("horizontal").value_mode("color").show_unfilled(True)
            .name_placement("top").sizing("manual").min_viz_height(32).max_viz_height(40)
            .text(common.VizTextDisplayOptions().title_size(13).value_size(15)))


def graph(title, description, queries, empty, unit="locale", maximum=None, stacked=False, draw="line", limits="",
          lines=(), decimals=None, legend="bottom"):
    """Lines over time. Queries are (expression, legend); legends that match limits are drawn as dashed red lines,
    and lines are (value, colour) thresholds across the graph. A legend of many names belongs on the right."""
    panel = titled(timeseries.Panel(), title, description, empty)
    for ref, (expr, name) in refs(queries):
        panel.with_target(query(expr, ref, legend=name, instant=False))
    panel.unit(unit).min(0).color_scheme(dashboard.FieldColor().mode("palette-classic"))
    if maximum is not None:
        panel.axis_soft_max(maximum)
    if decimals is not None:
        panel.decimals(decimals)
    if lines:
        panel.thresholds(thresholds("transparent", *lines))
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode("dashed"))
    if limits:
        panel.override_by_regexp(limits, [
            property_("color", {"mode": "fixed", "fixedColor": RED}),
            property_("custom.lineStyle", {"fill": "dash", "dash": [10, 10]})])
    panel.draw_style(draw).line_width(0 if draw == "bars" else 2).fill_opacity(80 if draw == "bars" else 0)
    panel.show_points("never").stacking(common.StackingConfig().mode("normal" if stacked else "none").group("A"))
    return (panel.legend(common.VizLegendOptions().show_legend(True).display_mode("list").placement(legend).calcs([]))
            .tooltip(common.VizTooltipOptions().mode("multi").sort("desc")))


def property_(id_val, value):
    return board.DynamicConfigValue(id_val=id_val, value=value)


class Column:
    """A column of a table: a label's, or the value of the query with that letter."""

    def __init__(self, field, title, unit=None, decimals=None, steps=None, mappings=None, width=None, colored=False,
                 bar=False, links=(), empty=DASH):
        self.field = field
        self.title = title
        self.properties = [property_("noValue", empty)]
        if unit is not None:
            self.properties.append(property_("unit", unit))
        if decimals is not None:
            self.properties.append(property_("decimals", decimals))
        if steps is not None:
            self.properties.append(property_("thresholds", steps.build()))
        mappings = list(mappings or [])
        if colored:
            self.properties.append(property_("custom.cellOptions", {"type": "color-background", "mode": "basic"}))
            # What is not known would have the first colour, and that may be green.
            mappings.append(board.SpecialValueMap(options=board.DashboardSpecialValueMapOptions(
                match="null+nan", result=board.ValueMappingResult(text=empty, color="transparent", index=99))))
        if mappings:
            self.properties.append(property_("mappings", mappings))
        if bar:
            self.properties += [
                property_("custom.cellOptions", {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}),
                property_("min", 0), property_("max", 1)]
        if width is not None:
            self.properties.append(property_("custom.width", width))
        if links:
            self.properties.append(property_("links", list(links)))


def rows(title, description, queries, columns, empty, sort=None, descending=False):
    """A table. With several queries, rows that agree in all common labels become one; sort is a column's title."""
    panel = titled(table.Panel(), title, description, empty)
    for ref, expr in refs(queries):
        panel.with_target(query(expr, ref, as_table=True))
    if len(queries) > 1:
        panel.with_transformation(board.DataTransformerConfig(id_val="merge", options={}))
    # Labels that are not a column are left out: what a scrape adds differs from place to place.
    panel.with_transformation(board.DataTransformerConfig(id_val="filterFieldsByName", options={
        "include": {"names": [column.field for column in columns]}}))
    panel.with_transformation(board.DataTransformerConfig(id_val="organize", options={
        "excludeByName": {},
        "indexByName": {column.field: index for index, column in enumerate(columns)},
        "renameByName": {column.field: column.title for column in columns}}))
    panel.unit("locale").color_scheme(dashboard.FieldColor().mode("thresholds")).thresholds(thresholds(PLAIN))
    panel.filterable(True).cell_height("sm").show_header(True)
    for column in columns:
        panel.override_by_name(column.title, column.properties)
    if sort is not None:
        panel.sort_by([common.TableSortByFieldState().display_name(sort).desc(descending)])
    return panel
