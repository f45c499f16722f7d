"""What happens when the adapter, the QDK and the user's source come in this order or that."""

import os
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

SOURCE = "operation Flip(turns : Int) : Result { use q = Qubit(); for _ in 1..turns { X(q); } MResetZ(q) }"
SUBMIT = """
import warnings
warnings.simplefilter("ignore", DeprecationWarning)
with Workspace("memory:", executor="inline") as workspace:
    for name in ("ionq.simulator", "quantinuum.sim.h1-1e"):
        job = workspace.get_targets(name).submit(code.Flip, args={"turns": 3}, shots=2)
        print(job.results().counts)
"""


def run(script: str, **environment: str) -> list[str]:
    kept = {name: value for name, value in os.environ.items() if "TELEMETRY" not in name}
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=kept | environment,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "start",
    [
        "import quire_qsharp, qsharp; qsharp.eval(SOURCE); code = qsharp.code",
        "import qsharp, quire_qsharp; qsharp.init(); qsharp.eval(SOURCE); code = qsharp.code",
        "import quire_qsharp, qdk; from qdk import qsharp; qsharp.eval(SOURCE); code = qdk.code",
        "import qdk, quire_qsharp; context = qdk.Context(); context.eval(SOURCE); code = context.code",
        "Workspace('memory:').close(); from qdk import qsharp, code; qsharp.eval(SOURCE)",
        "from qdk import qsharp, code; qsharp.init(); Workspace('memory:').close(); qsharp.eval(SOURCE)",
    ],
)
def test_source_is_seen_from_the_moment_that_the_adapter_is_loaded(start: str) -> None:
    lines = run(f"from quire import Workspace\nSOURCE = {SOURCE!r}\n{start}\n{SUBMIT}")
    assert lines == ["{'1': 2}"] * 2


def test_source_that_was_evaluated_before_is_asked_for() -> None:
    lines = run(
        f"""
        import qsharp
        from quire import Workspace
        qsharp.eval({SOURCE!r})
        with Workspace("memory:", executor="inline") as workspace:
            target = workspace.get_targets("ionq.simulator")
            try:
                target.submit(qsharp.code.Flip, args=(3,))
            except Exception as error:
                print(type(error).__name__)
            qsharp.eval({SOURCE!r})
            print(target.submit(qsharp.code.Flip, args={{"turns": 3}}, shots=2).results().counts)
        """
    )
    assert lines == ["SourceUnknownError", "{'1': 2}"]


def test_loading_the_adapter_imports_no_sdk_and_next_to_nothing() -> None:
    lines = run(
        """
        import sys
        from quire import *
        before = set(sys.modules)
        import quire_qsharp
        print(sorted(name for name in set(sys.modules) - before))
        """
    )
    assert lines == ["['quire.lazy_names', 'quire_qsharp', 'quire_qsharp.watch']"]


def test_every_public_name_is_there() -> None:
    import quire_qsharp

    for name in quire_qsharp.__all__:
        assert getattr(quire_qsharp, name).__module__.startswith("quire_qsharp.")
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = quire_qsharp.nothing


IS_ON = "from qdk import telemetry; print(telemetry.TELEMETRY_ENABLED)"


@pytest.mark.parametrize(
    ("script", "environment", "is_on"),
    [
        (f"import quire_qsharp; {IS_ON}", {}, False),
        (f"from quire import Workspace; Workspace('memory:').close(); {IS_ON}", {}, False),
        (f"import quire_qsharp; {IS_ON}", {"QDK_PYTHON_TELEMETRY": "enabled"}, True),
        (f"import quire_qsharp; {IS_ON}", {"QSHARP_PYTHON_TELEMETRY": "1"}, True),
        (f"import quire_qsharp; {IS_ON}", {"QSHARP_PYTHON_TELEMETRY": "none"}, False),
        # A QDK that was imported before is told no less.
        (f"import qdk, quire_qsharp; {IS_ON}", {}, False),
        (f"import qsharp, quire_qsharp; {IS_ON}", {}, False),
        (f"from quire import Workspace; import qdk; Workspace('memory:').close(); {IS_ON}", {}, False),
        (f"import qdk, quire_qsharp; {IS_ON}", {"QDK_PYTHON_TELEMETRY": "enabled"}, True),
        (f"import qdk, quire_qsharp; {IS_ON}", {"QSHARP_PYTHON_TELEMETRY": "true"}, True),
        # Who turns it on afterwards is not contradicted.
        (
            f"import quire_qsharp; from qdk import telemetry; telemetry.TELEMETRY_ENABLED = True; "
            f"from quire import Workspace; Workspace('memory:').close(); {IS_ON}",
            {},
            True,
        ),
    ],
)
def test_the_qdk_reports_nothing_unless_the_user_says_so(
    script: str, environment: dict[str, str], is_on: bool
) -> None:
    # Reports of the enabled cases would go to a port of this machine that nobody listens on.
    nowhere = {"QSHARP_PYTHON_AI_URL": "http://127.0.0.1:9/", "QSHARP_PYTHON_TELEMETRY_INTERVAL": "3600"}
    assert run(script, **nowhere, **environment) == [str(is_on)]


@pytest.mark.parametrize(
    ("start", "environment", "reports"),
    [
        ("import quire_qsharp, qsharp", {}, 0),
        ("import qsharp, quire_qsharp", {}, 0),
        ("import qsharp; qsharp.init(); qsharp.eval('1 + 1'); import quire_qsharp", {}, 0),
        ("import qsharp, quire_qsharp", {"QDK_PYTHON_TELEMETRY": "enabled"}, 1),
    ],
)
def test_what_the_qdk_sends(start: str, environment: dict[str, str], reports: int) -> None:
    """It sends what it has noted when the program ends, to an address that it takes from the environment."""
    sent: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        script = f"{start}\nqsharp.eval('2 + 2')"
        assert run(script, QSHARP_PYTHON_AI_URL=address, no_proxy="*", **environment) == []
        server.shutdown()
        thread.join()
    assert len(sent) == reports


def test_worker_processes_report_nothing_either() -> None:
    """They load the adapter before the QDK, whatever the user's process did."""
    lines = run(
        """
        from quire.plugins import Relay
        Relay().prepare_worker()
        Relay().complete_worker()
        from qdk import telemetry
        print(telemetry.TELEMETRY_ENABLED)
        """
    )
    assert lines == ["False"]


def test_an_interpreter_is_started_as_before_when_it_is_watched() -> None:
    lines = run(
        """
        import quire_qsharp
        import qdk
        from qdk import qsharp
        print(qsharp.init(target_profile=qdk.TargetProfile.Base))
        print(qsharp.eval("1 + 1"), qsharp.eval("Message(\\"hello\\")"))
        try:
            qsharp.eval("let x : Int = 0.5;")
        except qsharp.QSharpError as error:
            print("TyMismatch" in str(error))
        print(qdk.Context.eval.__name__, qdk.Context.__init__.__doc__.strip()[:11])
        """
    )
    assert lines == [
        "Q# initialized with configuration: {'targetProfile': 'base'}",
        "hello",
        "2 None",
        "True",
        "eval Initializes",
    ]
