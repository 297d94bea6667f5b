"""Does with examples/python/ringback.py what its argument says, and prints what came of it as JSON."""
import json
import sys

import ringback as module
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


class PushedClock:
    """Time that passes by sleeping alone, and a request takes none."""

    def __init__(self):
        self.now = 0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class Away(Ringback):
    """A service that answers `first` requests with an empty page, and is away until so many seconds have passed."""

    def __init__(self, first, until):
        super().__init__()
        module.time = self.clock = PushedClock()
        self.first, self.until, self.asked = first, until, 0

    def _ask(self, method, path, **more):
        self.asked += 1
        if self.asked > self.first and self.clock.now < self.until:
            raise RingbackError(0, "network_error", "away")
        data = [] if self.asked <= self.first else [{"id": "evt_2"}]
        return 200, {}, json.dumps({"data": data, "next_cursor": "evt_1", "status": "running"}).encode()


def of_away(call, **away):
    service = Away(**away)
    said = refused(lambda: call(service))
    return {"said": said, "after": service.clock.now, "asked": service.asked}


what, given = sys.argv[1], json.loads(sys.argv[2])
if what == "verify":
    print(json.dumps([judged(**each) for each in given]))
elif what == "away, events":
    print(json.dumps(of_away(lambda service: next(service.events())["id"], **given)))
elif what == "away, wait":
    print(json.dumps(of_away(lambda service: service.wait("job_1", timeout=5), **given)))
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
