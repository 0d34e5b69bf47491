// A Lambda API that costs next to nothing: whatever function is invoked, the answer is there already. What is measured
// before it is the gateway.
package main

import (
	"encoding/base64"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "host:port")
	flag.Parse()
	// A Pong whose sha256_sum is of the usual length: field 1, 43 bytes.
	pong := append([]byte{0x0a, 43}, strings.Repeat("A", 43)...)
	hello := []byte(`{"statusCode":200,"headers":{"content-type":"application/json"},"body":"{\"message\":\"hello\"}"}`)
	grpc := []byte(fmt.Sprintf(`{"statusCode":200,"body":"%s","isBase64Encoded":true}`, base64.StdEncoding.EncodeToString(pong)))
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		answer := hello
		if strings.Contains(r.URL.Path, "ping-pong") {
			answer = grpc
		}
		w.Header().Set("content-type", "application/json")
		w.Write(answer)
	})
	if err := http.ListenAndServe(*address, handler); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
