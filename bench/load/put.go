package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
)

// writes were answered after so long.
type writes struct {
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
	times
}

// put has each client write one resource after the other, its own ones in turn, each time with another content.
func put(o options) any {
	method := service + "Put"
	encode := func(index, version int) []byte { return message(nil, 1, resource(o.namespace, index, version)) }
	if o.api == "etcd" {
		method = "/etcdserverpb.KV/Put"
		encode = func(index, version int) []byte {
			return message(text(nil, 1, fmt.Sprintf("/%s/%d", o.namespace, index)), 2, resource(o.namespace, index, version))
		}
	}
	return closedLoop(o, method, func(client, turn int) []byte {
		own := max(1, o.resources/o.clients)
		// The time makes the content new also after another run over the same resources.
		return encode(o.first+client*own+turn%own, int(time.Now().UnixNano()))
	}, 1)
}

// apply has each client write batches of its own resources.
func apply(o options) any {
	return closedLoop(o, service+"Apply", func(client, turn int) []byte {
		return applyRequest(o, o.first+client*o.batch, int(time.Now().UnixNano()))
	}, o.batch)
}

// fill writes all of the resources once, in batches.
func fill(o options) any {
	connection := dial(o.store, 1)[0]
	for at := 0; at < o.resources; at += o.batch {
		batch := o
		batch.batch = min(o.batch, o.resources-at)
		invoke(connection, service+"Apply", applyRequest(batch, o.first+at, 0))
	}
	return writes{Count: o.resources}
}

func applyRequest(o options, first, version int) []byte {
	b := text(nil, 1, o.namespace)
	for i := range o.batch {
		b = message(b, 2, resource(o.namespace, first+i, version))
	}
	return b
}

func invoke(connection *grpc.ClientConn, method string, request []byte) []byte {
	var response []byte
	check(connection.Invoke(context.Background(), method, &request, &response, raw...))
	return response
}

func closedLoop(o options, method string, requestOf func(client, turn int) []byte, each int) writes {
	connections := dial(o.store, o.connections)
	var count atomic.Int64
	var mutex sync.Mutex
	var all []time.Duration
	var clients sync.WaitGroup
	start := time.Now()
	for client := range o.clients {
		clients.Go(func() {
			var samples []time.Duration
			for turn := 0; time.Since(start) < o.duration; turn++ {
				request := requestOf(client, turn)
				began := time.Now()
				invoke(connections[client%len(connections)], method, request)
				samples = append(samples, time.Since(began))
				count.Add(int64(each))
			}
			mutex.Lock()
			defer mutex.Unlock()
			all = append(all, samples...)
		})
	}
	clients.Wait()
	return writes{int(count.Load()), time.Since(start).Seconds(), timesOf(all)}
}
