"""docs/pages.md shows pictures that exist, all of them, and code that runs."""

import re
import subprocess
from pathlib import Path
from urllib.request import urlopen

from pages.screenshots import FOLDER, LOOKS
from processes import python, read_line

PAGE = Path(__file__).parents[2] / "docs" / "pages.md"


def test_the_pictures_are_those_that_the_script_takes():
    shown = set(re.findall(r"images/([\w-]+\.png)", PAGE.read_text()))
    assert shown == {f"{name}-{look}.png" for name in ("items", "session", "job") for look in LOOKS}
    for name in shown:
        assert (FOLDER / name).read_bytes().startswith(b"\x89PNG")


def test_the_program_shows_the_pages(tmp_path):
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)[1]
    code = code.replace("print)", "lambda link: print(link, flush=True))")
    with subprocess.Popen(python(code), cwd=tmp_path, stdout=subprocess.PIPE, text=True) as program:
        try:
            link = read_line(program).strip()
            with urlopen(link) as answer:
                assert "Signed in" in answer.read().decode()
        finally:
            program.terminate()
    assert (tmp_path / "lab.db").exists()
