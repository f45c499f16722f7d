"""A calibration sweep that one bad point does not end: a Rabi scan whose session continues after a failure.

Needs: pip install 'quire[local]'
"""

import math

from quire import Workspace
from quire.errors import JobFailedError

ANGLES = [math.pi * step / 8 for step in range(9)]


def rabi(angle: float) -> str:
    """Quil: turns the qubit by an angle and measures it."""
    return f"DECLARE ro BIT[1]\nRX({angle}) 0\nMEASURE 0 ro[0]\n"


def main() -> None:
    """Measures how the excited state's share follows the angle; the fifth point is spoiled on purpose."""
    programs = [rabi(angle) for angle in ANGLES]
    programs[4] = "RX(what?) 0"
    with Workspace() as workspace:
        target = workspace.get_target("rigetti.sim.qvm")
        with target.open_session(name="Rabi scan", job_failure_policy="Continue") as session:
            for number, program in enumerate(programs):
                target.submit(program, name=f"point {number}", shots=400, seed=number)
            answers = session.results()
        for angle, answer in zip(ANGLES, answers, strict=True):
            if isinstance(answer, JobFailedError):
                print(f"{angle:.2f}  failed: {answer.fault.code}")
                continue
            share = answer.counts.get("[1]", 0) / 400
            print(f"{angle:.2f}  {share:.2f}  {'#' * round(40 * share)}")
        print(f"session {session.name!r}: {session.refresh().status}, since a job of it failed")


if __name__ == "__main__":
    main()
