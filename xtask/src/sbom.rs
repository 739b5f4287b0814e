//! What is inside the binary, as a bill of materials that scanners read (CycloneDX 1.6): every crate that is compiled into it and
//! every package in its pages, with licence, digest and where it comes from. The same sources give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

/// The program whose parts are listed.
const PROGRAM: &str = "tongxin";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// Prints the bill.
pub fn run() -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let asked = Command::new(cargo).args(["metadata", "--format-version", "1", "--locked"]).output()?;
    if !asked.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&asked.stderr));
    }
    let metadata: Metadata = serde_json::from_slice(&asked.stdout).context("what cargo metadata says")?;
    let lock: Lock = toml::from_str(&fs::read_to_string("Cargo.lock")?).context("Cargo.lock")?;
    let pages: Value = serde_json::from_str(&fs::read_to_string("web/package-lock.json")?)?;
    println!("{:#}", bill(&metadata, &lock, &pages)?);
    Ok(())
}

fn bill(metadata: &Metadata, lock: &Lock, pages: &Value) -> Result<Value> {
    let packages: BTreeMap<&str, &Package> = metadata.packages.iter().map(|one| (one.id.as_str(), one)).collect();
    let needs: BTreeMap<&str, Vec<&str>> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), compiled_in(node))).collect();
    let digests: BTreeMap<_, _> = lock.package.iter().map(|one| ((&one.name, &one.version), &one.checksum)).collect();
    let program = metadata.packages.iter().find(|one| one.name == PROGRAM && one.source.is_none());
    let program = program.with_context(|| format!("no package {PROGRAM}"))?;

    let mut parts = BTreeMap::new();
    let mut relations = Vec::new();
    for id in all_under(&program.id, &needs) {
        let package = packages.get(id).with_context(|| format!("no package {id}"))?;
        let mut under: Vec<String> =
            needs[id].iter().filter_map(|id| packages.get(id)).map(|package| crate_url(package)).collect();
        under.sort();
        if package.id == program.id {
            under.extend(npm(pages).map(|part| text(&part, "purl")));
        } else {
            let digest = digests.get(&(&package.name, &package.version)).and_then(|sum| sum.as_ref());
            let hashes = digest.map(|digest| json!({ "alg": "SHA-256", "content": digest }));
            let part = part(&crate_url(package), &package.name, &package.version, package.license.as_deref(), hashes);
            parts.insert(crate_url(package), part);
        }
        relations.push((crate_url(package), under));
    }
    for part in npm(pages) {
        relations.push((text(&part, "purl"), Vec::new()));
        parts.insert(text(&part, "purl"), part);
    }
    relations.sort();
    let mut root = part(&crate_url(program), PROGRAM, &program.version, program.license.as_deref(), None);
    root["type"] = "application".into();
    let relations: Vec<Value> =
        relations.into_iter().map(|(of, under)| json!({ "ref": of, "dependsOn": under })).collect();
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": root },
        "components": parts.into_values().collect::<Vec<_>>(),
        "dependencies": relations,
    }))
}

/// What a package is compiled with, its tests left out.
fn compiled_in(node: &Node) -> Vec<&str> {
    let shipped = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"));
    node.deps.iter().filter(shipped).map(|edge| edge.pkg.as_str()).collect()
}

fn all_under<'a>(root: &'a str, needs: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let (mut all, mut next) = (BTreeSet::from([root]), vec![root]);
    while let Some(id) = next.pop() {
        next.extend(needs.get(id).into_iter().flatten().copied().filter(|id| all.insert(id)));
    }
    all
}

/// The packages in the bundle of the pages.
fn npm(lock: &Value) -> impl Iterator<Item = Value> {
    let shipped = lock["packages"].as_object().into_iter().flatten();
    let shipped = shipped.filter(|(path, package)| !path.is_empty() && package["dev"] != true);
    shipped.map(|(path, package)| {
        let (name, version) = (path.rsplit("node_modules/").next().unwrap_or(path), text(package, "version"));
        let url = format!("pkg:npm/{}@{version}", name.replacen('@', "%40", 1));
        let digest = package["integrity"].as_str().and_then(|digest| digest.strip_prefix("sha512-"));
        let digest = digest.and_then(|digest| STANDARD.decode(digest).ok()).map(hex::encode);
        let hashes = digest.map(|digest| json!({ "alg": "SHA-512", "content": digest }));
        part(&url, name, &version, package["license"].as_str(), hashes)
    })
}

fn part(url: &str, name: &str, version: &str, licence: Option<&str>, digest: Option<Value>) -> Value {
    let mut part = json!({ "type": "library", "bom-ref": url, "name": name, "version": version, "purl": url });
    if let Some(licence) = licence {
        // Older crates write `MIT/Apache-2.0`, which meant OR.
        part["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    if let Some(digest) = digest {
        part["hashes"] = json!([digest]);
    }
    part
}

fn crate_url(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn text(of: &Value, key: &str) -> String {
    of[key].as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_what_only_they_need_are_left_out() {
        let metadata = json!({
            "packages": [
                { "id": "t", "name": "tongxin", "version": "1.0.0", "license": "Apache-2.0", "source": null },
                { "id": "a", "name": "a", "version": "2.0.0", "license": "MIT/Apache-2.0", "source": "registry" },
                { "id": "b", "name": "b", "version": "3.0.0", "license": "MIT", "source": "registry" },
                { "id": "d", "name": "d", "version": "4.0.0", "license": "MIT", "source": "registry" },
            ],
            "resolve": { "nodes": [
                { "id": "t", "deps": [
                    { "pkg": "a", "dep_kinds": [{ "kind": null }] },
                    { "pkg": "d", "dep_kinds": [{ "kind": "dev" }] },
                ] },
                { "id": "a", "deps": [{ "pkg": "b", "dep_kinds": [{ "kind": "build" }, { "kind": "dev" }] }] },
                { "id": "b", "deps": [] },
                { "id": "d", "deps": [] },
            ] },
        });
        let metadata: Metadata = serde_json::from_value(metadata).expect("metadata");
        let lock = toml::from_str("[[package]]\nname='a'\nversion='2.0.0'\nchecksum='ab'").expect("a lock");
        let pages = json!({ "packages": {
            "": { "name": "web" },
            "node_modules/@x/y": { "version": "5.0.0", "integrity": "sha512-q80=", "license": "ISC" },
            "node_modules/esbuild": { "version": "6.0.0", "dev": true },
        } });
        let bill = bill(&metadata, &lock, &pages).expect("a bill");
        let parts = bill["components"].as_array().expect("parts");
        let names: Vec<&str> = parts.iter().filter_map(|part| part["name"].as_str()).collect();
        assert_eq!(names, ["a", "b", "@x/y"]);
        assert_eq!(parts[0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(parts[0]["hashes"][0]["content"], "ab");
        assert_eq!(
            (&parts[2]["purl"], &parts[2]["hashes"][0]["content"]),
            (&json!("pkg:npm/%40x/y@5.0.0"), &json!("abcd"))
        );
        let relations = bill["dependencies"].as_array().expect("relations");
        let root = relations.iter().find(|one| one["ref"] == "pkg:cargo/tongxin@1.0.0").expect("the program");
        assert_eq!(root["dependsOn"], json!(["pkg:cargo/a@2.0.0", "pkg:npm/%40x/y@5.0.0"]));
    }
}
