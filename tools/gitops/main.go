// Judges what GitOps tools are given of ours, by their own libraries.
//
//	gitops health FOLDER   the health cases below a folder, by Argo CD's interpreter and by kstatus
//	gitops flux FILE...    manifests for Flux, by its types
//
// Health cases are laid out as Argo CD's own resource customizations: beside each health.lua stands a health_test.yaml that names
// objects and the health of each. A script runs with what Argo CD gives it: no library but base, package and table. The same
// objects then go through kstatus, whose two lines Flux, Helm and cli-utils use, and the answers have to mean the same.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "gitops: say health and a folder, or flux and files")
		os.Exit(2)
	}
	var judged int
	var faults []error
	switch os.Args[1] {
	case "health":
		judged, faults = health(os.Args[2])
	case "flux":
		judged, faults = flux(os.Args[2:])
	default:
		faults = []error{fmt.Errorf("gitops: neither health nor flux: %s", os.Args[1])}
	}
	for _, fault := range faults {
		fmt.Fprintln(os.Stderr, fault)
	}
	if len(faults) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%d judged\n", judged)
}
