//! The reference library signs every vector of the file named first; prints how many it signed the same.
use serde_json::Value;
use standardwebhooks::Webhook;

fn main() {
    let path = std::env::args().nth(1).expect("the path of vectors.json");
    let text = std::fs::read_to_string(path).unwrap();
    let vectors: Vec<Value> = serde_json::from_str(&text).unwrap();
    for vector in &vectors {
        let part = |name: &str| vector[name].as_str().unwrap();
        let webhook = Webhook::new(part("secret")).unwrap();
        let timestamp = vector["timestamp"].as_i64().unwrap();
        let signature = webhook.sign(part("id"), timestamp, part("body").as_bytes()).unwrap();
        assert_eq!(signature, part("signature"), "{}", part("about"));
    }
    println!("{}", vectors.len());
}
