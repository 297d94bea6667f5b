"""
Loaded by schemathesis. Gives generated requests things that exist (the file FUZZ_LIVE names them), because random ids never do,
keeps every callback on this machine, and counts answers by operation (into the file FUZZ_COUNTS names).
"""
import atexit
import json
import os
import queue
import random
import time
from collections import Counter, defaultdict
from urllib.parse import urlsplit

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation

with open(os.environ["FUZZ_LIVE"]) as file:
    LIVE = json.load(file)
DEAD = queue.SimpleQueue()
for delivery in LIVE["dead"]:
    DEAD.put(delivery)
DICE = random.Random(int(os.environ["FUZZ_SEED"]))
# Of the valid requests, how many are for something that exists.
EXISTING = 0.8
CURSORS = ("cursor", "after", "wait")

answers = defaultdict(Counter)
service = requests.Session()
service.headers["authorization"] = f"Bearer {LIVE['key']}"
# The endpoint made for the case under way.
made = None


def ask(method, path, body=None):
    return service.request(method, LIVE["url"] + path, json=body)


def any_of(kind):
    return lambda: DICE.choice(LIVE[kind])


def next_dead():
    try:
        return DEAD.get_nowait()
    except queue.Empty:
        return None


def new_endpoint():
    global made
    made = ask("POST", "/v1/endpoints", {"url": LIVE["receiver"], "events": ["endpoint.disabled"]}).json().get("id")
    return made


def new_waiting():
    """A delivery whose first try has failed."""
    job = ask("POST", "/v1/jobs", {"type": LIVE["types"][0], "callback_url": LIVE["later"]}).json().get("id")
    for _ in range(200):
        found = ask("GET", f"/v1/deliveries?job_id={job}").json()["data"]
        if found and found[0]["attempts"] > 0:
            return found[0]["id"]
        time.sleep(0.02)
    return None


def new_group():
    name = f"group-{DICE.getrandbits(64)}"
    ask("POST", "/v1/jobs", {"type": LIVE["types"][0], "group": name})
    return name


def new_key():
    return ask("POST", f"/v1/tenants/{any_of('tenants')()}/api-keys", {"scopes": ["jobs:read"]}).json().get("id")


# What `{id}` can be so that an operation succeeds. What an operation uses up is made for it.
IDS = {
    "GET /v1/jobs/{id}": any_of("finished"),
    "GET /v1/jobs/{id}/result": any_of("finished"),
    "POST /v1/jobs/{id}/cancel": any_of("canceled"),
    "POST /v1/jobs/{id}/rerun": any_of("finished"),
    "GET /v1/jobs/{id}/events": any_of("finished"),
    "POST /v1/jobs/{id}/tokens": any_of("finished"),
    "GET /v1/operations/{id}": any_of("finished"),
    "GET /v1/deliveries/{id}": any_of("delivered"),
    "POST /v1/deliveries/{id}/replay": any_of("delivered"),
    "POST /v1/deliveries/{id}/retry": new_waiting,
    "DELETE /v1/deliveries/{id}": next_dead,
    "GET /v1/deliveries/{id}/explain": any_of("delivered"),
    "GET /v1/endpoints/{id}": any_of("endpoints"),
    "PATCH /v1/endpoints/{id}": any_of("changing"),
    "POST /v1/endpoints/{id}/test": any_of("endpoints"),
    "POST /v1/endpoints/{id}/rotate-secret": new_endpoint,
    "DELETE /v1/endpoints/{id}": new_endpoint,
    "PATCH /v1/tenants/{id}": any_of("tenants"),
    "GET /v1/tenants/{id}/api-keys": any_of("tenants"),
    "POST /v1/tenants/{id}/api-keys": any_of("tenants"),
    "POST /v1/tenants/{id}/portal-links": any_of("tenants"),
    "DELETE /v1/api-keys/{id}": new_key,
}
# The same of path parameters with another name. What is paused is nothing that the other cases need.
NAMES = {
    "GET /v1/groups/{name}": ("name", new_group),
    "POST /v1/groups/{name}/close": ("name", new_group),
    "POST /v1/job-types/{type}/pause": ("type", lambda: "fault.nap"),
    "POST /v1/job-types/{type}/resume": ("type", lambda: "fault.nap"),
}
UNUSED_DESTINATION = "https://unused.example"


def is_valid(case, location):
    return case.meta is None or not case.meta.is_negative_at(location)


@schemathesis.hook
def before_call(context, case, kwargs):
    name = case.operation.label
    exists = DICE.random() < EXISTING
    parameter, find = NAMES.get(name, ("id", IDS.get(name)))
    if exists and find and case.path_parameters and is_valid(case, ParameterLocation.PATH):
        live = find()
        if live is not None:
            case.path_parameters[parameter] = live
    if exists and case.query and is_valid(case, ParameterLocation.QUERY):
        fit_query(name, case.query)
    if case.headers and is_valid(case, ParameterLocation.HEADER):
        fit_headers(case.headers)
    if name == "POST /v1/signing-secret/rotate" and not isinstance(case.body, dict) and is_valid(case, ParameterLocation.BODY):
        case.body, case.media_type = {}, "application/json"
    if isinstance(case.body, dict):
        if is_valid(case, ParameterLocation.BODY):
            fit_state(name, case)
            if exists:
                fit_body(name, case.body)
        keep_local(case.body)


def fit_query(name, query):
    """What the schema cannot tell from text: cursors come from answers, and a destination is a URL."""
    for cursor in CURSORS:
        query.pop(cursor, None)
    if name in NAMES:
        query.pop("tenant", None)
    if "destination" in query:
        query["destination"] = LIVE["receiver"]


def fit_headers(headers):
    for header in ("Idempotency-Key", "Prefer"):
        if header in headers:
            headers[header] = f"wait={DICE.randrange(2)}" if header == "Prefer" else f"key-{DICE.getrandbits(64)}"


def fit_state(name, case):
    """What would leave nothing for the cases that follow: a rotation with an overlap keeps the next one waiting."""
    if name == "POST /v1/signing-secret/rotate":
        case.body = {"overlap_seconds": 0}
    if name == "POST /v1/deliveries/retry":
        case.body = {"all": True}
    if name == "POST /v1/dead-letters/replay":
        case.body = {"filter": {"job_id": DICE.choice(LIVE["finished"]), "reason": "exhausted"}}


def fit_body(name, body):
    if name == "POST /v1/jobs":
        body["type"] = DICE.choice(LIVE["types"])
        if body.get("callback") is not None:
            body.pop("callback_url", None)
    for owner in (body, body.get("callback")):
        if not isinstance(owner, dict):
            continue
        owner.pop("headers", None)
        for member in ("url", "callback_url"):
            if owner.get(member) is not None:
                owner[member] = LIVE["receiver"]
    if name.startswith("POST /v1/destinations/"):
        body["destination"] = UNUSED_DESTINATION
    if "scopes" in body:
        body["scopes"] = [scope for scope in body["scopes"] if scope != "admin"] or ["jobs:read"]


def keep_local(body):
    """Whatever the mode: no callback leaves this machine."""
    for owner in (body, body.get("callback")):
        if not isinstance(owner, dict):
            continue
        for member in ("url", "callback_url"):
            if is_elsewhere(owner.get(member)):
                owner[member] = LIVE["receiver"]


def is_elsewhere(url):
    if not isinstance(url, str) or not url.lower().startswith("http"):
        return False
    try:
        return urlsplit(url).hostname != "127.0.0.1"
    except ValueError:
        return False


@schemathesis.hook
def after_call(context, case, response):
    global made
    answers[f"{case.method.upper()} {case.operation.path}"][response.status_code] += 1
    # A tenant can have only so many endpoints.
    left = response.json()["id"] if response.status_code == 201 and case.operation.label == "POST /v1/endpoints" else made
    if left is not None:
        ask("DELETE", f"/v1/endpoints/{left}")
    made = None


@atexit.register
def write_counts():
    with open(os.environ["FUZZ_COUNTS"], "w") as out:
        json.dump(answers, out)
