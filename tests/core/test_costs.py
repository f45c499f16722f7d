"""What jobs and sessions cost: events by provider once a job has succeeded, all of them at no price."""

import attrs
import pytest

import scripted_target
from quire import CostEstimate, hookimpl

EVENTS = {
    "ionq.test": ["gs1q", "gs2q"],
    "quantinuum.sim.teste": ["ehqc"],
    "quantinuum.sim.testsc": ["hqc"],
    "rigetti.test": ["qpu_time_centiseconds"],
    "pasqal.test": ["compute-time-emu", "compute-time-qpu"],
    "nobody.test": None,
}


class Providers:
    """A target of each provider, whose payloads are the scripted ones."""

    @hookimpl
    def register_targets(self, register):
        model = []
        scripted_target.register_targets(model.append)
        for name in EVENTS:
            register(attrs.evolve(model[0], id=name, provider_id=name.partition(".")[0]))


@pytest.fixture
def priced(open_workspace):
    return open_workspace(plugins=[scripted_target, Providers()])


@pytest.mark.parametrize(("name", "dimensions"), EVENTS.items())
def test_a_job_that_succeeded(priced, name, dimensions):
    job = priced.get_target(name).submit("ok")
    job.wait_until_completed(60)
    for seen in (job, priced.get_job(job.id), *priced.list_jobs(), *priced.list_top_level_items()):
        if dimensions is None:
            assert seen.cost_estimate is None
            continue
        cost = seen.cost_estimate
        assert (cost.currency_code, cost.estimated_total) == ("USD", 0.0)
        assert [event.dimension_id for event in cost.events] == dimensions
        for event in cost.events:
            assert event.dimension_name
            assert event.measure_unit
            assert (event.amount_billed, event.unit_price) == (0.0, 0.0)


@pytest.mark.parametrize("program", ["fail SomeCode text", "silent"])
def test_a_job_that_failed(priced, program):
    job = priced.get_target("ionq.test").submit(program)
    job.wait_until_completed(60)
    assert job.status == "Failed"
    assert job.cost_estimate is None
    assert priced.get_job(job.id).cost_estimate is None


def test_a_session_has_a_cost_as_soon_as_one_of_its_jobs_has(priced):
    target = priced.get_target("quantinuum.sim.teste")
    alone = target.submit("ok")
    alone.wait_until_completed(60)
    with target.open_session(job_failure_policy="Continue") as session:
        target.submit("fail SomeCode text").wait_until_completed(60)
        assert session.refresh().cost_estimate is None
        target.submit("ok").wait_until_completed(60)
        assert session.refresh().cost_estimate == CostEstimate("USD", (), 0.0)
        assert session.open().cost_estimate == session.details.cost_estimate
    for seen in (session, priced.get_session(session.id), *priced.list_sessions()):
        assert seen.cost_estimate == CostEstimate("USD", (), 0.0)


def test_a_session_of_a_provider_that_bills_nothing(priced):
    target = priced.get_target("nobody.test")
    with target.open_session() as session:
        target.submit("ok").wait_until_completed(60)
    assert session.refresh().cost_estimate is None
