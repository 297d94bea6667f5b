"""Submits a job and follows it with azure-core's poller. Arguments: service, key, payload, whether to cancel. Prints what came of it."""
import json
import sys

from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import ContentDecodePolicy, HeadersPolicy, RequestIdPolicy
from azure.core.polling import LROPoller
from azure.core.polling.base_polling import LROBasePolling, OperationFailed
from azure.core.rest import HttpRequest

url, key, payload, cancel = sys.argv[1:]
policies = [RequestIdPolicy(), HeadersPolicy({"authorization": f"Bearer {key}"}), ContentDecodePolicy()]
client = PipelineClient(url, policies=policies)


def submit():
    request = HttpRequest("POST", f"{url}/v1/jobs", json={"type": "interop.work", "payload": json.loads(payload)})
    return client.send_request(request, _return_pipeline_response=True)


first = submit()
if cancel == "cancel":
    client.send_request(HttpRequest("POST", first.http_response.json()["cancel_url"]))
poller = LROPoller(client, first, lambda last: last.http_response.json(), LROBasePolling(timeout=0.2))
try:
    result = poller.result(timeout=30)
    outcome = {"result": result, "error": None}
except (HttpResponseError, OperationFailed) as error:
    outcome = {"result": None, "error": str(error)}
print(json.dumps({"status": poller.status(), **outcome}))
