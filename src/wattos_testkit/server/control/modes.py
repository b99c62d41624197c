"""Who may control a running mock."""

OFF, LOOPBACK, ANY = "off", "loopback", "any"
MODES = (OFF, LOOPBACK, ANY)
