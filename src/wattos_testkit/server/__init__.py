"""The mock server: the Connexion application, its five operations, authentication, problems, pages."""

import warnings

with warnings.catch_warnings():
    # Connexion 3.3 imports names that its dependencies have deprecated; no user can do anything about it.
    warnings.simplefilter("ignore")
    import connexion  # noqa: F401 - imported here once, so that it warns nowhere else
