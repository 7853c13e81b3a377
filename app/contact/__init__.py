"""How we reach each other: questions that pass through us, so that nobody has to give an address away."""
