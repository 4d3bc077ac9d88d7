package main

import (
	"fmt"
	"os"
	"strings"

	helm "github.com/fluxcd/helm-controller/api/v2"
	kustomize "github.com/fluxcd/kustomize-controller/api/v1"
	source "github.com/fluxcd/source-controller/api/v1"
	"sigs.k8s.io/yaml"
)

// kinds makes an empty object of each kind that our examples have.
var kinds = map[string]func() any{
	helm.GroupVersion.String() + "/HelmRelease":        func() any { return &helm.HelmRelease{} },
	kustomize.GroupVersion.String() + "/Kustomization": func() any { return &kustomize.Kustomization{} },
	source.GroupVersion.String() + "/GitRepository":    func() any { return &source.GitRepository{} },
}

// flux reads each document of each file as the type of its kind, without a field left over.
func flux(files []string) (judged int, faults []error) {
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return judged, append(faults, err)
		}
		for _, document := range strings.Split(string(text), "\n---\n") {
			judged++
			if err := fits([]byte(document)); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", file, err))
			}
		}
	}
	return judged, faults
}

func fits(document []byte) error {
	var named struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(document, &named); err != nil {
		return err
	}
	empty, known := kinds[named.APIVersion+"/"+named.Kind]
	if !known {
		return fmt.Errorf("%s %s is no kind of Flux's", named.APIVersion, named.Kind)
	}
	return yaml.UnmarshalStrict(document, empty())
}
