"""Mock server, fixture generator and contract tests for the Wattos Energy Management System REST API."""

__version__ = "0.1.0"
