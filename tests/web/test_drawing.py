"""Drawings say what they were given, in the reader's language, and nothing that was smuggled in."""

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markupsafe import Markup
from PIL import Image, ImageChops

from app.core.language import speaking
from app.web import drawing
from app.web.drawing import mark
from app.web.drawing.axes import opening
from app.web.drawing.bars import bar, spark
from app.web.drawing.charts import Series, line_chart
from app.web.drawing.icons import ICONS, arrow, icon, logo
from app.web.drawing.maps import Marker, place, province_map
from app.web.drawing.measures import measure_scale, range_scale
from app.web.drawing.plots import plot_field, plot_pattern
from app.web.drawing.strips import dot_strip

pytestmark = pytest.mark.whole

HOSTILE = "\"><script>alert('x')</script><b onload=x style='color:red'>"

STOPS = ((1000, "€ 1.000"), (10000, "10.000"), (250000, HOSTILE))
HEERENVEEN = Marker(HOSTILE, 5.92, 52.96, 'javascript:"x"', number=1, is_full=True, note=HOSTILE)

DRAWINGS: dict[str, Callable[[], Markup]] = {
    "icon": lambda: icon("search", "searchbox__icon"),
    "logo": logo,
    "arrow": arrow,
    "measure": lambda: measure_scale(4.2, 1.1, ghost=2),
    "range": lambda: range_scale(1500, 12000, start=1000, end=250000, stops=STOPS, log=True),
    "map": lambda: province_map([HEERENVEEN], active=1),
    "map without links": lambda: province_map([HEERENVEEN], labels=False, linked=False),
    "strip of land": lambda: plot_pattern(HOSTILE),
    "field": lambda: plot_field(seed=HOSTILE),
    "lines": lambda: line_chart(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        [Series([1, 2, None], label=HOSTILE, is_area=True)],
        [HOSTILE, "", HOSTILE],
        top_value=2,
        step=1,
        unit=HOSTILE,
        event=(1, HOSTILE),
        target=(2, HOSTILE),
    ),
    "strip": lambda: dot_strip(HOSTILE, HOSTILE, HOSTILE, [1, 2], start=0, end=3, ticks=[0, 3], median=2, mine=1),
    "bar": lambda: bar(1, 2, extra_class="bar--2"),
    "spark": lambda: spark([1, 3, 2]),
}


def attributes(svg: Markup, name: str, attribute: str) -> list[str]:
    """This attribute of every element with this class."""
    return [
        element.get(attribute, "")
        for element in ElementTree.fromstring(str(svg)).iter()
        if name in element.get("class", "").split()
    ]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_well_formed_and_carries_no_style_and_no_script(name: str) -> None:
    drawn = DRAWINGS[name]()
    for element in ElementTree.fromstring(str(drawn)).iter():
        assert element.tag != "script"
        assert not [attribute for attribute in element.attrib if attribute == "style" or attribute.startswith("on")]


def test_every_drawing_that_templates_use_is_tried_here() -> None:
    assert len(drawing.globals()) == 12
    assert set(drawing.globals()) >= {"icon", "measure_scale", "province_map", "dot_strip"}


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_can_be_drawn(name: str) -> None:
    assert ElementTree.fromstring(str(icon(name))).get("aria-hidden") == "true"


def test_an_icon_that_nobody_drew_is_an_error() -> None:
    with pytest.raises(KeyError):
        icon("rocket")


def test_bars_of_a_measure_are_to_scale() -> None:
    drawn = measure_scale(4, 1)
    assert attributes(drawn, "scale__before", "width") == ["100.0%"]
    assert attributes(drawn, "scale__after", "width") == ["25.0%"]
    assert len(attributes(drawn, "scale__tick", "x1")) == 21


def test_a_rise_shows_where_it_started() -> None:
    assert attributes(measure_scale(50, 100, ruler=False), "scale__notch", "x1") == ["50.0%"]
    assert attributes(measure_scale(100, 50, ruler=False), "scale__notch", "x1") == []


def test_a_measure_from_nothing_and_one_below_zero_can_be_drawn() -> None:
    assert attributes(measure_scale(0, 21), "scale__after", "width") == ["100.0%"]
    assert attributes(measure_scale(0, 0), "scale__after", "width") == ["0.0%"]
    assert attributes(measure_scale(5, -2), "scale__after", "width") == ["0.0%"]


def test_a_common_width_makes_measures_comparable() -> None:
    assert attributes(measure_scale(4, 2, full=10), "scale__before", "width") == ["40.0%"]


def test_an_earlier_version_leaves_a_tick() -> None:
    assert attributes(measure_scale(46, 12, ghost=23), "scale__ghost", "x1") == ["50.0%"]


def test_a_slide_rule_gives_each_decade_the_same_width() -> None:
    drawn = range_scale(10, 100, start=1, end=1000, stops=(), log=True)
    assert attributes(drawn, "scale__after", "x") == ["33.33%"]
    assert attributes(drawn, "scale__after", "width") == ["33.33%"]


def test_a_range_outside_its_ruler_stands_at_the_edge() -> None:
    drawn = range_scale(30, 40, start=0, end=26, stops=((0, "0"), (26, "half jaar")))
    assert attributes(drawn, "scale__after", "x") == ["100.00%"]
    assert attributes(drawn, "scale__label", "text-anchor") == ["start", "end"]


def test_the_map_says_in_both_languages_how_many_places_it_shows() -> None:
    with speaking("nl"):
        assert 'aria-label="Kaart van Groningen, Fryslân en Drenthe met 1 plek"' in province_map([HEERENVEEN])
        assert ">Fryslân<" in province_map([HEERENVEEN])
    with speaking("en"):
        assert 'aria-label="Map of Groningen, Friesland and Drenthe with 0 places"' in province_map([])


def test_the_name_of_a_province_makes_way_for_a_marker() -> None:
    (at,) = attributes(province_map([]), "map__province", "x")[1:2]
    covering = Marker("Uithuizen", 6.61, 53.375, "/", number=6)
    assert attributes(province_map([covering]), "map__province", "x")[1] != at
    everywhere = [
        Marker("x", longitude / 10, latitude / 20, "/") for longitude in range(48, 73) for latitude in range(1050, 1072)
    ]
    assert attributes(province_map(everywhere), "map__province", "x")[1] == at


def test_a_marker_is_read_out_with_its_number_and_what_its_colour_means() -> None:
    marker = Marker("Zelfstellende kantbank", 5.92, 52.96, "/proefprojecten/kantbank", 3, is_full=True, note="loopt")
    drawn = province_map([marker], active=3)
    assert 'aria-label="3 Zelfstellende kantbank, loopt"' in drawn
    assert attributes(drawn, "map__mark", "class") == ["map__mark is-open is-active"]
    assert "circle" in province_map([Marker("Veenstra", 5.92, 52.96, "/", shape="round")])


def test_north_is_up_and_east_is_right() -> None:
    assert place(6.57, 53.22)[1] < place(6.57, 52.72)[1]
    assert place(5.80, 53.20)[0] < place(6.57, 53.20)[0]


def test_the_same_pilot_always_has_the_same_strip_of_land() -> None:
    assert plot_pattern("kantbank") == plot_pattern("kantbank") != plot_pattern("lasrobot")


@pytest.mark.parametrize("seed", ["kantbank", "lasrobot", "papierloze-werkvloer", "nul-fouten"])
def test_one_plot_of_a_strip_is_yellow(seed: str) -> None:
    assert len(attributes(plot_pattern(seed), "ps", "d")) == 1


def test_one_plot_of_a_field_is_empty() -> None:
    assert len(attributes(plot_field(), "pe", "d")) == 1


def test_a_chart_counts_its_axis_in_the_readers_language() -> None:
    def chart() -> Markup:
        lines = [Series([0, 1000], label="1"), Series([0, 500], label="2", label_below=True)]
        return line_chart("c", "t", "d", lines, ["a", "b"], top_value=2000, step=1000, every=1)

    with speaking("nl"):
        assert re.findall(r">([\d.,]+)</text>", chart())[:2] == ["1.000", "2.000"]
    with speaking("en"):
        assert re.findall(r">([\d.,]+)</text>", chart())[:2] == ["1,000", "2,000"]


def test_a_line_that_is_not_measured_to_the_end_stops_at_its_last_figure() -> None:
    assert Series([4, 3, None, None]).last == (1, 3)


def test_dots_that_would_cover_each_other_are_stacked() -> None:
    drawn = dot_strip("d", "t", "d", [5, 5, 5, 20], start=0, end=30, ticks=[0, 30], median=5, mine=20)
    assert attributes(drawn, "strip-dot", "cy") == ["71", "56", "41", "71"]
    assert attributes(drawn, "is-mine", "cx") == ["66.00%"]


def test_a_share_of_nothing_is_an_empty_bar() -> None:
    assert attributes(bar(0, 0), "bar__fill", "width") == ["0.0%"]


def test_a_course_that_stays_level_and_a_single_figure_can_be_drawn() -> None:
    assert attributes(spark([3, 3]), "dot", "r") == ["3.5"]
    assert attributes(spark([3]), "dot", "cx") == ["4.0"]


def test_a_chart_is_named_by_its_title_and_its_description() -> None:
    assert 'aria-labelledby="uitval-t uitval-d"' in opening("uitval", "Uitval", "Daalt", 250, "chart")


def test_the_committed_icons_are_the_mark_as_it_is_drawn_now() -> None:
    kept = Image.open(mark.ICONS / "touch.png")
    assert ImageChops.difference(kept.convert("RGB"), mark.touch_icon()).getbbox() is None
    with Image.open(mark.ICONS / "favicon.ico") as favicon:
        assert favicon.info["sizes"] == {(size, size) for size in mark.FAVICON_SIZES}


def test_the_mark_can_be_written_again(tmp_path: Path) -> None:
    mark.write(tmp_path)
    icons = ["favicon.ico", "icon-192.png", "icon-512.png", "touch.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == icons
