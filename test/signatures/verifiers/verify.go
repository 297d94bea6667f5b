// Go, with the standard library alone. Reads [{"secret", "headers", "body"}] from standard input; prints for each whether it verifies.
package main

import (
	"encoding/json"
	"log"
	"os"
)

// docs:start
import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Verify tells whether Ringback signed this callback in the last five minutes. header gives a request's header by its name.
func Verify(secret string, header func(name string) string, body []byte, now time.Time) bool {
	id, timestamp := header("webhook-id"), header("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || math.Abs(float64(now.Unix()-seconds)) > 300 {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, timestamp, body)
	for _, signature := range strings.Fields(header("webhook-signature")) {
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(signature, "v1,"))
		if err == nil && hmac.Equal(given, mac.Sum(nil)) {
			return true
		}
	}
	return false
}

// docs:end

func main() {
	var asked []struct {
		Secret, Body string
		Headers      map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		log.Fatal(err)
	}
	verified := make([]bool, len(asked))
	for n, one := range asked {
		header := func(name string) string { return one.Headers[name] }
		verified[n] = Verify(one.Secret, header, []byte(one.Body), time.Now())
	}
	json.NewEncoder(os.Stdout).Encode(verified)
}
