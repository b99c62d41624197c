"""What goes wrong between the handlers and the client, or is asked for by a request itself."""
