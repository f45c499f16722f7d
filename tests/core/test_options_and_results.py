"""Options and time-outs that are wrong name what there is; results are shown on one line."""

import inspect
import math

import numpy as np
import pytest

from quire import Results, Target
from quire.errors import InputError, OptionError
from quire.options import OF_EVERY_SUBMISSION


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("shot", "did you mean shots="),
        ("sesion", "did you mean session="),
        ("input_format", "input_data_format="),
        ("zzz", "it takes input_data_format=, name=, shots="),
    ],
)
def test_an_option_that_nobody_takes_names_those_there_are(alpha, option, told):
    with pytest.raises(OptionError) as error:
        alpha.submit("ok", **{option: 1})
    assert error.value.argument == option
    assert told in error.value.message


def test_the_options_of_every_submission_are_those_that_submit_takes():
    parameters = inspect.signature(Target.submit).parameters
    taken = [name for name in parameters if name not in ("self", "program", "input_data", "options")]
    assert sorted(OF_EVERY_SUBMISSION) == sorted(taken)


@pytest.mark.parametrize("wrong", [True, math.nan, "3", np.array([1, 2]), 1j, object()])
def test_time_outs(alpha, wrong):
    job = alpha.submit("ok")
    for wait in (job.wait_until_completed, job.results):
        with pytest.raises(InputError) as error:
            wait(wrong)
        assert error.value.argument == "timeout"


@pytest.mark.parametrize("timeout", [None, 10**400, math.inf, 1e300, np.float32(3), np.int64(3), 0, -1])
def test_a_time_out_of_any_length(alpha, timeout):
    assert alpha.submit("ok").results(timeout).counts


def test_results_are_shown_on_one_short_line(alpha):
    shown = repr(alpha.submit("ok", shots=900).results())
    assert shown == "<Results in microsoft.quantum-results.v2, 900 shots: [0, 1]: 900>"
    many = Results("f", b"raw" * 999, (), None, {f"{'0' * 99}{number}": 0.01 for number in range(100)})
    assert len(repr(many)) < 700
    assert "and 92 more" in repr(many)
