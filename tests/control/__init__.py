"""The control API of a running mock."""
