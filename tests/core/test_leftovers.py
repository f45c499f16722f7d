"""A job leaves nothing for the garbage collector, whose rounds the submitting program would pay for."""

import pytest

from garbage import left_by


@pytest.mark.parametrize("program", ["ok", "fail"])
def test_jobs_leave_no_reference_cycles(alpha, program):
    def run():
        job = alpha.submit(program)
        job.wait_until_completed()
        assert job.refresh().has_completed()

    with alpha.open_session(job_failure_policy="Continue"):
        run()  # what is loaded and remembered at the first time
        assert left_by(run) == []
