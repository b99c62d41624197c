"""Tests of the server: a real one, over real sockets."""
