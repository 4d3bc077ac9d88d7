package main

import (
	fluxcd "github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	sigs "sigs.k8s.io/cli-utils/pkg/kstatus/status"
)

// kstatus holds both lines of the library: the one of its authors, and the one that Flux and Helm went on with.
var kstatus = map[string]func(*unstructured.Unstructured) (string, error){
	"sigs.k8s.io/cli-utils": func(object *unstructured.Unstructured) (string, error) {
		result, err := sigs.Compute(object)
		if err != nil {
			return "", err
		}
		return result.Status.String(), nil
	},
	"fluxcd/cli-utils": func(object *unstructured.Unstructured) (string, error) {
		result, err := fluxcd.Compute(object)
		if err != nil {
			return "", err
		}
		return result.Status.String(), nil
	},
}
