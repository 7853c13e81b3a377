"""Word documents as people write them, made by a library of their own."""

from io import BytesIO

from docx import Document
from docx.shared import Inches
from PIL import Image


def picture(colour: tuple[int, int, int] = (200, 30, 30), form: str = "JPEG") -> bytes:
    written = BytesIO()
    Image.new("RGB", (600, 400), colour).save(written, form)
    return written.getvalue()


def report(*, pictures: int = 2, title: str = "Lasrobot bij tien stuks") -> bytes:
    """Headings, bold, lists, a table, and pictures with captions."""
    document = Document()
    document.add_heading(title, 0)
    document.add_heading("Het probleem", 1)
    paragraph = document.add_paragraph("Een frame deed er ")
    paragraph.add_run("6,4 uur").bold = True
    paragraph.add_run(" over. Zie a*b en <b>.")
    for words in ("Meten", "Stellen"):
        document.add_paragraph(words, style="List Bullet")
    for words in ("Eerst", "Dan"):
        document.add_paragraph(words, style="List Number")
    document.add_heading("Wat het kostte", 2)
    table = document.add_table(rows=3, cols=2)
    for row, cells in enumerate((("Post", "Euro"), ("Robot | mal", "96.000"), ("Totaal", "101.500"))):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    for number in range(pictures):
        document.add_picture(BytesIO(picture((10 * number % 255, 30, 30))), width=Inches(2))
        document.add_paragraph(f"Figuur {number + 1}: de “cel”", style="Caption")
    written = BytesIO()
    document.save(written)
    return written.getvalue()
