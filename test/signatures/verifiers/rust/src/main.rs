//! Rust, with the reference library. Reads `[{"secret", "headers", "body"}]` from standard input; prints for each whether it verifies.
// docs:start
use http::HeaderMap;
use standardwebhooks::{Webhook, WebhookError};

/// Fails unless Ringback signed this callback in the last five minutes.
pub fn verify(secret: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
    Webhook::new(secret)?.verify(body, headers)
}
// docs:end

use serde_json::Value;

fn main() {
    let asked: Vec<Value> = serde_json::from_reader(std::io::stdin()).unwrap();
    let verified: Vec<bool> = asked.iter().map(verifies).collect();
    println!("{}", serde_json::to_string(&verified).unwrap());
}

fn verifies(asked: &Value) -> bool {
    let mut headers = HeaderMap::new();
    for (name, value) in asked["headers"].as_object().unwrap() {
        let name: http::HeaderName = name.parse().unwrap();
        headers.insert(name, value.as_str().unwrap().parse().unwrap());
    }
    verify(asked["secret"].as_str().unwrap(), &headers, asked["body"].as_str().unwrap().as_bytes()).is_ok()
}
