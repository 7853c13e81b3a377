"""Paper: a piece as a sheet of A4 to hand out, made without a browser and kept until what it says changes."""
