"""What a PromQL expression measures, worked out from the names of its metrics: bytes, seconds, a point in time, days,
a share, or a mere number. Knows as much PromQL as the boards use; promtool checks the rest of it."""

import re

TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(\d+(?:\.\d+)?(?:e\d+)?)|(\[[^\]]*\])|(\{[^}]*\})|'
                   r'([a-zA-Z_:][\w:]*)|(==|!=|<=|>=|[-+*/^%<>(),]))')
PRECEDENCE = {"or": 1, "and": 2, "unless": 2, "==": 3, "!=": 3, "<": 3, ">": 3, "<=": 3, ">=": 3, "+": 4, "-": 4,
              "*": 5, "/": 5, "%": 5, "^": 6}
AGGREGATIONS = {"sum", "min", "max", "avg", "group", "count", "topk", "bottomk", "quantile", "count_values"}
MODIFIERS = {"on", "ignoring", "group_left", "group_right"}

NUMBER, BYTES, SECONDS, TIME, DAYS, SHARE, DATE = "number", "bytes", "seconds", "time", "days", "share", "date"
# Nothing of it, whatever it is.
ZERO = "zero"

# The units of Grafana that show it.
SHOWN_AS = {
    # With every digit: 2,056 endpoints are not "2.06 K".
    NUMBER: {"locale"},
    BYTES: {"bytes"},
    SECONDS: {"s"},
    DAYS: {"suffix: days"},
    SHARE: {"percentunit"},
    DATE: {"time:YYYY-MM-DD", "dateTimeFromNow", "dateTimeAsIso"},
}


class Unclear(Exception):
    pass


def of(expr):
    """What the expression measures."""
    tokens = []
    at = 0
    expr = expr.strip()
    while at < len(expr):
        token = TOKEN.match(expr, at)
        if not token:
            raise Unclear(f"unknown PromQL at {expr[at:at + 20]!r}")
        tokens.append(next(group for group in token.groups() if group))
        at = token.end()
    parser = Parser(tokens)
    unit, _ = parser.binary(0)
    if parser.peek():
        raise Unclear(f"unexpected {parser.peek()!r}")
    return unit


def of_metric(name):
    for suffix, unit in (("_timestamp_seconds", TIME), ("_time_seconds", TIME), ("_seconds", SECONDS),
                         ("_seconds_total", SECONDS), ("_bytes", BYTES)):
        if name.endswith(suffix):
            return unit
    return NUMBER


class Parser:
    """Each step returns the unit, and the value where it is a plain number."""

    def __init__(self, tokens):
        self.tokens = tokens

    def peek(self):
        return self.tokens[0] if self.tokens else None

    def next(self):
        if not self.tokens:
            raise Unclear("ends too early")
        return self.tokens.pop(0)

    def binary(self, least):
        left = self.operand()
        while PRECEDENCE.get(self.peek(), 0) > least:
            operator = self.next()
            as_bool = self.peek() == "bool" and self.next()
            while self.peek() in MODIFIERS:
                self.next()
                self.names()
            right = self.binary(PRECEDENCE[operator])
            left = (NUMBER, None) if as_bool else combine(operator, left, right)
        return left

    def names(self):
        """(job, target) after by, on and so on."""
        if self.peek() == "(":
            while self.next() != ")":
                pass

    def operand(self):
        token = self.next()
        if token == "-":
            return self.operand()
        if token == "(":
            inner = self.binary(0)
            self.next()
            return inner
        if token[0].isdigit():
            return NUMBER, float(token)
        if token in AGGREGATIONS:
            if self.peek() in ("by", "without"):
                self.next()
                self.names()
            unit = self.arguments()[-1]
            return (NUMBER if token.startswith(("count", "group")) else unit), None
        if self.peek() == "(":
            units = self.arguments()
            return function(token, units), None
        while self.peek() and self.peek()[0] in "{[" or self.peek() == "offset":
            if self.next() == "offset":
                # A duration is a number and a letter.
                self.next(), self.next()
        return of_metric(token), None

    def arguments(self):
        self.next()
        units = []
        while self.peek() != ")":
            if self.peek() == ",":
                self.next()
            elif self.peek() and self.peek()[0] == '"':
                self.next()
            else:
                units.append(self.binary(0)[0])
        self.next()
        return units


def function(name, units):
    if name == "time":
        return TIME
    if name in ("rate", "irate", "deriv"):
        # Per second: CPU seconds per second are a share, bytes per second fill what bytes are left.
        return SHARE if units[0] == SECONDS else f"{units[0]} per second"
    return units[0]


def combine(operator, left, right):
    """The unit of two sides; a plain number scales, and changes the unit only where it is a day or a millisecond."""
    (unit, value), (other, factor) = left, right
    plain = factor is not None
    if operator == "/":
        if plain:
            return (DAYS if unit == SECONDS and factor == 86400 else unit), None
        if other == f"{unit} per second":
            return SECONDS, None
        if unit == other:
            return SHARE, None
        raise Unclear(f"{unit} / {other}")
    if operator == "*":
        if value == 0:
            return ZERO, None
        if plain:
            return (DATE if unit == TIME and factor == 1000 else unit), None
        if NUMBER not in (unit, other):
            raise Unclear(f"{unit} * {other}")
        return (unit if other == NUMBER else other), None
    if operator == "-" and unit == other == TIME:
        return SECONDS, None
    if unit == ZERO and plain and operator in "+-":
        # Stands for "no date" and the like.
        return ZERO, None
    if operator in "+-" and (plain or value is not None) and {unit, other} & {TIME, SECONDS}:
        return (other if value is not None else unit), None
    if operator in ("and", "unless") or (plain and operator in PRECEDENCE and PRECEDENCE[operator] == 3):
        return unit, None
    if unit != other and ZERO not in (unit, other):
        raise Unclear(f"{unit} {operator} {other}")
    return (other if unit == ZERO else unit), None
