"""Who exists: groups, sites, unit controllers, resources and their ratings."""
