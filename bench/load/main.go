// Load for the store and the xDS server, from outside of Node: each command prints what it saw as lines of JSON.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

type options struct {
	store, watchAt, namespace, api          string
	clients, connections, watchers, stopped int
	resources, first, batch, rate, pageSize int
	duration                                time.Duration
}

func main() {
	commands := map[string]func(options) any{
		"put": put, "apply": apply, "fill": fill, "watch": watch, "idle": idle, "list-by-watch": listByWatch, "list": list, "nodes": nodes,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fail("expected one of put, apply, fill, watch, idle, list-by-watch, list, nodes")
	}
	var o options
	f := flag.NewFlagSet(os.Args[1], flag.ExitOnError)
	f.StringVar(&o.store, "store", "127.0.0.1:6680", "where to write; for nodes, the xDS server")
	f.StringVar(&o.watchAt, "watch-at", "", "where to watch; empty: where to write")
	f.StringVar(&o.namespace, "namespace", "bench", "")
	f.StringVar(&o.api, "api", "store", "whose Put: store or etcd")
	f.IntVar(&o.clients, "clients", 1, "calls at a time")
	f.IntVar(&o.connections, "connections", 1, "")
	f.IntVar(&o.watchers, "watchers", 1, "")
	f.IntVar(&o.stopped, "stopped", 0, "watchers that never read")
	f.IntVar(&o.resources, "resources", 1000, "how many resources are written to in turn")
	f.IntVar(&o.first, "first", 0, "the first of them")
	f.IntVar(&o.batch, "batch", 100, "resources of one Apply")
	f.IntVar(&o.rate, "rate", 50, "writes a second")
	f.IntVar(&o.pageSize, "page-size", 0, "0: the store's choice")
	f.DurationVar(&o.duration, "duration", 5*time.Second, "")
	check(f.Parse(os.Args[2:]))
	if o.watchAt == "" {
		o.watchAt = o.store
	}
	seen, err := json.Marshal(commands[os.Args[1]](o))
	check(err)
	fmt.Printf("%s,\"processorSeconds\":%.3f}\n", bytes.TrimSuffix(seen, []byte("}")), processorSeconds())
}

// processorSeconds is what this process has taken of the processors.
func processorSeconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

// dial opens so many connections, each a channel of its own.
func dial(address string, count int) []*grpc.ClientConn {
	connections := make([]*grpc.ClientConn, count)
	for i := range connections {
		connection, err := grpc.NewClient(address,
			grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithInitialWindowSize(1<<20), grpc.WithInitialConnWindowSize(8<<20))
		check(err)
		connection.Connect()
		connections[i] = connection
	}
	return connections
}

// times are in milliseconds.
type times struct {
	P50     float64 `json:"p50"`
	P99     float64 `json:"p99"`
	Maximum float64 `json:"maximum"`
}

func timesOf(samples []time.Duration) times {
	if len(samples) == 0 {
		return times{}
	}
	slices.Sort(samples)
	at := func(share float64) float64 {
		index := min(len(samples)-1, int(share*float64(len(samples))))
		return float64(samples[index].Microseconds()) / 1000
	}
	return times{at(0.5), at(0.99), at(1)}
}
