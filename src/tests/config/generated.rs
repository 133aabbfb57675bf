//! What packages install beside the program.

use super::command::kilter;
use super::folder;
use crate::cli::Exit;

#[test]
fn shells_learn_every_command_and_option() {
    let here = folder(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = kilter(&[], &["completions", shell], &here);
        // The folder is one argument too many.
        assert_eq!(said.exit, Exit::Failed, "{shell}");
        let said = crate::tests::cli::kilter(&["completions", shell]);
        assert_eq!(said.exit, Exit::Clean, "{shell}: {}", said.err);
        for word in ["explain", "fail-on", "schema"] {
            assert!(said.out.contains(word), "{shell}: {word}");
        }
    }
    assert_eq!(crate::tests::cli::kilter(&["completions", "tcsh"]).exit, Exit::Failed);
}

#[test]
fn the_manual_tells_every_command_and_option() {
    let said = crate::tests::cli::kilter(&["man"]);
    assert_eq!(said.exit, Exit::Clean, "{}", said.err);
    assert!(said.out.contains(".TH kilter 1"), "{}", said.out);
    for word in ["KILTER CHECK", "KILTER EXPLAIN", "fail\\-on", "baseline"] {
        assert!(said.out.contains(word), "{word}");
    }
}

#[test]
fn a_folder_named_like_no_command_is_checked() {
    let said = crate::tests::cli::kilter(&["completion"]);
    assert_eq!(said.exit, Exit::Failed);
    assert!(said.err.contains("cannot read `completion`"), "{}", said.err);
}
