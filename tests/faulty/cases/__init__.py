"""The cases, one module per family; whatever stands here is entered when the catalogue is imported."""
