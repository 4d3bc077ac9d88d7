// cert-manager's HTTP-01 solver, as the controller's pods call it. Its own main is in a module that Go's proxy cannot serve.
package main

import (
	"flag"
	"log"

	"github.com/cert-manager/cert-manager/pkg/issuer/acme/http/solver"
	"github.com/cert-manager/cert-manager/pkg/logs"
)

func main() {
	var challenge solver.HTTP01Solver
	flag.IntVar(&challenge.ListenPort, "listen-port", 8089, "where to listen")
	flag.StringVar(&challenge.Domain, "domain", "", "the host that is asked for")
	flag.StringVar(&challenge.Token, "token", "", "the path that is asked for")
	flag.StringVar(&challenge.Key, "key", "", "what to answer")
	flag.Parse()
	log.Fatal(challenge.Listen(logs.Log))
}
