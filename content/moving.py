"""Moving: what has another address now."""


class Moved(Exception):
    """The article or topic has another address now."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug
