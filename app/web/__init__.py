"""The doors: pages for people and an API for machines. The only room that knows HTTP."""
