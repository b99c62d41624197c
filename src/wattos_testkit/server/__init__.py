"""The Connexion application: five handlers, authentication, problems, caches, the console page."""
