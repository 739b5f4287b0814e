//! Tells cargo that a fresh bundle of `web/` belongs into the binary. It never runs npm.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=i18n");
}
