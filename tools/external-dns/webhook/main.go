// Serves external-dns' webhook protocol with external-dns' own handlers, for Mailward's tests.
//
// What stands behind them is external-dns' in-memory provider, filled and read through the protocol itself. Each request is
// a line of standard output, but for those in HTTP/1.0: they are the tests' own.
//
//	external-dns-webhook ADDRESS ZONE...
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/provider/inmemory"
	"sigs.k8s.io/external-dns/provider/webhook/api"
)

// The in-memory provider is a map without a lock, and has no filter of its own to tell.
type oneByOne struct {
	provider.Provider
	lock   sync.Mutex
	filter *endpoint.DomainFilter
}

func (p *oneByOne) Records(ctx context.Context) ([]*endpoint.Endpoint, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.Provider.Records(ctx)
}

func (p *oneByOne) ApplyChanges(ctx context.Context, changes *plan.Changes) error {
	p.lock.Lock()
	defer p.lock.Unlock()
	return p.Provider.ApplyChanges(ctx, changes)
}

func (p *oneByOne) GetDomainFilter() endpoint.DomainFilterInterface {
	return p.filter
}

func main() {
	if len(os.Args) < 3 {
		fail("external-dns-webhook: say where to listen, and zones")
	}
	zones := os.Args[2:]
	memory := inmemory.NewInMemoryProvider(inmemory.InMemoryInitZones(zones))
	served := api.WebhookServer{Provider: &oneByOne{Provider: memory, filter: endpoint.NewDomainFilter(zones)}}
	mux := http.NewServeMux()
	mux.HandleFunc("/", served.NegotiateHandler)
	mux.HandleFunc(api.UrlRecords, served.RecordsHandler)
	mux.HandleFunc(api.UrlAdjustEndpoints, served.AdjustEndpointsHandler)
	told := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoAtLeast(1, 1) {
			fmt.Println(r.Method, r.URL.Path)
		}
		mux.ServeHTTP(w, r)
	})
	server := http.Server{Addr: os.Args[1], Handler: told, ReadHeaderTimeout: 10 * time.Second}
	fail(server.ListenAndServe())
}

func fail(what any) {
	fmt.Fprintln(os.Stderr, what)
	os.Exit(2)
}
