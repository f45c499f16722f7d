"""Many jobs in one request: as they are on the wire, and how our client divides them."""

import json

import pytest

import scripted_target
from quire.errors import ServiceUnavailableError
from quire.transport.bundles import bundles, parse_bundle
from quire.transport.spelling import encoded
from quire.transport.wire import MAX_BUNDLE

JOB = {"target": scripted_target.ALPHA, "quire": {"inputText": "ok"}}


def test_each_is_answered_in_its_place(plain, local):
    sas = plain.good("POST", "storage/sasUri", {"containerName": "mine"})["sasUri"]
    path, signature = sas.split("?")
    assert plain.raw("PUT", f"{path}/payload?{signature}", b"ok")[0] == 201
    uploaded = {"target": scripted_target.ALPHA, "inputDataUri": f"{path}/payload"}
    asked = [
        {**JOB, "id": "one", "name": "first"},
        {**JOB, "id": "two", "target": "nowhere"},
        JOB,
        "no job",
        {**uploaded, "id": "three"},
        {**uploaded, "id": "four", "inputDataUri": f"{path}/nothing"},
        {**JOB, "id": "five", "quire": {"inputText": "x" * 2_000_000}},
    ]
    answer = plain.good("POST", "jobs", {"value": asked})
    ids = [item.get("id") for item in answer["value"]]
    assert ids == ["one", None, None, None, "three", None, None]
    codes = [item["error"]["innererror"]["code"] for item in answer["value"] if "error" in item]
    assert codes == ["NotFoundError", "InputError", "InputError", "NotFoundError", "InputError"]
    assert answer["value"][0]["name"] == "first"
    for name in ("one", "three"):
        assert local.get_job(name).results().counts == {"[0, 1]": 3}
    # What is in no container of a job's own may be for other jobs too.
    assert plain.raw("GET", f"{path}/payload?{signature}")[0] == 200
    again = plain.good("POST", "jobs", {"value": [asked[0]]})
    assert (again["value"][0]["id"], again["value"][0]["status"]) == ("one", "Succeeded")


@pytest.mark.parametrize("body", [{}, [], {"value": {}}, {"value": [JOB] * (MAX_BUNDLE + 1)}])
def test_what_is_no_list_of_jobs(plain, body):
    status, _, answer = plain.ask("POST", "jobs", body)
    assert (status, answer["error"]["innererror"]["argument"]) == (400, "value")


def test_a_reader_submits_nothing(plain, local):
    plain.key = local.transport.keys.create("reader", read_only=True)
    assert plain.ask("POST", "jobs", {"value": [{**JOB, "id": "one"}]})[0] == 403
    assert list(local.list_jobs()) == []


def test_bodies_have_so_many_jobs_and_bytes():
    small = [{"id": str(number)} for number in range(MAX_BUNDLE + 1)]
    large = [{"id": "x" * 900_000} for _ in range(3)]
    found = list(bundles([*small, *large]))
    assert [count for count, _ in found] == [MAX_BUNDLE, 3, 1]
    jobs = [job for _, body in found for job in json.loads(body)["value"]]
    assert jobs == [*small, *large]
    assert all(len(body) < 2 * 1024 * 1024 + 20 for _, body in found)
    assert list(bundles([])) == []
    assert [count for count, _ in bundles([{"id": "x" * 9_000_000}, {}])] == [1, 1]
    assert encoded(small[0]) in found[0][1]


@pytest.mark.parametrize("answer", [None, {}, {"value": None}, {"value": []}, {"value": [{}, {}]}])
def test_an_answer_about_other_jobs(answer):
    with pytest.raises(ServiceUnavailableError, match="not about 1 job"):
        parse_bundle(answer, 1)
