//! Mistakes of kilter's own.

use crate::cli::hide_payloads;
use std::process::Command;

const INSIDE: &str = "KILTER_TEST_PANICS";
const CANARY: &str = "canary-7Lq2";

/// The hook is the process's, so the test runs itself once more and panics there.
#[test]
fn a_panic_says_where_it_happened_and_not_what_it_was_about() {
    if std::env::var_os(INSIDE).is_some() {
        hide_payloads();
        panic!("byte index 3 is not a char boundary of `{CANARY}`");
    }
    let name = "tests::panics::a_panic_says_where_it_happened_and_not_what_it_was_about";
    let said = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    assert!(!said.status.success());
    let text = [said.stdout, said.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(
        text.contains("kilter: a mistake of its own stopped it at src/tests/panics.rs"),
        "{text}"
    );
    assert!(!text.contains(CANARY), "{text}");
}
