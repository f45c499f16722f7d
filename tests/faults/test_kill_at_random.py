"""Programs and their workers are killed at random moments; no promise is broken.

``QUIRE_LONG_TESTS=1`` kills twenty times as many.
"""

import os

import pytest

ROUNDS = 6
KILLS_BETWEEN = 6
SEEDS = range(40 if os.environ.get("QUIRE_LONG_TESTS") else 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_kill_at_random(ward, seed):
    complaints = []
    for number in range(ROUNDS):
        with ward.client(f"{seed}-{number}", 100_000) as client:
            if number % 3:  # every third is killed while it begins
                assert client.stdout.readline() == "ready\n", client.communicate(timeout=60)[1]
                kills = 0
                while kills < KILLS_BETWEEN:
                    assert ward.let_it_work(client), client.communicate(timeout=60)[1]
                    kills += ward.kill_one_of_its_processes(client)
            assert ward.let_it_work(client), client.communicate(timeout=60)[1]
            complaints.append(ward.kill(client))
        ward.inspector.look()
    jobs, sessions = ward.recover()
    assert ward.kills.total() == ROUNDS + ROUNDS * 2 // 3 * KILLS_BETWEEN >= 25
    assert len(jobs) > 100
    assert len(sessions) > 30
    assert not [text for text in complaints if "Error" in text]
