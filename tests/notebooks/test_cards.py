"""What handles and results look like: well-formed HTML, everything in it, and all of it escaped."""

from xml.etree import ElementTree

import pytest

from notebooks.conftest import NAME
from quire import Session
from quire.cards import MAX_ROWS, results_card
from quire.plots import drawing
from quire.results import Results

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def texts(html: str) -> list[str]:
    """The texts of a piece of HTML, which must be well-formed and have neither scripts nor links."""
    root = ElementTree.fromstring(html)
    assert {element.tag for element in root.iter()} <= {
        "div", "span", "b", "code", "table", "tr", "th", "td"
    }  # fmt: skip
    assert {name for element in root.iter() for name in element.attrib} <= {"style", "scope"}
    return list(root.itertext())


def test_session(session):
    found = texts(session._repr_html_())
    assert {NAME, "Failed", "ionq.simulator", "Continue", "<b>", session.id} <= set(found)


def test_a_session_that_is_not_opened(workspace):
    assert "not opened" in texts(Session(workspace, target="ionq.simulator")._repr_html_())


def test_job(session):
    good, wrong = session.list_jobs()
    assert {NAME, "Succeeded", "10", session.id, good.id} <= set(texts(good._repr_html_()))
    assert any(wrong.details.error_data.message in text for text in texts(wrong._repr_html_()))


def test_workspace_and_target(workspace):
    found = texts(workspace._repr_html_())
    assert {"memory:", "ionq.simulator"} <= set(found)
    target = workspace.get_target("ionq.simulator")
    formats = ", ".join(target.spec.input_formats)
    assert {"ionq.simulator", "ionq", formats} <= set(texts(target._repr_html_()))


def test_results(session):
    found = texts(session.list_jobs()[0].results()._repr_html_())
    assert found == ["Results", " ", "outcome", "share", "count", "1", "1"]


@pytest.mark.parametrize("count", [0, 1, MAX_ROWS, len(LETTERS)])
def test_the_most_frequent_outcomes_come_first(count):
    total = sum(range(1, count + 1)) or 1
    results = Results(
        "f", b"", (), None, {f"<{LETTERS[place]}>": (place + 1) / total for place in range(count)}
    )
    found = texts(results_card(results))
    shown = [text for text in found if text.startswith("<")]
    assert shown == [f"<{letter}>" for letter in reversed(LETTERS[:count])][:MAX_ROWS]
    assert (f"and {count - MAX_ROWS} more" in found) == (count > MAX_ROWS)


def test_the_drawing():
    results = Results("f", b"", (), None, {"<0>": 0.25, "1": 0.75})
    root = ElementTree.fromstring(drawing(results)._repr_svg_())
    assert [text for text in root.itertext() if text != "Share of each outcome"] == [
        "1",
        "0.75",
        "<0>",
        "0.25",
    ]
    widths = [float(each.attrib["width"]) for each in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert widths[0] == pytest.approx(3 * widths[1], rel=1e-3)
