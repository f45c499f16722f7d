from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qsharp_adapter.random_bits import ANGLES, BITS, TARGETS, assert_follows, payload_of
from quire import Workspace
from quire.errors import InputError
from quire_qsharp import (
    CompilationError,
    Source,
)


def test_a_file(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "bits.qs"
    path.write_text("\ufeff" + BITS, encoding="utf-8")
    job = workspace.get_targets("ionq.simulator").submit(path, args=(2, ANGLES), shots=500, seed=7)
    assert_follows(job)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src" / "Lib").mkdir(parents=True)
    (tmp_path / "qsharp.json").write_text("{}")
    (tmp_path / "src" / "Main.qs").write_text(
        "import Lib.Bits.*;\n"
        "operation Start(angle : Double[]) : Result[] { GenerateRandomBits(new Size { N = 2 }, angle) }\n"
    )
    (tmp_path / "src" / "Lib" / "Bits.qs").write_text(
        "struct Size { N : Int }\n"
        + BITS.replace("n : Int", "size : Size").replace("use q", "let n = size.N;\n    use q")
    )
    return tmp_path


@pytest.mark.parametrize("target", TARGETS)
def test_a_project(target: str, project: Path, workspace: Workspace) -> None:
    at = workspace.get_targets(target)
    assert_follows(at.submit(project, entry_point="Start", args=(ANGLES,), shots=500, seed=7))
    assert_follows(at.submit(project, entry_point="Main.Start", args={"angle": ANGLES}, shots=500, seed=7))
    size = {"N": 2}
    job = at.submit(project, entry_point="Lib.Bits.GenerateRandomBits", args=(size, ANGLES), shots=500)
    assert_follows(job)


def test_a_project_is_compiled_anew_when_a_file_changes(project: Path, workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    first = target.submit(project, entry_point="Start", args=(ANGLES,))
    main = project / "src" / "Main.qs"
    main.write_text(main.read_text().replace("N = 2", "N = 1 "))
    second = target.submit(project, entry_point="Start", args=(ANGLES,))
    assert payload_of(workspace, first) != payload_of(workspace, second)
    assert set(second.results().counts) == {"[0]", "[1]"}


def test_a_project_that_depends_on_another(project: Path, workspace: Workspace, tmp_path: Path) -> None:
    """It is compiled anew when a file of the other changes."""
    user = tmp_path / "user"
    (user / "src").mkdir(parents=True)
    (user / "qsharp.json").write_text('{"dependencies": {"Bits": {"path": ".."}}}')
    (user / "src" / "Main.qs").write_text("operation Begin() : Result[] { Bits.Start([0.0, 0.0]) }")
    main = project / "src" / "Main.qs"
    main.write_text(main.read_text() + "export Start;\n")
    target = workspace.get_targets("ionq.simulator")
    assert target.submit(user, entry_point="Begin", shots=4).results().counts == {"[0, 0]": 4}
    main.write_text(main.read_text().replace("N = 2", "N = 1 "))
    assert target.submit(user, shots=4).results().counts == {"[0]": 4}


def test_a_project_that_is_mended_compiles(project: Path, workspace: Workspace) -> None:
    target = workspace.get_targets("ionq.simulator")
    manifest = project / "qsharp.json"
    manifest.write_text("{")
    with pytest.raises(CompilationError):
        target.submit(project, entry_point="Start", args=(ANGLES,))
    manifest.write_text("{}")
    assert_follows(target.submit(project, entry_point="Start", args=(ANGLES,), shots=500, seed=7))


@pytest.mark.parametrize("profile", ["Unrestricted", "Base"])
def test_a_project_in_the_users_interpreter(
    profile: str, project: Path, workspace: Workspace, make_context: Callable[..., Any]
) -> None:
    code = make_context(profile, project_root=str(project)).code
    for target in ("ionq.simulator", "quantinuum.sim.h1-1e"):
        job = workspace.get_targets(target).submit(code.Main.Start, args={"angle": ANGLES}, shots=500, seed=7)
        assert_follows(job)


def test_a_folder_or_file_that_is_no_program(workspace: Workspace, tmp_path: Path) -> None:
    target = workspace.get_targets("ionq.simulator")
    with pytest.raises(InputError, match=r"holds no qsharp\.json"):
        target.submit(tmp_path)
    with pytest.raises(InputError, match=r"missing\.qs does not exist"):
        target.submit(tmp_path / "missing.qs")
    (tmp_path / "text.txt").touch()
    with pytest.raises(InputError, match=r"neither a \.qs file"):
        Source.from_path(tmp_path / "text.txt")
    with pytest.raises(InputError, match="cannot be read"):
        target.submit(tmp_path / "circuit.qasm")
    (tmp_path / "latin.qs").write_bytes(b"// \xe4")
    with pytest.raises(InputError, match="is not UTF-8"):
        target.submit(tmp_path / "latin.qs")
    with pytest.raises(InputError, match="holds no qsharp"):
        target.submit(Source(project_root=str(tmp_path)).entry_point("Main"))
    (tmp_path / "two.qs").write_text("operation A() : Unit { } operation B() : Unit { }")
    with pytest.raises(InputError, match=r"no single entry point \(it declares A, B\)"):
        target.submit(tmp_path / "two.qs")
