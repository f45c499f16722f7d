"""Takes the pictures of docs/pages.md: ``PYTHONPATH=tests uv run python -m pages.screenshots``."""

import math
from pathlib import Path

from pages.browsing import browser
from quire import Workspace
from quire.server.running import serving
from quire.server.settings import ServerSettings

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 700}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 700}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}


def _ansatz(angle):
    return (
        'OPENQASM 2.0; include "qelib1.inc"; qreg q[4]; creg c[4];\n'
        "x q[0]; x q[1]; h q[2];\n"
        f"ry({angle:.4f}) q[0]; cx q[0],q[2]; rz({-angle / 2:.4f}) q[2]; cx q[2],q[3];\n"
        f"ry({angle / 3:.4f}) q[1]; cx q[1],q[3]; h q[2]; measure q -> c;\n"
    )


def _ring(qubits, layers):
    lines = [f'OPENQASM 2.0; include "qelib1.inc"; qreg q[{qubits}]; creg c[{qubits}];', "h q;"]
    for layer in range(layers):
        for qubit in range(qubits):
            lines.append(f"cx q[{qubit}],q[{(qubit + 1) % qubits}]; rz(0.{layer + 1}) q[{qubit}];")
        lines.append("rx(0.7) q;")
    return "\n".join([*lines, "measure q -> c;"])


def _fill(workspace):
    """A day's work: what is done, what has failed, what waits, what runs."""
    ionq = workspace.get_target("ionq.simulator")
    with ionq.open_session(name="Bell pairs"):
        for number in range(3):
            gates = [{"gate": "h", "target": 0}, {"gate": "cnot", "control": 0, "target": 1}]
            ionq.submit({"qubits": 2, "circuit": gates}, name=f"Pair {number + 1}", shots=500)
    h1 = workspace.get_target("quantinuum.sim.h1-1e")
    with h1.open_session(name="Calibration sweep", job_failure_policy="Continue") as sweep:
        for step in range(14):
            program = _ansatz(step / 5) if step % 6 != 4 else "OPENQASM 2.0; qreg q[1]; rx(oops) q[0];"
            h1.submit(program, name=f"Delay {step * 20} ns", shots=200)
    with h1.open_session(name="Ground state of H2") as vqe:
        for step in range(24):
            h1.submit(_ansatz(math.pi / 2 + step / 40), name=f"Evaluation {step + 1}", shots=1000)
    for session in (sweep, vqe):
        session.wait()
    qvm = workspace.get_target("rigetti.sim.qvm")
    qvm.submit("DECLARE ro BIT[2]\nH 0\nCNOT 0 1\nMEASURE 0 ro[0]\nMEASURE 1 ro[1]", name="Bell pair in Quil")
    ring = h1.open_session(name="MaxCut on a ring of 20")
    for step in range(9):
        h1.submit(_ring(20, 6), name=f"Layers {step + 1}", shots=100, session=ring)
    return vqe, ring


def _take(page, name, look, *, whole=False):
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}-{look}.png", animations="disabled", full_page=whole)


def main():
    """Writes the pictures."""
    with (
        Workspace("memory:", workers=2) as workspace,
        serving(workspace.transport, ServerSettings(port=0)) as server,
        browser() as chromium,
    ):
        vqe, ring = _fill(workspace)
        job = vqe.list_jobs()[4]
        for look, settings in LOOKS.items():
            context = chromium.new_context(timezone_id="UTC", locale="en-GB", **settings)
            page = context.new_page()
            page.goto(server.sign_in_link())
            page.wait_for_url(f"{server.url}/ui/")
            page.locator("[data-live]").wait_for()
            _take(page, "items", look)
            page.goto(f"{server.url}/ui/sessions/{ring.id}")
            page.locator(".legend", has_text="Succeeded").wait_for()
            _take(page, "session", look, whole=look != "phone")
            page.goto(f"{server.url}/ui/jobs/{job.id}")
            _take(page, "job", look, whole=look != "phone")
            context.close()


if __name__ == "__main__":
    main()
