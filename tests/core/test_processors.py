"""How many processors a process counts on: by what it is bound to, and by what its control groups say."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from quire.clock import SystemClock
from quire.plugins import Relay
from quire.service import runner as runner_module
from quire.service.processors import processors
from quire.transport.base import TransportOptions

MACHINE = 64
UNLIMITED = "max 100000\n"


@pytest.fixture(autouse=True)
def _large_machine(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(MACHINE)), raising=False)


@pytest.fixture
def system(tmp_path):
    """Writes the files of a system and answers where it begins."""

    def write(**files):
        groups = files.pop("groups")
        for path, content in {"proc/self/cgroup": groups, **files.pop("limits", {})}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return f"{tmp_path}/"

    return write


@pytest.mark.parametrize(
    ("limit", "count"),
    [
        ("400000 100000", 4),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("1000 100000", 1),
        ("25000 5000", 5),
        ("100000000 100000", MACHINE),
        ("max 100000", MACHINE),
        ("", MACHINE),
        ("nothing that is known", MACHINE),
        ("0 0", MACHINE),
    ],
)
def test_a_container_may_use_its_share_and_a_part_counts_as_one(system, limit, count):
    assert processors(system(groups="0::/\n", limits={"sys/fs/cgroup/cpu.max": f"{limit}\n"})) == count


def test_the_least_limit_of_the_groups_around_it_holds(system):
    root = system(
        groups="0::/team/job/step\n",
        limits={
            "sys/fs/cgroup/cpu.max": "900000 100000\n",
            "sys/fs/cgroup/team/cpu.max": "300000 100000\n",
            "sys/fs/cgroup/team/job/cpu.max": UNLIMITED,
            "sys/fs/cgroup/team/job/step/cpu.max": "700000 100000\n",
            "sys/fs/cgroup/other/cpu.max": "100000 100000\n",
        },
    )
    assert processors(root) == 3


@pytest.mark.parametrize("controllers", ["cpu", "cpu,cpuacct", "cpuacct,cpu"])
@pytest.mark.parametrize(("quota", "count"), [("200000", 2), ("-1", MACHINE)])
def test_groups_of_the_first_version_count_too(system, controllers, quota, count):
    root = system(
        groups=f"5:memory:/a\n4:{controllers}:/a/b\n1:name=systemd:/c:d\n0::/\n",
        limits={
            "sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": f"{quota}\n",
            "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": "100000\n",
        },
    )
    assert processors(root) == count


def test_a_controller_that_shares_its_mount_is_found_there(system):
    limits = {f"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_{name}_us": "100000\n" for name in ("quota", "period")}
    assert processors(system(groups="4:cpu,cpuacct:/\n", limits=limits)) == 1


@pytest.mark.parametrize("line", ["", "garbage", "0:", "4:cpu", "::", "0::"])
def test_lines_that_make_no_sense_are_passed_over(system, line):
    limits = {"sys/fs/cgroup/a/cpu.max": "300000 100000\n"}
    assert processors(system(groups=f"{line}\n0::/a\n", limits=limits)) == 3


def test_a_group_that_a_container_cannot_see_does_not_hide_the_limit_that_it_sees(system):
    root = system(
        groups="4:cpu:/docker/0123\n0::/docker/0123\n", limits={"sys/fs/cgroup/cpu.max": "300000 100000\n"}
    )
    assert processors(root) == 3


def test_without_control_groups_it_is_what_the_process_is_bound_to(tmp_path, monkeypatch):
    assert processors(f"{tmp_path}/") == MACHINE
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3, 5})
    assert processors(f"{tmp_path}/") == 2


def test_where_processes_are_not_bound_it_is_what_the_machine_has(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 7)
    assert processors(f"{tmp_path}/") == 7
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors(f"{tmp_path}/") == 1


@pytest.mark.parametrize(("given", "capacity"), [(None, 2), (5, 5)])
def test_as_many_jobs_run_at_once_unless_the_workspace_is_told_otherwise(monkeypatch, given, capacity):
    monkeypatch.setattr(runner_module, "processors", lambda: 2)
    with ThreadPoolExecutor(1) as executor:
        options = TransportOptions(relay=Relay(), clock=SystemClock(), executor=executor, workers=given)
        assert runner_module.runner(options).capacity == capacity
