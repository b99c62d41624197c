"""What must hold of any rows, whoever sent them: an independent judge."""
