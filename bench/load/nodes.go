package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
)

const (
	typePrefix   = "type.googleapis.com/envoy.config."
	clusterType  = typePrefix + "cluster.v3.Cluster"
	endpointType = typePrefix + "endpoint.v3.ClusterLoadAssignment"
	listenerType = typePrefix + "listener.v3.Listener"
	routeType    = typePrefix + "route.v3.RouteConfiguration"
)

// What is asked for by name, once what refers to it has come.
var children = map[string]string{clusterType: endpointType, listenerType: routeType}

var deltaStream = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}

// answered tells when all clients have accepted a response.
type answered struct {
	TypeUrl string `json:"typeUrl"`
	Nonce   string `json:"nonce"`
	// Of the responses to all clients together.
	Bytes int `json:"bytes"`
	// When the first came, and the last was accepted, in nanoseconds since 1970.
	FirstAt int64 `json:"firstAt"`
	LastAt  int64 `json:"lastAt"`
	clients int
}

// synced tells when all clients have everything, for the first time or after they all have lost their streams.
type synced struct {
	Synced int   `json:"synced"`
	At     int64 `json:"at"`
}

// fleet is what the clients together have seen.
type fleet struct {
	sync.Mutex
	clients int
	synced  int
	answers map[string]*answered
}

// nodes plays clients of xDS, each on a stream of delta ADS, that take everything, until the program is ended.
func nodes(o options) any {
	f := &fleet{clients: o.clients, answers: map[string]*answered{}}
	for index, connections := 0, dial(o.store, o.connections); index < o.clients; index++ {
		go f.keep(fmt.Sprintf("node-%d", o.first+index), connections[index%len(connections)])
	}
	select {}
}

func print(line any) {
	encoded, err := json.Marshal(line)
	check(err)
	fmt.Printf("%s\n", encoded)
}

// keep has a stream for a node, and another one when that breaks.
func (f *fleet) keep(id string, connection *grpc.ClientConn) {
	for {
		n := node{fleet: f, awaited: map[string]bool{clusterType: true, listenerType: true}}
		n.serve(id, connection)
		f.Lock()
		if n.isSynced {
			f.synced--
		}
		f.Unlock()
		time.Sleep(20 * time.Millisecond)
	}
}

func (f *fleet) accepted(typeUrl, nonce string, bytes int, at int64) {
	f.Lock()
	defer f.Unlock()
	key := typeUrl + " " + nonce
	a := f.answers[key]
	if a == nil {
		a = &answered{TypeUrl: typeUrl, Nonce: nonce, FirstAt: at}
		f.answers[key] = a
	}
	a.clients++
	a.Bytes += bytes
	a.LastAt = time.Now().UnixNano()
	if a.clients == f.clients {
		print(a)
		delete(f.answers, key)
	}
}

type node struct {
	fleet    *fleet
	stream   grpc.ClientStream
	isSynced bool
	// Types, and names of types, that have not come yet.
	awaited map[string]bool
}

func (n *node) send(request []byte) bool { return n.stream.SendMsg(&request) == nil }

func (n *node) serve(id string, connection *grpc.ClientConn) {
	path := "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources"
	stream, err := connection.NewStream(context.Background(), deltaStream, path, append(raw, grpc.WaitForReady(true))...)
	if err != nil {
		return
	}
	n.stream = stream
	who := text(text(nil, 1, id), 2, "xds")
	if !n.send(text(message(nil, 1, who), 2, clusterType)) || !n.send(text(nil, 2, listenerType)) {
		return
	}
	for {
		var response []byte
		if stream.RecvMsg(&response) != nil || !n.take(response) {
			return
		}
	}
}

func (n *node) take(response []byte) bool {
	at := time.Now().UnixNano()
	var typeUrl, nonce string
	var names []string
	fields(response, func(field protowire.Number, value []byte, _ uint64) {
		switch field {
		case 2:
			names = append(names, string(bytesField(value, 3)))
		case 4:
			typeUrl = string(value)
		case 5:
			nonce = string(value)
		}
	})
	delete(n.awaited, typeUrl)
	child := children[typeUrl]
	var ask []byte
	for _, name := range names {
		delete(n.awaited, typeUrl+name)
		if child != "" {
			ask = text(ask, 3, name)
			if !n.isSynced {
				n.awaited[child+name] = true
			}
		}
	}
	if ask != nil && !n.send(text(ask, 2, child)) {
		return false
	}
	if !n.send(text(text(nil, 2, typeUrl), 6, nonce)) {
		return false
	}
	n.fleet.accepted(typeUrl, nonce, len(response), at)
	if !n.isSynced && len(n.awaited) == 0 {
		n.isSynced = true
		n.fleet.Lock()
		n.fleet.synced++
		if n.fleet.synced == n.fleet.clients {
			print(synced{n.fleet.clients, time.Now().UnixNano()})
		}
		n.fleet.Unlock()
	}
	return true
}
