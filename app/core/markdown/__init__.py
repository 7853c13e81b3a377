"""From Markdown to safe HTML: the only way in this house from what people write to what readers see.

`dialect` parses, `blocks` and `inline` shape the tokens to what our pages look like, `allowed` lets through the last
word. A page gives the result out as it is; nothing is added after the sanitiser.
"""

from app.core.markdown.outline import Outline, outline
from app.core.markdown.rendering import MAX_LENGTH, Rendered, plain, render
from app.core.markdown.shapes import Heading, Image

__all__ = ["MAX_LENGTH", "Heading", "Image", "Outline", "Rendered", "outline", "plain", "render"]
