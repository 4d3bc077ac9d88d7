// CoreDNS with the plugins that the test cluster uses; each of the others brings a vendor's library along.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
)

// The order in which a question passes them.
func init() {
	dnsserver.Directives = []string{"ready", "errors", "kubernetes", "forward"}
}

func main() { coremain.Run() }
