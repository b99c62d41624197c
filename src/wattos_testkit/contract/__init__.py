"""The only reader of the OpenAPI document."""
