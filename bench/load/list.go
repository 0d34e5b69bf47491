package main

import (
	"sync"
	"sync/atomic"
	"time"
)

type listed struct {
	Resources int     `json:"resources"`
	FirstMs   float64 `json:"firstMs"`
	Ms        float64 `json:"ms"`
}

// listByWatch has all watchers ask for the state at once.
func listByWatch(o options) any {
	connections := dial(o.watchAt, o.connections)
	var clients sync.WaitGroup
	var resources atomic.Int64
	start := time.Now()
	for index := range o.watchers {
		clients.Go(func() {
			stream := openWatch(connections[index%len(connections)], text(nil, 1, o.namespace))
			resources.Add(int64(readState(stream)))
		})
	}
	clients.Wait()
	return listed{Resources: int(resources.Load()), Ms: milliseconds(time.Since(start))}
}

// list reads the whole state page by page.
func list(o options) any {
	connection := dial(o.store, 1)[0]
	invoke(connection, service+"List", number(text(nil, 1, o.namespace), 3, 1))
	var seen listed
	start := time.Now()
	for token := ""; ; {
		page := invoke(connection, service+"List", text(number(text(nil, 1, o.namespace), 3, uint64(o.pageSize)), 4, token))
		if seen.FirstMs == 0 {
			seen.FirstMs = milliseconds(time.Since(start))
		}
		seen.Resources += count(page, 1)
		token = string(bytesField(page, 2))
		if token == "" {
			seen.Ms = milliseconds(time.Since(start))
			return seen
		}
	}
}

func milliseconds(duration time.Duration) float64 { return float64(duration.Microseconds()) / 1000 }
