package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
)

type watched struct {
	Writes     int `json:"writes"`
	Deliveries int `json:"deliveries"`
	// Events that a watcher did not get in their place: lost, repeated or out of order.
	Missed int `json:"missed"`
	// From the first write to the last delivery.
	Seconds float64 `json:"seconds"`
	// From a write's acknowledgement to the event; negative: the event was there first.
	times
}

var watchStream = &grpc.StreamDesc{ServerStreams: true}

func openWatch(connection *grpc.ClientConn, request []byte) grpc.ClientStream {
	stream, err := connection.NewStream(context.Background(), watchStream, service+"Watch", raw...)
	check(err)
	check(stream.SendMsg(&request))
	check(stream.CloseSend())
	return stream
}

// watch writes at a steady rate, and has watchers that resume from where the namespace is look at it.
func watch(o options) any {
	writers := dial(o.store, 4)
	head := invoke(writers[0], service+"List", number(text(nil, 1, o.namespace), 3, 1))
	base := int64(numberField(head, 3))
	request := text(number(text(nil, 1, o.namespace), 100, uint64(base)), 101, string(bytesField(head, 4)))

	expected := max(1, int(o.duration.Seconds()*float64(o.rate)))
	acknowledged := make([]int64, expected)
	begin := time.Now()
	now := func() int64 { return int64(time.Since(begin)) }

	var ready, following sync.WaitGroup
	var missed atomic.Int64
	arrivals := make([][]int64, o.watchers)
	connections := dial(o.watchAt, o.connections)
	for index := range o.watchers {
		arrivals[index] = make([]int64, expected)
		ready.Add(1)
		following.Go(func() {
			missed.Add(follow(openWatch(connections[index%len(connections)], request), base, arrivals[index], now, ready.Done))
		})
	}
	// With a connection of their own: a client that stops reading stops its connection, too.
	for _, connection := range dial(o.watchAt, o.stopped) {
		openWatch(connection, request)
	}
	ready.Wait()

	start := now()
	var writing sync.WaitGroup
	for index := range expected {
		time.Sleep(time.Duration(start + int64(index)*int64(time.Second)/int64(o.rate) - now()))
		writing.Go(func() {
			put := message(nil, 1, resource(o.namespace, o.first+index%o.resources, int(time.Now().UnixNano())))
			response := invoke(writers[index%len(writers)], service+"Put", put)
			at := now()
			acknowledged[int64(numberField(bytesField(response, 1), 3))-base-1] = at
		})
	}
	writing.Wait()
	finished := make(chan struct{})
	go func() { following.Wait(); close(finished) }()
	select {
	case <-finished:
	case <-time.After(10 * time.Second):
		fail("watchers did not get all events within 10 s after the last write")
	}

	var samples []time.Duration
	last := start
	for _, arrived := range arrivals {
		for index, at := range arrived {
			samples = append(samples, time.Duration(at-acknowledged[index]))
			last = max(last, at)
		}
	}
	return watched{expected, len(samples), int(missed.Load()), time.Duration(last - start).Seconds(), timesOf(samples)}
}

// follow notes when each revision after base arrives, until all have, and counts those that are not the next.
func follow(stream grpc.ClientStream, base int64, arrivals []int64, now func() int64, ready func()) (missed int64) {
	next := base + 1
	for first := true; next <= base+int64(len(arrivals)); {
		var response []byte
		check(stream.RecvMsg(&response))
		at := now()
		fields(response, func(field protowire.Number, value []byte, _ uint64) {
			if field != 1 {
				return
			}
			revision := revisionOf(value)
			if revision != next {
				missed++
			}
			arrivals[revision-base-1] = at
			next = revision + 1
		})
		if first {
			ready()
			first = false
		}
	}
	return missed
}

// idle opens watches, says so, and holds them until it is ended.
func idle(o options) any {
	connections := dial(o.watchAt, o.connections)
	var ready sync.WaitGroup
	for index := range o.watchers {
		ready.Go(func() { readState(openWatch(connections[index%len(connections)], text(nil, 1, o.namespace))) })
	}
	ready.Wait()
	fmt.Println("ready")
	select {}
}

// readState reads until the list has ended. It returns how many resources were in it.
func readState(stream grpc.ClientStream) (resources int) {
	for {
		var response []byte
		check(stream.RecvMsg(&response))
		ended := false
		fields(response, func(field protowire.Number, _ []byte, number uint64) {
			if field == 1 {
				resources++
			}
			ended = ended || field == 3 && number == 1
		})
		if ended {
			return resources
		}
	}
}
