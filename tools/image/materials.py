#!/usr/bin/env python3
"""What the program is made of, from `cargo metadata`: the licences with their texts, and an SBOM (CycloneDX 1.5).

    materials.py TARGET FOLDER      writes FOLDER/THIRD-PARTY.txt and FOLDER/sbom.cdx.json

Only crates that are compiled into the program for TARGET count, not those for tests or for building. Nothing here depends on
the time or the machine.
"""

import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = re.compile(r"^(LICEN[CS]E|COPYING|NOTICE|UNLICENSE)", re.IGNORECASE)


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments, "--locked"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def compiled_in(target):
    """Our package, the others that are in the program, and who needs whom, by id.

    `cargo tree` says which: it knows the features of the program alone, where `cargo metadata` joins those of the workspace.
    Macros run in the compiler; nothing of them is in the program but what they write.
    """
    tree = cargo("tree", "--package=mailward", "--edges=normal,no-proc-macro", f"--target={target}", "--prefix=none", "--format={p}")
    # "name v1.2.3", then a path or a mark that says "as above".
    names = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    data = json.loads(cargo("metadata", "--format-version=1", f"--filter-platform={target}"))
    found = {p["id"]: p for p in data["packages"] if (p["name"], "v" + p["version"]) in names}
    edges = {node["id"]: [d["pkg"] for d in node["deps"] if d["pkg"] in found and is_normal(d)] for node in data["resolve"]["nodes"]}
    ours = next(p for p in found.values() if p["name"] == "mailward")
    rest = sorted((p for p in found.values() if p is not ours), key=lambda p: (p["name"], p["version"]))
    return ours, rest, edges


def is_normal(dependency):
    return any(kind["kind"] is None for kind in dependency["dep_kinds"])


def checksums():
    """By name and version, from the lock file."""
    text = (ROOT / "Cargo.lock").read_text()
    entry = re.compile(r'name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"')
    return {(name, version): checksum for name, version, checksum in entry.findall(text)}


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version']}"


def licence(package):
    # The old way to write "or".
    return (package["license"] or "").replace("/", " OR ")


def component(package, kind, sums):
    found = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"], "purl": purl(package)}
    if licence(package):
        found["licenses"] = [{"expression": licence(package)}]
    checksum = sums.get((package["name"], package["version"]))
    if checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return found


def sbom(ours, rest, edges):
    sums, names = checksums(), {package["id"]: purl(package) for package in [ours, *rest]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(ours, "application", sums)},
        "components": [component(package, "library", sums) for package in rest],
        "dependencies": [
            {"ref": names[package["id"]], "dependsOn": sorted(names[dep] for dep in edges[package["id"]])} for package in [ours, *rest]
        ],
    }


def texts(package):
    """The licence texts that the crate comes with."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and TEXTS.match(path.name))
    return [path.read_text(errors="replace").strip() for path in files]


def third_parties(rest):
    """One list of crates and licences, then each text once with the crates it came with."""
    list_ = [f"{package['name']} {package['version']}: {licence(package) or 'see its text'}" for package in rest]
    holders = {}
    for package in rest:
        for text in texts(package):
            key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
            holders.setdefault(key, (text, []))[1].append(f"{package['name']} {package['version']}")
    rule = "=" * 100
    parts = [f"{rule}\n{', '.join(names)}\n{rule}\n\n{text}" for text, names in holders.values()]
    return "Mailward is built from these crates.\n\n" + "\n".join(list_) + "\n\n" + "\n\n".join(parts) + "\n"


def main(target, folder):
    ours, rest, edges = compiled_in(target)
    folder = pathlib.Path(folder)
    (folder / "THIRD-PARTY.txt").write_text(third_parties(rest))
    (folder / "sbom.cdx.json").write_text(json.dumps(sbom(ours, rest, edges), indent=1) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
