"""The testkit inside other people's tests: fleets and series in Python, a live mock, the pytest plugin."""
