"""Reads [{"secret", "headers", "body"}] from stdin; prints for each whether the reference library verifies it."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def verifies(asked):
    try:
        Webhook(asked["secret"]).verify(asked["body"].encode(), asked["headers"])
        return True
    except WebhookVerificationError:
        return False


print(json.dumps([verifies(asked) for asked in json.load(sys.stdin)]))
