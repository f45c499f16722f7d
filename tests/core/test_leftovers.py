"""A job leaves nothing for the garbage collector, whose rounds the submitting program would pay for."""

import gc

import pytest


@pytest.mark.parametrize("program", ["ok", "fail"])
def test_jobs_leave_no_reference_cycles(alpha, program):
    def run():
        job = alpha.submit(program)
        job.wait_until_completed()
        assert job.refresh().has_completed()

    with alpha.open_session(job_failure_policy="Continue"):
        run()  # what is loaded and remembered at the first time
        gc.collect()
        gc.disable()
        try:
            for _ in range(10):
                run()
            assert gc.collect() == 0
        finally:
            gc.enable()
