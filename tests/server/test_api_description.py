"""The description of the API beside the answers; requests made up from it are in tests/official."""


def described(plain):
    return plain.raw("GET", f"{plain.url}/openapi.json")[2]


def test_every_member_of_an_answer_is_described(plain):
    plain.good("PUT", "sessions/s", {"target": "scripted.alpha"})
    plain.submit("a", "fail Code text", sessionId="s")
    schemas = described(plain)["components"]["schemas"]
    for name, path in (("Job", "jobs/a"), ("Session", "sessions/s")):
        assert set(plain.good("GET", path)) <= set(schemas[name]["properties"])


def test_files_are_described_as_they_are_signed(plain):
    paths = described(plain)["paths"]
    container, file = "/{account}/{container}", "/{account}/{container}/{blob}"
    assert {path: sorted(set(paths[path]) - {"parameters"}) for path in (container, file)} == {
        container: ["get", "put"],
        file: ["get", "head", "put"],
    }
    signed = plain.good("POST", "storage/sasUri", {"containerName": "mine"})["sasUri"].partition("?")[2]
    parameters = {parameter["name"] for parameter in paths[file]["put"]["parameters"]}
    assert {pair.partition("=")[0] for pair in signed.split("&")} <= parameters
