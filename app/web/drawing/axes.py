"""What every chart has: a title and a description that are read out, and a dashed line where something happened."""

from markupsafe import escape


def opening(name: str, title: str, description: str, height: int, classes: str) -> str:
    """The open `<svg>` of a chart; `name` is unique on its page."""
    name = str(escape(name))
    return (
        f'<svg class="{classes}" width="100%" height="{height}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
    )


def event_line(x: float, label: str, top: int, bottom: int, baseline: int) -> str:
    """A dashed line at `x` percent, with its label to the right, or to the left where there is more room."""
    dx, anchor = (8, "start") if x < 55 else (-8, "end")
    return (
        f'<line class="event" x1="{x:.2f}%" x2="{x:.2f}%" y1="{top}" y2="{bottom}"/>'
        f'<text class="event-label" x="{x:.2f}%" dx="{dx}" y="{baseline}" text-anchor="{anchor}">{escape(label)}</text>'
    )
