"""One FortiAnalyzer, or several side by side: as a FortiManager."""

from .fortimanager import build_of
from .queries import FORTIANALYZERS


def build():
    return build_of(FORTIANALYZERS)
