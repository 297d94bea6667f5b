"""Reads a URL with urllib3's own retries. Arguments: URL, key. Prints status and body."""
import json
import sys

import urllib3

url, key = sys.argv[1:]
answer = urllib3.PoolManager().request("GET", url, headers={"authorization": f"Bearer {key}"}, retries=urllib3.Retry(10))
print(json.dumps({"status": answer.status, "body": answer.json()}))
