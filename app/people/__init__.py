"""Who we are: people, the organisations they belong to, and where those are."""
