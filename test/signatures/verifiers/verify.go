// Signs every vector of the file named first, with nothing but the standard library; prints how many came out the same.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var vectors []struct {
		About, Secret, ID, Body, Signature string
		Timestamp                          int64
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		log.Fatal(err)
	}
	for _, vector := range vectors {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(vector.Secret, "whsec_"))
		if err != nil {
			log.Fatal(err)
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s.%d.%s", vector.ID, vector.Timestamp, vector.Body)
		if signature := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); signature != vector.Signature {
			log.Fatalf("%s: %s", vector.About, signature)
		}
	}
	fmt.Println(len(vectors))
}
