"""The shipped contract of transports holds for those of quire: embedded, in a file, and over HTTP."""

from contextlib import ExitStack

import attrs
import pytest

import scripted_target
from quire import Workspace
from quire.errors import ConflictError
from quire.testing import TransportContract
from server.switchboard import API_KEY


class ScriptedContract(TransportContract):
    """With the scripted targets, whose jobs cost no time."""

    def good_job(self):
        job, _ = super().good_job()
        scripted = {"target": scripted_target.ALPHA, "provider_id": "scripted"}
        formats = {
            "input_data_format": scripted_target.FORMAT,
            "output_data_format": "microsoft.quantum-results.v2",
        }
        return attrs.evolve(job, **scripted, **formats), b"ok"

    def bad_job(self):
        return self.good_job()[0], b"fail BadThing it broke"


class TestEmbedded(ScriptedContract):
    def open_transport(self):
        return Workspace("memory:", executor="inline", plugins=[scripted_target]).transport


class TestFile(ScriptedContract):
    @pytest.fixture(autouse=True)
    def file(self, tmp_path):
        self._file = tmp_path / "contract.db"

    def open_transport(self):
        return Workspace(self._file, executor="inline", plugins=[scripted_target]).transport


class Served:
    """Serves a workspace of this process for as long as a test lasts."""

    @pytest.fixture(autouse=True)
    def places(self, switchboard):
        with ExitStack() as self._stack:
            self._switchboard = switchboard
            yield

    def serve(self, **settings):
        local = self._stack.enter_context(Workspace("memory:", **settings))
        url, _ = self._stack.enter_context(self._switchboard.serving(local.transport))
        return Workspace(url, api_key=API_KEY, plugins=settings.get("plugins", ())).transport


class TestServed(Served, ScriptedContract):
    def open_transport(self):
        return self.serve(executor="inline", plugins=[scripted_target])


class TestServedSimulator(Served, TransportContract):
    """As a stranger's service is tested: with the contract's own jobs."""

    def open_transport(self):
        return self.serve(executor="inline")


class BrokenContract(ScriptedContract):
    """The contract notices what it is there for."""

    def open_transport(self):
        transport = Workspace("memory:", executor="inline", plugins=[scripted_target]).transport
        open_it = transport.open_session
        transport.open_session = lambda session: open_it(attrs.evolve(session, name=session.id))
        return transport


def test_a_transport_that_does_not_keep_the_contract():
    with pytest.raises(AssertionError, match=ConflictError.__name__):
        BrokenContract().test_opening_again()
