"""A film in a real browser: sent in with captions, played by keyboard, and by nobody else's wish."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.content.test_films import CAPTIONS
from tests.journeys.site import NARROW, WIDE, Site, Trouble, becomes, violations
from tests.journeys.test_writing import begin, saved

RECORD = """async () => {
  const type = ["video/mp4;codecs=avc1.42E01F", "video/mp4;codecs=vp9", "video/mp4"].find(
    (each) => MediaRecorder.isTypeSupported(each));
  if (!type) return null;
  const canvas = document.createElement("canvas");
  canvas.width = 320; canvas.height = 180;
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: type });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  for (let n = 0; n < 50; n++) {
    pen.fillStyle = `hsl(${n * 7} 60% 50%)`; pen.fillRect(0, 0, 320, 180);
    await new Promise((drawn) => setTimeout(drawn, 40));
  }
  await new Promise((stopped) => { recorder.onstop = stopped; recorder.stop(); });
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""


@pytest.fixture(scope="module")
def film(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of two seconds, made by the browser itself."""
    with site.page() as page:
        page.goto("/")
        made = page.evaluate(RECORD)
    if not made:
        pytest.skip("this browser records no mp4")
    kept = tmp_path_factory.mktemp("film") / "cel.mp4"
    kept.write_bytes(bytes(made))
    return kept


@pytest.fixture
def shown(site: Site, film: Path, tmp_path: Path) -> Iterator[Page]:
    """The preview of a lesson with that film and its captions, which its author just sent in."""
    captions = tmp_path / "wat.vtt"
    captions.write_bytes(CAPTIONS)
    with site.page("femke", viewport=WIDE) as page:
        at = begin(page)
        page.get_by_label("De les in één zin").fill("Meet eerst.")
        page.get_by_label("Titel").fill("Meet eerst")
        page.get_by_role("textbox", name="Geldt als").fill("Altijd.")
        page.get_by_label("Afloop").select_option("mixed")
        page.get_by_label("Fase").select_option("orient")
        page.get_by_label("Hoofdonderwerp").select_option("cobots")
        saved(page)
        page.locator("#bestand").set_input_files(film)
        row = page.locator("#bestand-cel-mp4")
        expect(row).to_be_visible()
        expect(page.locator("#nodig")).to_contain_text("Zet ondertitels bij cel.mp4")
        assert violations(page) == []
        row.get_by_label("Ondertitels (WebVTT)").set_input_files(captions)
        row.get_by_role("button", name="Zet deze ondertitels erbij").click()
        expect(page.locator("#bestand-cel-mp4")).to_contain_text("Nu: cel.vtt.")
        page.goto(f"{at}/voorbeeld")
        yield page


def test_a_film_is_played_by_keyboard_with_its_captions(shown: Page, site: Site) -> None:
    trouble = Trouble(site.base)
    trouble.listen(shown)
    shown.reload()
    player = shown.locator("video")
    expect(player).to_have_count(1)
    assert becomes(shown, "document.querySelector('video').readyState >= 1")
    assert player.evaluate("film => film.paused && !film.autoplay")
    player.focus()
    shown.keyboard.press("Space")
    assert becomes(shown, "document.querySelector('video').currentTime > 0.2")
    assert becomes(shown, "document.querySelector('video').textTracks[0].cues?.length === 1")
    assert player.evaluate("film => film.textTracks[0].mode") == "showing"
    assert player.evaluate("film => film.textTracks[0].cues[0].text") == "De mal past niet."
    assert violations(shown) == []
    assert trouble.all == []
    shown.set_viewport_size(NARROW)
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(shown) == []
