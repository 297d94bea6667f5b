"""Python, with the reference library. Reads [{"secret", "headers", "body"}] from stdin; prints for each whether it verifies."""

import json
import sys

# docs:start
from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def verify(secret, headers, body):
    """The event of a callback. Raises WebhookVerificationError unless Ringback signed it in the last five minutes."""
    return Webhook(secret).verify(body, headers)
# docs:end


def verifies(asked):
    try:
        verify(asked["secret"], asked["headers"], asked["body"].encode())
        return True
    except WebhookVerificationError:
        return False


print(json.dumps([verifies(asked) for asked in json.load(sys.stdin)]))
