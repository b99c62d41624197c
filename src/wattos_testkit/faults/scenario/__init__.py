"""Scenarios: a file that places faults in time, on groups, sites, resources or types of them."""
