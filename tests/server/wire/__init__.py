"""Tests of the faults of the wire: by clients that see the bytes, with a server whose time is ours."""
