"""Checks against a target become a stream of events; reporters listen."""
