"""A client of Ringback in one file, with Python's standard library alone: copy it into your program (Python 3.9 or newer).

    from ringback import Ringback, verify

    ringback = Ringback("https://ringback.example", "rb_…")      # or RINGBACK_URL and RINGBACK_API_KEY
    job = ringback.submit("order.create", {"items": 3})          # one job, however often the request has to be sent
    job = ringback.wait(job["id"])                               # the document at the end of the job
    event = verify(body, headers, "whsec_…")                     # in a receiver of callbacks
    for event in ringback.events(after=last_id): ...             # follows the feed for ever
"""
import base64, binascii, hashlib, hmac, json, os, random, time, uuid
import email.utils, http.client, urllib.parse, urllib.request

# Seconds. An answer is held for so long: below what common proxies allow; and may take so much longer than that.
HOLD, SLACK = 25, 15
# From the first failure in a row on; after that no other try begins.
BUDGET = 90
ENDS = ("completed", "failed", "canceled")


class RingbackError(Exception):
    """A request that was refused, or (status 0, code network_error) that got no whole answer."""

    def __init__(self, status, code, detail, request_id=None, retry_after=None, errors=()):
        super().__init__(f"{code}: {detail}")
        self.status, self.code, self.detail, self.request_id = status, code, detail, request_id
        self.retry_after, self.errors = retry_after, list(errors)

    @property
    def passes(self):
        """Whether the same request may succeed later."""
        return self.status in (429, 502, 503, 504) or self.code == "network_error" or (self.status == 409 and self.code == "in_flight")


class VerificationError(Exception):
    """A callback that is not to be trusted; `check` is secret, headers, timestamp, signature or body."""

    def __init__(self, check, detail):
        super().__init__(f"{check}: {detail}")
        self.check = check


class Ringback:
    """One service, asked with one key. Every call raises RingbackError when it is refused."""

    def __init__(self, url=None, key=None):
        self.url = (url or os.environ["RINGBACK_URL"]).rstrip("/")
        self.key = key or os.environ["RINGBACK_API_KEY"]
        self._opener = urllib.request.build_opener(_AnyStatus)

    def submit(self, job_type, payload=None, *, idempotency_key=None, budget=BUDGET, **options):
        """Submits a job and gives its document. One key goes with every try, so that there is one job. Options are members of the
        request: callback_url, callback, run_at, timeout_seconds, max_attempts, priority, tags, metadata, group."""
        # The very same bytes each time: the key stands for them.
        body = json.dumps({"type": job_type, "payload": payload, **options}).encode()
        headers = {"idempotency-key": idempotency_key or uuid.uuid4().hex}
        patience = _Patience(budget)
        while True:
            try:
                return self._json("POST", "/v1/jobs", body=body, headers=headers)
            except RingbackError as error:
                time.sleep(patience.after(error))

    def get(self, job_id):
        """The job document."""
        return self._json("GET", _job(job_id))

    def cancel(self, job_id):
        """Cancels a job. A running handler must stop first: `wait` tells when it has."""
        return self._json("POST", f"{_job(job_id)}/cancel", body=b"")

    def result(self, job_id):
        """The bytes of a result and their media type; a location as its URL and None."""
        status, headers, body = self._ask("GET", f"{_job(job_id)}/result")
        if status == 303 and "location" in headers:
            return headers["location"], None
        if status not in (200, 303):
            raise _refusal(status, headers, body)
        # A head that was cut looks like a short one, and its body like an empty one.
        if "content-length" not in headers and "transfer-encoding" not in headers:
            raise RingbackError(0, "network_error", "the answer was cut")
        return body, headers["content-type"]

    def wait(self, job_id, timeout=None):
        """The document when the job has ended, or as it is when `timeout` seconds have passed. Holds a long poll, and rests between
        two of them as Retry-After says. Raises what went wrong last when the time is up before the first answer."""
        ends_at = float("inf") if timeout is None else time.monotonic() + timeout
        patience, document, etag = _Patience(BUDGET), None, None
        while True:
            hold = int(min(HOLD, max(0, ends_at - time.monotonic())))
            try:
                headers = {"if-none-match": etag} if etag else {}
                status, answered, body = self._ask("GET", f"{_job(job_id)}?wait={hold}", headers=headers, timeout=hold + SLACK)
                if status == 200:
                    document, etag = _parsed(body), answered["etag"]
                elif status != 304:
                    raise _refusal(status, answered, body)
                rest = _retry_after(answered) or 1
                patience.reset()
            except RingbackError as error:
                rest = patience.after(error)
                if document is None and time.monotonic() >= ends_at:
                    raise
            left = ends_at - time.monotonic()
            if document and (document["status"] in ENDS or left <= 0):
                return document
            time.sleep(max(0, min(rest, left)))

    def events(self, after=None, types=None):
        """Follows the tenant's events for ever, in the order of the feed: every one behind `after` (an event's id), or from the
        oldest that is kept. Keep the id of the last event you have handled, and go on from it."""
        # Before the first answer there is a budget: who asks at a wrong address is told.
        patience = _Patience(BUDGET)
        while True:
            query = {"after": after, "types": ",".join(types or ()), "wait": HOLD, "limit": 100}
            path = "/v1/events?" + urllib.parse.urlencode({name: value for name, value in query.items() if value})
            try:
                page = self._json("GET", path, timeout=HOLD + SLACK)
                patience = _Patience(float("inf"))
            except RingbackError as error:
                time.sleep(patience.after(error))
                continue
            for event in page["data"]:
                yield event
                after = event["id"]
            after = page["next_cursor"] or after

    def _json(self, method, path, **more):
        status, headers, body = self._ask(method, path, **more)
        if 200 <= status <= 299:
            return _parsed(body)
        raise _refusal(status, headers, body)

    def _ask(self, method, path, *, body=None, headers=None, timeout=30):
        fields = {"authorization": f"Bearer {self.key}", "content-type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.url + path, data=body, method=method, headers=fields)
        try:
            with self._opener.open(request, timeout=timeout) as response:
                return response.status, response.headers, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise RingbackError(0, "network_error", str(error) or type(error).__name__) from error


def verify(body, headers, secret, tolerance=300):
    """The event of a callback, if it was signed with (one of) the secrets lately. Raises VerificationError otherwise. `body` is the
    bytes as they came: what was parsed and written again has another signature."""
    if not isinstance(body, (bytes, bytearray)):
        raise VerificationError("body", "give the bytes as they came")
    fields = {}
    for name, value in headers.items():
        fields.setdefault(name.lower(), []).append(str(value))
    message_id, timestamp = _only(fields, "webhook-id"), _only(fields, "webhook-timestamp")
    presented = " ".join(fields.get("webhook-signature", [])).split()
    if not presented:
        raise VerificationError("headers", "webhook-signature is missing")
    if "." in message_id:
        raise VerificationError("headers", "webhook-id contains a dot")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise VerificationError("timestamp", "webhook-timestamp is no number of seconds")
    if abs(time.time() - int(timestamp)) > tolerance:
        raise VerificationError("timestamp", "the message is too old, or ahead of this clock")
    expected = [_signature(key, f"{message_id}.{timestamp}.".encode() + bytes(body)) for key in _keys(secret)]
    # Every pair is compared, so that the time does not tell which one fitted.
    if not any([hmac.compare_digest(one, given.encode()) for one in expected for given in presented]):
        raise VerificationError("signature", "no signature fits body and secret")
    try:
        return json.loads(body)
    except ValueError as error:
        raise VerificationError("body", "it is signed, but no JSON") from error


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    """Answers of every status come back as they are, redirects too: the key is for the service alone."""

    def http_response(self, request, response):
        return response

    https_response = http_response


class _Patience:
    """How long to wait after failures in a row. Raises the failure when it does not pass, or the budget would be spent by then."""

    def __init__(self, budget):
        self.budget, self.failures, self.since = budget, 0, None

    def reset(self):
        self.failures, self.since = 0, None

    def after(self, error):
        now = time.monotonic()
        self.since = now if self.since is None else self.since
        ceiling = min(8, 2 ** min(self.failures, 16))
        # At random, so that what failed together does not come back together.
        wait = error.retry_after or random.uniform(ceiling / 2, ceiling)
        if not error.passes or now - self.since + wait > self.budget:
            raise error
        self.failures += 1
        return wait


def _job(job_id):
    return "/v1/jobs/" + urllib.parse.quote(job_id, safe="")


def _parsed(body):
    try:
        return json.loads(body)
    except ValueError as error:
        raise RingbackError(0, "network_error", "the answer was cut, or is no JSON") from error


def _refusal(status, headers, body):
    try:
        problem = json.loads(body)
        code, detail = problem["code"], problem.get("detail", "")
    except (ValueError, KeyError, TypeError):
        problem, code, detail = {}, f"http_{status}", f"the answer has status {status} and no problem document"
    return RingbackError(status, code, detail, problem.get("request_id"), _retry_after(headers), problem.get("errors", ()))


def _retry_after(headers):
    """Seconds; None for none and for garbage."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return int(value)
    try:
        return max(0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, IndexError):
        return None


def _only(fields, name):
    values = fields.get(name, [])
    if len(values) != 1 or not values[0]:
        raise VerificationError("headers", f"{name} is missing or there more than once")
    return values[0]


def _keys(secret):
    secrets = [secret] if isinstance(secret, str) else [one for one in secret if one]
    try:
        keys = [base64.b64decode(one[len("whsec_"):], validate=True) for one in secrets if one.startswith("whsec_")]
    except binascii.Error:
        keys = []
    if not secrets or len(keys) < len(secrets) or not all(24 <= len(key) <= 64 for key in keys):
        raise VerificationError("secret", "a signing secret is whsec_ and the base64 of 24 to 64 bytes")
    return keys


def _signature(key, message):
    return b"v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest())
