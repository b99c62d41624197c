"""Reporters: they listen to the events of a run and tell of it, each in one format.

`open_reporters` opens all that were asked for before the run starts; `close_reporters` ends them all, also
when one cannot be written. docs/reports.md says what each format is for.
"""

from wattos_testkit.harness.report.opening import FORMATS, close_reporters, open_reporters
from wattos_testkit.harness.report.places import Places
from wattos_testkit.harness.report.reporter import Reporter, RuleText

__all__ = ["FORMATS", "Places", "Reporter", "RuleText", "close_reporters", "open_reporters"]
