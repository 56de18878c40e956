"""How a board must look, and what it may ask for. Needs nothing but Python."""

import re

from . import units

METRIC = re.compile(r'\b((?:fortimanager|fortianalyzer|forticlient_ems|fortinet_exporter|process)_[a-z0-9_]+)\b(\{[^}]*\})?')
DATA = ("fortimanager_", "fortianalyzer_", "forticlient_ems_")
# Of single devices, which only those have who ask for them: no board counts on these.
ON_REQUEST = "fortimanager_device_"
# What a link from a panel takes along; the target is its own.
CARRIED = ("${datasource:queryparam}", "${job:queryparam}", "${__url_time_range}", "target")
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def panels(board):
    """The panels that draw something, also those inside a collapsed row."""
    for panel in board["panels"]:
        yield from (p for p in [panel, *panel.get("panels", [])] if p["type"] != "row")


def expressions(board):
    return [target["expr"] for panel in panels(board) for target in panel["targets"]]


def links(value):
    """Every address in the board."""
    if isinstance(value, dict):
        if isinstance(value.get("url"), str):
            yield value["url"]
        for item in value.values():
            yield from links(item)
    elif isinstance(value, list):
        for item in value:
            yield from links(item)


def check(boards, documented, rules):
    """Every complaint about boards, {name: board}. documented are the metrics, {name: whether it has a target}."""
    uids = [board["uid"] for board in boards.values()]
    if len(set(uids)) < len(uids):
        yield "two boards share a uid"
    for name, board in boards.items():
        yield from (f"{name}: {problem}" for problem in frame(board, set(uids)))
        yield from (f"{name}: {problem}" for problem in overlaps(board))
        for panel in panels(board):
            yield from (f"{name}: panel {panel.get('title')!r}: {problem}" for problem in of_panel(panel, documented))
    used = "\n".join(expr for board in boards.values() for expr in expressions(board))
    asked = [variable["query"]["query"] for board in boards.values() for variable in board["templating"]["list"]
             if variable["type"] == "query"]
    for name in sorted({name for name, _ in METRIC.findall("\n".join([used, *asked]))}):
        if name not in documented and not name.startswith("process_"):
            yield f"{name} is not in docs/metrics.md"
    for name in documented:
        if name.startswith(DATA) and not name.startswith(ON_REQUEST) and not re.search(rf"\b{name}\b", used + rules):
            yield f"{name} is documented and on no board or rule"


def frame(board, uids):
    """The board itself: its identity, its variables, and where its links lead."""
    if "__inputs" in board or board["id"] is not None or board["editable"]:
        yield "not provisionable: wants no __inputs, id null, editable false"
    variables = {variable["name"]: variable for variable in board["templating"]["list"]}
    if list(variables) != ["datasource", "job", "target"] or variables["datasource"]["type"] != "datasource":
        yield "wants the variables datasource, job and target"
    for name in ("job", "target"):
        variable = variables[name]
        if not (variable["multi"] and variable["includeAll"] and variable["allValue"] == ".+"):
            yield f"${name} is not multi with All as .+"
    rows = [panel for panel in board["panels"] if panel["type"] == "row"]
    ids, titles = [p["id"] for p in [*panels(board), *rows]], [p["title"] for p in panels(board)]
    for key, values in (("id", ids), ("title", titles)):
        yield from (f"two panels share the {key} {value!r}" for value in set(values) if values.count(value) > 1)
    if {link["url"] for link in board["links"]} != {f"/d/{uid}" for uid in uids if uid != board["uid"]}:
        yield "does not link to every other board"
    if not all(link["includeVars"] and link["keepTime"] for link in board["links"]):
        yield "a link on top leaves variables or the time range behind"
    for url in set(links(board)):
        known = re.match(r"/d/([a-z-]+)(\$\{__(?:data\.fields|field\.labels)\.system\})?(?:\?|$)", url)
        # A row's link ends in what its system is called.
        found = known and ({known[1] + s for s in ("fortimanager", "fortianalyzer", "ems")} if known[2] else {known[1]})
        if not found or not found <= uids:
            yield f"the link {url} leads to no board"
        if "?" in url and not all(part in url for part in CARRIED):
            yield f"the link {url} leaves a variable or the time range behind"


def overlaps(board):
    taken = {}
    for panel in [*board["panels"], *(inner for panel in board["panels"] for inner in panel.get("panels", []))]:
        at = panel["gridPos"]
        if at["x"] + at["w"] > 24:
            yield f"{panel['title']!r} is wider than the grid"
        for cell in ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])):
            other = taken.setdefault(cell, panel["title"])
            if other != panel["title"]:
                yield f"{panel['title']!r} lies on {other!r}"
                break


def of_panel(panel, documented):
    defaults = panel["fieldConfig"]["defaults"]
    for key in ("title", "description"):
        if not panel.get(key):
            yield f"no {key}"
    for key, what in (("unit", "unit"), ("noValue", "text for when it is empty")):
        if not defaults.get(key):
            yield f"no {what}"
    if panel["datasource"] != DATASOURCE or any(target["datasource"] != DATASOURCE for target in panel["targets"]):
        yield "does not ask ${datasource}"
    for target in panel["targets"]:
        expr = target["expr"]
        for name, selector in METRIC.findall(expr):
            # Each selector names the variables, and nothing is selected without a brace.
            wanted = ['job=~"$job"', *(['target=~"$target"'] if documented.get(name) else [])]
            if not all(matcher in selector for matcher in wanted):
                yield f"a selector without {' and '.join(wanted)} in {expr}"
        try:
            measured = units.of(re.sub(r"\$__(rate_interval|range)", "5m", expr))
        except units.Unclear as error:
            yield f"what does {expr} measure? {error}"
            continue
        unit = unit_of(panel, target["refId"])
        if unit is not None and unit not in units.SHOWN_AS.get(measured, ()):
            yield f"{measured} shown as {unit!r}: {expr}"


def unit_of(panel, ref):
    """The unit in which a query is shown; None if it only brings labels."""
    default = panel["fieldConfig"]["defaults"].get("unit")
    if panel["type"] != "table":
        return default
    field = f"Value #{ref}" if len(panel["targets"]) > 1 else "Value"
    organize = next(step["options"] for step in panel["transformations"] if step["id"] == "organize")
    column = organize["renameByName"].get(field)
    if column is None:
        return None
    for override in panel["fieldConfig"]["overrides"]:
        if override["matcher"] == {"id": "byName", "options": column}:
            return next((p["value"] for p in override["properties"] if p["id"] == "unit"), default)
    return default
