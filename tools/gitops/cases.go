package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Health is what Argo CD shows of an object.
type Health struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

type test struct {
	InputPath    string `json:"inputPath"`
	HealthStatus Health `json:"healthStatus"`
}

// health judges the cases of every script below a folder.
func health(root string) (judged int, faults []error) {
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "health.lua" {
			return err
		}
		count, found := folder(filepath.Dir(path))
		judged, faults = judged+count, append(faults, found...)
		return nil
	})
	if err != nil {
		faults = append(faults, err)
	}
	return judged, faults
}

// folder judges the cases beside one script.
func folder(dir string) (int, []error) {
	script, err := os.ReadFile(filepath.Join(dir, "health.lua"))
	if err != nil {
		return 0, []error{err}
	}
	var cases struct{ Tests []test }
	if err := read(filepath.Join(dir, "health_test.yaml"), &cases); err != nil {
		return 0, []error{err}
	}
	faults := unnamed(dir, cases.Tests)
	for _, one := range cases.Tests {
		path := filepath.Join(dir, one.InputPath)
		if err := judge(string(script), path, one.HealthStatus); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", path, err))
		}
	}
	return len(cases.Tests), faults
}

// unnamed finds objects that no case names: they would never be judged.
func unnamed(dir string, cases []test) (faults []error) {
	named := map[string]bool{}
	for _, one := range cases {
		named[filepath.Join(dir, one.InputPath)] = true
	}
	files, _ := filepath.Glob(filepath.Join(dir, "testdata", "*.yaml"))
	for _, file := range files {
		if !named[file] {
			faults = append(faults, fmt.Errorf("%s: health_test.yaml does not name it", file))
		}
	}
	return faults
}

func judge(script, path string, wanted Health) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if text, err = yaml.YAMLToJSONStrict(text); err != nil {
		return err
	}
	// Not into a map: numbers are whole ones to Kubernetes.
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(text); err != nil {
		return err
	}
	health, err := run(script, text)
	if err != nil {
		return err
	}
	if health != wanted {
		return fmt.Errorf("health is %+v, and should be %+v", health, wanted)
	}
	return agrees(health, object)
}

// agrees compares a health with each kstatus.
func agrees(health Health, object *unstructured.Unstructured) error {
	suspended, _, _ := unstructured.NestedBool(object.Object, "spec", "suspend")
	for name, compute := range kstatus {
		status, err := compute(object)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		wanted := map[string]string{
			"Current": "Healthy", "InProgress": "Progressing", "Terminating": "Progressing", "Failed": "Degraded",
		}[status]
		// kstatus has no word for it: nothing goes on by itself, and so it says Failed.
		if suspended && status == "Failed" {
			wanted = "Suspended"
		}
		if health.Status != wanted {
			return fmt.Errorf("%s is %s, and health is %s", name, status, health.Status)
		}
	}
	return nil
}

func read(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalStrict(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
