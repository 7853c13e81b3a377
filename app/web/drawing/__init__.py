"""Drawings as SVG, made on the server: icons, measures, map, plots, charts.

No inline style and no script: geometry stands in attributes, colour in classes. Every text that comes in is escaped.
"""

from typing import Any

from app.web.drawing.bars import bar, spark
from app.web.drawing.charts import line_chart
from app.web.drawing.icons import arrow, icon, logo
from app.web.drawing.maps import province_map
from app.web.drawing.measures import measure_scale, range_scale
from app.web.drawing.plots import plot_field, plot_pattern
from app.web.drawing.strips import dot_strip


def globals() -> dict[str, Any]:
    """The drawings by the names templates know them by; given to `app.core.templating.provide` at start."""
    drawings = (
        *(icon, logo, arrow),
        *(measure_scale, range_scale),
        *(province_map, plot_pattern, plot_field),
        *(line_chart, bar, spark, dot_strip),
    )
    return {drawing.__name__: drawing for drawing in drawings}
