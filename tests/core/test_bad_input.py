"""Wrong arguments: each is refused with an error that says what is wrong, and nothing is left behind."""

import math

import pytest

from quire import JobDetails, Payload, Session, Workspace
from quire.errors import (
    ConfigurationError,
    ConflictError,
    InputError,
    JobFailedError,
    NotFoundError,
    OptionError,
    QuireError,
    ResultFormatError,
    TooManyQubitsError,
    UnsupportedProgramError,
)
from scripted_target import ALPHA, FORMAT


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(inline):
    yield
    assert [job.name for job in inline.list_jobs() if not job.has_completed()] == []


def refused(alpha, error_class=InputError, argument=None, **submission):
    submission.setdefault("program", "ok")
    with pytest.raises(error_class) as error:
        alpha.submit(**submission)
    assert list(alpha.workspace.list_jobs()) == []
    assert error.value.http_status == 400
    if argument is not None:
        assert error.value.argument == argument
    return error.value


@pytest.mark.parametrize("shots", [0, -1, 1001, 2**63, 1.5, 10.0, "10", True, False, math.nan, [1], None])
def test_shots(alpha, shots):
    if shots is None:
        return assert_default_shots(alpha)
    error = refused(alpha, argument="shots", shots=shots)
    assert "1000" in error.message
    return None


def assert_default_shots(alpha):
    assert len(alpha.submit("ok", shots=None).get_results_shots()) == 3


def test_shots_among_the_input_parameters(alpha):
    refused(alpha, argument="shots", input_params={"shots": 0})
    refused(alpha, argument="shots", input_params={"count": "many"})


@pytest.mark.parametrize(
    "name", ["rigetti.sim.qwm", "scripted.alhpa", "IONQ.SIMULATOR", "", "x" * 5000, 5, None]
)
def test_unknown_targets(inline, name):
    with pytest.raises(NotFoundError) as error:
        inline.get_target(name)
    assert error.value.kind == "target"
    assert error.value.http_status == 404


def test_an_unknown_target_lists_the_ones_that_resemble_it(inline):
    with pytest.raises(NotFoundError) as error:
        inline.get_targets("scripted.alhpa")
    assert error.value.close_names[0] == ALPHA
    assert ALPHA in error.value.message
    with pytest.raises(NotFoundError) as error:
        inline.get_targets("zzz")
    for spec in inline.transport.list_targets():
        assert spec.id in error.value.message


def test_a_target_of_another_provider(inline):
    with pytest.raises(NotFoundError, match="scripted"):
        inline.get_targets(ALPHA, provider_id="ionq")


def test_garbage_fails_the_job_and_not_the_program(alpha):
    job = alpha.submit(b"\xff\xfe garbage")
    with pytest.raises(JobFailedError) as error:
        job.get_results()
    assert error.value.fault.code == "InternalError" or error.value.fault.code == "PluginFailed"
    assert "UnicodeDecodeError" in error.value.fault.message


def test_more_qubits_than_the_target_has(alpha):
    error = refused(alpha, TooManyQubitsError, program=Payload(b"ok", FORMAT, num_qubits=5))
    assert (error.needed, error.available, error.target) == (5, 4, ALPHA)
    assert "5" in error.message
    assert "4" in error.message


class Unheard:
    """A program of no SDK."""


@pytest.mark.parametrize("program", [Unheard(), object(), 5, ["ok"], {"a": 1}, print, Unheard])
def test_a_program_that_no_adapter_knows(alpha, program):
    error = refused(alpha, UnsupportedProgramError, program=program)
    assert type(program).__qualname__ in error.program_type
    assert {"qsharp", "qiskit", "cirq"} <= set(error.adapters)
    for adapter in error.adapters:
        assert adapter in error.message


def test_a_program_of_an_sdk_whose_adapter_is_missing_names_the_extra(alpha, monkeypatch):
    """As in a Python without that SDK's extra: its adapter is not among the plug-ins."""
    monkeypatch.setattr(Unheard, "__module__", "cirq.circuits")
    monkeypatch.setattr(type(alpha.workspace.plugins), "names", lambda self, hook: ("qsharp",))
    error = refused(alpha, UnsupportedProgramError, program=Unheard())
    assert "quire[cirq]" in error.message


@pytest.mark.parametrize("programs", [{"program": None}, {"program": "ok", "input_data": "ok"}])
def test_none_or_two_programs(alpha, programs):
    refused(alpha, argument="program", **programs)


@pytest.mark.parametrize("option", ["shotz", "args", "param_resolver"])
def test_options_that_nobody_takes(alpha, option):
    error = refused(alpha, OptionError, option, **{option: 1})
    assert f"{option}=" in error.message


def test_a_format_that_the_target_does_not_take(alpha):
    error = refused(alpha, OptionError, "input_data_format", input_data_format="qir.v1")
    assert FORMAT in error.message
    refused(alpha, OptionError, "input_data_format", program=Payload(b"ok", "qir.v1"))
    refused(alpha, OptionError, "input_data_format", input_data_format=5)


@pytest.mark.parametrize("form", ["x" * 1025, 5, b"name", "\ud800"])
def test_result_formats_that_are_no_texts(alpha, form):
    refused(alpha, argument="output_data_format", output_data_format=form)
    with pytest.raises(InputError) as error:
        alpha.submit_all(["ok"], output_data_format=form)
    assert error.value.argument == "output_data_format"


def test_a_session_id_that_is_no_text(alpha):
    job = {"id": "a", "name": "a", "provider_id": alpha.provider_id, "target": ALPHA, "session_id": "\ud800"}
    with pytest.raises(InputError) as error:
        alpha.workspace.transport.submit_job(JobDetails(**job, input_data_format=FORMAT), b"ok")
    assert error.value.argument == "session_id"


@pytest.mark.parametrize("name", ["", "x" * 1025, 5, b"name", "\ud800", ["a"]])
def test_names(alpha, name):
    if name == "":  # as in Microsoft's SDK, an empty name is no name
        assert alpha.submit("ok", name=name).name.startswith("job-")
    else:
        refused(alpha, argument="name", name=name)


@pytest.mark.parametrize("job_id", ["", 0, "x" * 65, 5, b"id", "\ud800"])
def test_ids(alpha, job_id):
    refused(alpha, argument="id", job_id=job_id)


@pytest.mark.parametrize("tags", ["one", 5, [5], [None], ["x" * 257], [""], ["a"] * 101, ["\ud800"]])
def test_tags(alpha, inline, tags):
    refused(alpha, argument="tags", tags=tags)
    with pytest.raises(InputError) as error:
        alpha.open_session(tags=tags)
    assert error.value.argument == "tags"
    with pytest.raises(InputError) as error:
        Session(inline, target=alpha, tags=tags).open()
    assert error.value.argument == "tags"
    assert list(inline.list_sessions()) == []


@pytest.mark.parametrize("priority", ["Urgent", "high", 5, ""])
def test_priorities(alpha, priority):
    refused(alpha, argument="priority", priority=priority)
    with pytest.raises(InputError) as error:
        alpha.open_session(priority=priority)
    assert error.value.argument == "priority"


@pytest.mark.parametrize(
    "metadata", [{"k": 1}, {"k": None}, {1: "v"}, {"k": "\ud800"}, "text", 5, [("k", "v")], {"k": object()}]
)
def test_metadata(alpha, metadata):
    refused(alpha, argument="metadata", metadata=metadata)


@pytest.mark.parametrize(
    "params",
    [{"k": object()}, {"k": b"bytes"}, {"k": {1, 2}}, {"k": "\ud800"}, {"k": 1j}, "text", 5, {("a",): 1}],
)
def test_input_parameters(alpha, params):
    refused(alpha, argument="input_params", input_params=params)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_input_parameters_that_json_does_not_know(alpha, value):
    refused(alpha, argument="input_params", input_params={"k": value})


def test_input_parameters_that_contain_themselves(alpha):
    circle = []
    circle.append(circle)
    refused(alpha, argument="input_params", input_params={"k": circle})


@pytest.mark.parametrize("seed", ["one", 1.5, object(), True])
def test_seeds(alpha, seed):
    refused(alpha, argument="seed", seed=seed)


def test_a_payload_that_is_too_large(alpha):
    error = refused(alpha, argument="payload", program=bytes(64 * 1024 * 1024 + 1))
    assert "67,108,865" in error.message


def test_an_empty_payload_fails_like_any_garbage(alpha):
    assert alpha.submit("").refresh().status == "Failed"


@pytest.mark.parametrize("data_format", ["", "nonsense.v1"])
def test_an_output_format_that_nobody_writes(alpha, data_format):
    """The official way to make a job fail: it is taken, runs, and cannot be translated."""
    if data_format:
        job = alpha.submit("ok", output_data_format=data_format)
        assert job.refresh().status == "Failed"
        assert job.details.error_data.code == "CannotTranslateOutputData"
    else:  # an empty one is none
        assert alpha.submit("ok", output_data_format="").refresh().status == "Succeeded"


def test_output_that_is_not_in_its_format(alpha):
    job = alpha.submit("no-results")
    assert job.refresh().status == "Succeeded"
    with pytest.raises(ResultFormatError) as error:
        job.get_results()
    assert error.value.format == "microsoft.quantum-results.v2"
    assert job.output() == b"these are no results"


@pytest.mark.parametrize("policy", ["abbort", "Stop", 5, None, ""])
def test_policies(alpha, policy):
    with pytest.raises(InputError) as error:
        alpha.open_session(job_failure_policy=policy)
    assert error.value.argument == "job_failure_policy"
    assert "'Abort' or 'Continue'" in error.value.message


@pytest.mark.parametrize("policy", ["continue", "CONTINUE", "Continue"])
def test_the_case_of_a_policy_does_not_matter(alpha, policy):
    with alpha.open_session(job_failure_policy=policy) as session:
        assert session.refresh().details.job_failure_policy == "Continue"


@pytest.mark.parametrize("name", ["x" * 1025, 5, "\ud800"])
def test_session_names(alpha, inline, name):
    with pytest.raises(InputError) as error:
        alpha.open_session(name=name)
    assert error.value.argument == "name"
    assert list(inline.list_sessions()) == []
    assert alpha.latest_session is None


@pytest.mark.parametrize("target", [None, 5, "", object()])
def test_sessions_without_a_target(inline, target):
    with pytest.raises(InputError) as error:
        Session(inline, target=target)
    assert error.value.argument == "target"


def test_sessions_on_an_unknown_target(inline):
    with pytest.raises(NotFoundError):
        Session(inline, target="scripted.gamma")


def test_sessions_of_another_provider(inline, alpha):
    with pytest.raises(InputError) as error:
        Session(inline, target=alpha, provider_id="ionq").open()
    assert error.value.argument == "provider_id"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("executor", "threads"),
        ("executor", 5),
        ("workers", 0),
        ("workers", -1),
        ("workers", 1.5),
        ("workers", True),
        ("workers", "2"),
        ("job_timeout", 0),
        ("job_timeout", "5"),
        ("session_timeout", -5),
        ("session_timeout", math.inf),
        ("session_timeout", math.nan),
        ("session_timeout", 1e300),
        ("session_timeout", 1e-9),
        ("session_timeout", True),
        ("session_timeout", None),
        ("job_timeout", math.inf),
        ("url", "gopher://host"),
        ("url", "sqlite:///"),
        ("url", ""),
    ],
)
def test_settings_of_a_workspace(tmp_path, monkeypatch, setting, value):
    monkeypatch.setenv("QUIRE_WORKSPACE", str(tmp_path / "unused.db"))
    with pytest.raises(ConfigurationError) as error:
        Workspace(**{"url": "memory:", setting: value})
    assert error.value.setting == setting
    assert not (tmp_path / "unused.db").exists()


@pytest.mark.parametrize("setting", [{"job_timeout": 5}, {"workers": 2}])
def test_settings_without_effect_are_refused(setting):
    """A run in the submitting thread cannot be stopped, and there is only one at a time."""
    with pytest.raises(ConfigurationError) as error:
        Workspace("memory:", executor="inline", **setting)
    assert error.value.setting == next(iter(setting))


def test_errors_are_of_the_standard_kinds_too(alpha, inline):
    with pytest.raises(ValueError, match="shots"):
        alpha.submit("ok", shots=0)
    with pytest.raises(LookupError):
        inline.get_job("nobody")
    with pytest.raises(RuntimeError):
        alpha.submit("fail X y").get_results()
    for error_class in (InputError, NotFoundError, JobFailedError):
        assert issubclass(error_class, QuireError)


@pytest.mark.parametrize("wrong", ["\ud800", "", 5, None, object(), b"id"])
def test_ids_that_are_asked_for(inline, alpha, wrong):
    for ask in (inline.get_job, inline.get_session, inline.list_session_jobs):
        with pytest.raises(InputError, match=r"takes an id|Unicode"):
            ask(wrong)


@pytest.mark.parametrize("wrong", [None, 5, [1, 2], object(), "\ud800"])
def test_the_content_of_an_attachment(alpha, wrong):
    job = alpha.submit("ok")
    with pytest.raises(InputError) as error:
        job.upload_attachment("a", wrong)
    assert error.value.argument == "data"
    assert job.list_attachments() == []


def test_a_program_that_is_no_valid_text(alpha):
    refused(alpha, argument="program", program="\ud800")


def test_input_parameters_and_metadata_that_are_too_large(alpha):
    long = "x" * (8 * 1024 * 1024)
    with pytest.raises(InputError, match=r"input_params: .* are allowed"):
        alpha.submit("ok", input_params={"text": long})
    with pytest.raises(InputError, match=r"metadata: .* are allowed"):
        alpha.submit("ok", metadata={"text": long + "x"})


def test_the_latest_session_has_been_opened(alpha, inline):
    with pytest.raises(InputError, match="has not been opened"):
        alpha.latest_session = Session(inline, target=alpha)


@pytest.mark.parametrize("verb", ["close", "cancel", "wait", "results", "list_jobs"])
def test_what_needs_an_open_session_says_so(alpha, inline, verb):
    session = Session(inline, target=alpha, name="mine")
    with pytest.raises(InputError, match=r"'mine' has not been opened; call session\.open\(\)"):
        getattr(session, verb)()


def test_a_closed_workspace_says_so(open_workspace):
    workspace = open_workspace()
    alpha = workspace.get_target(ALPHA)
    job, session = alpha.submit("ok"), alpha.open_session()
    workspace.close()
    asks = (job.refresh, job.output, job.cancel, session.close, session.refresh, alpha.open_session)
    for ask in (*asks, lambda: list(workspace.list_jobs()), lambda: alpha.submit("ok")):
        with pytest.raises(InputError, match="closed; open another one"):
            ask()


def test_an_id_that_is_taken_leads_to_its_session(alpha):
    session = alpha.open_session(id="mine")
    with pytest.raises(ConflictError, match=r"get_session\('mine'\)"):
        alpha.open_session(id="mine", name="another")
    session.close()
