// Publishes DNSEndpoints as external-dns does, for Mailward's tests: with external-dns' own plan, registry and rfc2136
// provider. Its source and its loop are a few lines here, because external-dns' own come with every kind of object it can
// read, 1,600 packages in all.
//
//	external-dns-publish KUBECONFIG NAMESPACE ZONE HOST PORT KEY-NAME KEY
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/external-dns/apis/v1alpha1"
	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/plan"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/provider/rfc2136"
	"sigs.k8s.io/external-dns/registry"
	"sigs.k8s.io/external-dns/registry/txt"
)

const pause = 500 * time.Millisecond

var kind = schema.GroupVersionResource{Group: "externaldns.k8s.io", Version: "v1alpha1", Resource: "dnsendpoints"}

func main() {
	if len(os.Args) != 8 {
		fail("external-dns-publish: say kubeconfig, namespace, zone, host, port, name of the key, and the key")
	}
	kubeconfig, namespace, settings := os.Args[1], os.Args[2], settings(os.Args[3:])
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	fail(err)
	client, err := dynamic.NewForConfig(config)
	fail(err)
	ctx := context.Background()
	dns, err := rfc2136.New(ctx, settings, endpoint.NewDomainFilter(settings.RFC2136Zone))
	fail(err)
	registry, err := txt.New(settings, dns)
	fail(err)
	for ; ; time.Sleep(pause) {
		if err := round(ctx, client.Resource(kind).Namespace(namespace), registry, settings.ManagedDNSRecordTypes); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}
}

func settings(zone []string) *externaldns.Config {
	port, err := strconv.Atoi(zone[2])
	fail(err)
	return &externaldns.Config{
		RFC2136Zone:            zone[:1],
		RFC2136Host:            zone[1:2],
		RFC2136Port:            port,
		RFC2136TSIGKeyName:     zone[3],
		RFC2136TSIGSecret:      zone[4],
		RFC2136TSIGSecretAlg:   "hmac-sha256",
		RFC2136AXFR:            true,
		RFC2136BatchChangeSize: 50,
		ManagedDNSRecordTypes:  []string{"A", "AAAA", "CNAME", "TXT"},
		TXTOwnerID:             "tests",
		// The entry for the apex has to lie in the zone.
		TXTPrefix: "registry-%{record_type}.",
	}
}

// As external-dns' controller does it.
func round(ctx context.Context, objects dynamic.ResourceInterface, registry registry.Registry, types []string) error {
	current, err := registry.Records(ctx)
	if err != nil {
		return err
	}
	wanted, err := wanted(ctx, objects)
	if err != nil {
		return err
	}
	if wanted, err = registry.AdjustEndpoints(wanted); err != nil {
		return err
	}
	planned := (&plan.Plan{
		Policies:       []plan.Policy{&plan.SyncPolicy{}},
		Current:        current,
		Desired:        wanted,
		DomainFilter:   endpoint.MatchAllDomainFilters{registry.GetDomainFilter()},
		ManagedRecords: types,
		OwnerID:        registry.OwnerID(),
	}).Calculate()
	if !planned.Changes.HasChanges() {
		return nil
	}
	return registry.ApplyChanges(context.WithValue(ctx, provider.RecordsContextKey, current), planned.Changes)
}

func wanted(ctx context.Context, objects dynamic.ResourceInterface) ([]*endpoint.Endpoint, error) {
	list, err := objects.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	var typed v1alpha1.DNSEndpointList
	if err := json.Unmarshal(text, &typed); err != nil {
		return nil, err
	}
	var all []*endpoint.Endpoint
	for _, object := range typed.Items {
		for _, one := range object.Spec.Endpoints {
			all = append(all, one.WithLabel(endpoint.ResourceLabelKey, "crd/"+object.Namespace+"/"+object.Name))
		}
	}
	return endpoint.MergeEndpoints(all), nil
}

func fail(what any) {
	if what != nil {
		fmt.Fprintln(os.Stderr, what)
		os.Exit(2)
	}
}
