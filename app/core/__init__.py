"""The ground: what every room stands on. It knows no word of the domain and no web framework."""
