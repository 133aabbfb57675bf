//! The JSON schema in the documentation.

use crate::config;
use std::fs;
use std::path::Path;

#[test]
fn the_schema_in_the_documentation_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/kilter.schema.json");
    let wanted = format!("{:#}\n", config::schema());
    if std::env::var_os("KILTER_BLESS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == wanted, "out of date, run `cargo bless`: {}", path.display());
}
