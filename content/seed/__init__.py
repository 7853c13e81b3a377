"""The example content: topics, regions and sectors that every installation has, and invented pieces to try it with."""
