"""What a signed address is good for, whatever is changed in it, and what a download brings with it."""

import hmac
import json
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quire.server.sas import BLOB_WRITE, CONTAINER_READ, CONTAINER_WRITE, READ, WRITE, Signer
from quire.testing import ManualClock

QUICKLY = settings(max_examples=200, deadline=None, derandomize=True, database=None)
SIGNED = ("sv", "se", "sr", "sp", "rscd")

places = st.tuples(st.text(min_size=1, max_size=20), st.none() | st.text(min_size=1, max_size=20))
file_names = st.none() | st.text(st.characters(codec="ascii", exclude_characters='"\\/'), max_size=10)


def signer(**settings):
    return Signer(**{"secret": b"of the test", "clock": ManualClock(), "lifetime_seconds": 60.0, **settings})


def fields_of(query):
    return dict(parse_qsl(query, keep_blank_values=True))


@given(places, file_names)
@QUICKLY
def test_a_signature_is_good_for_what_was_signed(place, file_name):
    query = signer().sign(*place, READ, file_name)
    assert signer().check(query, *place, READ) is None
    assert signer().check(urlencode(fields_of(query), quote_via=quote), *place, READ) is None


@given(places, file_names, st.sampled_from([*SIGNED, "sig"]), st.none() | st.text(max_size=10))
@QUICKLY
def test_no_field_of_a_query_can_be_changed(place, file_name, field, value):
    fields = fields_of(signer().sign(*place, READ, file_name))
    assume(fields.get(field) != value)
    changed = {**fields, field: value}
    if value is None:
        del changed[field]
    refusal = signer().check(urlencode(changed), *place, READ + WRITE)
    assert refusal.code == "AuthenticationFailed"


@given(places, file_names, st.sampled_from([*SIGNED, "sig"]), st.text(max_size=10), st.booleans())
@QUICKLY
def test_no_field_can_be_said_twice(place, file_name, field, value, is_first):
    query = signer().sign(*place, READ, file_name or "a")
    more = f"{field}={quote(value)}"
    twice = f"{more}&{query}" if is_first else f"{query}&{more}"
    assert signer().check(twice, *place, READ).code == "AuthenticationFailed"


@given(places, places, file_names)
@QUICKLY
def test_a_signature_opens_no_other_place(place, other, file_name):
    # That of a container is good for each file in it.
    assume(place != other and not (place[1] is None and place[0] == other[0]))
    query = signer().sign(*place, READ, file_name)
    assert signer().check(query, *other, READ).code == "AuthenticationFailed"


@pytest.mark.parametrize("separator", ["\n", ",", '","', "\0", "&"])
@given(data=st.data())
@settings(QUICKLY, max_examples=40)
def test_no_part_can_be_moved_into_the_next_one(separator, data):
    """Whoever chooses a container's name must not write the other fields with it."""
    words = st.sampled_from(["rwlac", "c", "b", "2099-01-01T00:00:00Z", "job-j", ""])
    name = separator.join(["a", *data.draw(st.lists(words, min_size=1, max_size=6))])
    fields = fields_of(signer().sign(name, None, READ))
    pieces = separator.join([*(fields.get(field, "") for field in SIGNED), name, ""]).split(separator)
    places = st.integers(1, len(pieces) - 1)
    cuts = sorted(data.draw(st.lists(places, min_size=6, max_size=6, unique=True)))
    parts = [separator.join(pieces[i:j]) for i, j in zip([0, *cuts], [*cuts, None], strict=True)]
    *moved, container, blob = parts
    assume(container != name)
    query = urlencode({**dict(zip(SIGNED, moved, strict=True)), "sig": fields["sig"]})
    assert signer().check(query, container, blob or None, READ + WRITE).code == "AuthenticationFailed"


def signed_by_hand(secret, **fields):
    """A query as the one who has the secret could write it, for the blob ``b`` of the container ``c``."""
    given = {"sv": "1", "se": "2099-01-01T00:00:00Z", "sr": "b", "sp": "r", "rscd": None, **fields}
    text = json.dumps([*given.values(), "c", "b"], separators=(",", ":"), ensure_ascii=False)
    given["sig"] = hmac.digest(secret, text.encode(), "sha256").hex()
    return urlencode({name: value for name, value in given.items() if value is not None})


@pytest.mark.parametrize("expiry", ["never", "", "2099-01-01T00:00:00", "2099", "\u0662\u0660"])
def test_an_end_that_is_no_time_has_passed(plain, local, expiry):
    secret = local.transport.keys.secret("sas")
    assert plain.raw("GET", f"{plain.url}/c/c/b?{signed_by_hand(secret)}")[0] == 404
    status, headers, body = plain.raw("GET", f"{plain.url}/c/c/b?{signed_by_hand(secret, se=expiry)}")
    assert (status, headers["x-ms-error-code"]) == (403, "AuthenticationFailed")
    assert b"expired" in body


def test_other_secrets_sign_otherwise():
    query = signer().sign("c", "b", BLOB_WRITE)
    assert signer(secret=b"another").check(query, "c", "b", READ) is not None
    assert signer().check(query, "c", "b", WRITE) is None


def test_a_name_of_a_container_cannot_turn_reading_into_writing(plain, local):
    """The name has all that follows it in what is signed; the query then claims that it is what it says."""
    full, plain.key = plain.key, local.transport.keys.create("reader", read_only=True)
    name = f"2099-01-01T00:00:00Z\nc\n{CONTAINER_WRITE}\n\njob-secret"
    status, _, answer = plain.ask("POST", "storage/sasUri", {"containerName": name})
    assert (status, answer["error"]["code"]) == (400, "InvalidInput")
    # Signed by other means, it is of no use either.
    local_signer = Signer(local.transport.keys.secret("sas"), local.transport.clock, 60.0)
    given = fields_of(local_signer.sign(name, None, CONTAINER_READ))
    given["sv"] = "\n".join([given["sv"], given["se"], given["sr"], given["sp"], ""])
    given |= {"se": "2099-01-01T00:00:00Z", "sr": "c", "sp": CONTAINER_WRITE, "rscd": ""}
    forged = f"{plain.url}/job-secret/job-secret/inputData?{urlencode(given, quote_via=quote)}"
    status, headers, _ = plain.raw("PUT", forged, b"overwritten by a read-only key")
    assert (status, headers["x-ms-error-code"]) == (403, "AuthenticationFailed")
    plain.key = full
    path, _, query = plain.good("POST", "storage/sasUri", {"containerName": "job-secret"})[
        "sasUri"
    ].partition("?")
    assert plain.raw("GET", f"{path}/inputData?{query}")[0] == 404


@pytest.mark.parametrize(
    "names",
    [
        {"containerName": "a\nb"},
        {"containerName": "a\x00"},
        {"containerName": "a\u202e"},
        {"containerName": "x" * 129},
        {"containerName": "c", "blobName": "a\nb"},
        {"containerName": "c", "blobName": "\x7f"},
        {"containerName": "c", "blobName": "x" * 1025},
        {"containerName": "c", "blobName": ""},
    ],
)
def test_names_that_are_not_signed(plain, names):
    status, _, answer = plain.ask("POST", "storage/sasUri", names)
    assert (status, answer["error"]["code"]) == (400, "InvalidInput")
    assert list(names)[-1] in answer["error"]["message"]


# What a download brings with it


def test_a_file_is_saved_under_the_name_that_was_signed(plain):
    plain.submit("j", name="my job")
    done = plain.good("GET", "jobs/j")
    for method in ("GET", "HEAD"):
        headers = plain.raw(method, done["inputDataUri"])[1]
        assert headers["content-disposition"] == 'attachment; filename="my job-j.input.json"'
    part = plain.raw("GET", done["outputDataUri"], headers={"x-ms-range": "bytes=0-"})
    assert (part[0], part[1]["content-disposition"]) == (206, 'attachment; filename="my job-j.output.json"')
    path, _, query = done["containerUri"].partition("?")
    assert "content-disposition" not in plain.raw("GET", f"{path}/outputData?{query}")[1]
    unasked = f"{path}/outputData?{query}&rscd=attachment"
    assert plain.raw("GET", unasked)[0] == 403


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "na\u00efve \u2603",
            "filename=\"na_ve _-j.input.json\"; filename*=UTF-8''na%C3%AFve%20%E2%98%83-j.input.json",
        ),
        ('a"b\\c/d\r\nx-evil: 1', 'filename="abcdx-evil: 1-j.input.json"'),
        ("\U0001f600" * 1024, None),
    ],
)
def test_names_of_jobs_in_a_header(plain, name, header):
    plain.submit("j", name=name)
    status, headers, data = plain.raw("GET", plain.good("GET", "jobs/j")["inputDataUri"])
    assert (status, data) == (200, b"ok")
    assert "x-evil" not in headers
    if header is not None:
        assert headers["content-disposition"] == f"attachment; {header}"


def test_ids_of_jobs_in_a_header(plain):
    job_id = quote('"\r\nx-evil: 1\u2603', safe="")
    plain.submit(job_id)
    status, headers, _ = plain.raw("GET", plain.good("GET", f"jobs/{job_id}")["inputDataUri"])
    assert status == 200
    assert "x-evil" not in headers
    assert headers["content-disposition"].endswith("job-x-evil%3A%201%E2%98%83.input.json")


def test_an_uploaded_page_is_not_run_by_browsers(plain):
    """It has the origin of the pages, where others are signed in."""
    sas = plain.good("POST", "storage/sasUri", {"containerName": "c", "blobName": "x.html"})["sasUri"]
    plain.raw("PUT", sas, b"<script>", {"x-ms-blob-content-type": "text/html"})
    headers = plain.raw("GET", sas)[1]
    assert headers["content-type"].startswith("text/html")
    assert headers["content-security-policy"] == "sandbox"
    assert headers["x-content-type-options"] == "nosniff"
