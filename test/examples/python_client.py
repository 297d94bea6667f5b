"""Does with examples/python/ringback.py what its argument says, and prints what came of it as JSON."""
import json
import sys

from ringback import Ringback, RingbackError, VerificationError, verify


def judged(body, headers, secret):
    try:
        return verify(body.encode(), headers, secret)["type"]
    except VerificationError as error:
        return error.check


def until_seen(ringback, job_id, after=None):
    for event in ringback.events(after=after, types=["job.completed", "job.failed"]):
        if event["job_id"] == job_id:
            return event


def refused(call):
    try:
        return call()
    except RingbackError as error:
        return [error.status, error.code, error.errors]


what, given = sys.argv[1], json.loads(sys.argv[2])
if what == "verify":
    print(json.dumps([judged(**each) for each in given]))
else:
    ringback = Ringback()
    does = {
        "submit": lambda: [ringback.submit(**job) for job in given],
        "wait": lambda: ringback.wait(**given),
        "cancel": lambda: ringback.cancel(given),
        "result": lambda: [part.decode() if isinstance(part, bytes) else part for part in ringback.result(given)],
        "event": lambda: until_seen(ringback, **given),
    }
    print(json.dumps(refused(does[what])))
