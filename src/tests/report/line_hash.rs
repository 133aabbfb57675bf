//! What GitHub knows a line by.

use crate::source::{Place, Sources};
use crate::tests::{file, source};

/// The hash of each line.
fn line_hashes(text: &str) -> Vec<String> {
    let (sources, file) = source("a", text);
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let hash = |at| sources.shown().line_hash(Place::new(file, at, at)).expect("no secret");
    starts.map(hash).collect()
}

/// The values are those of codeql-action's own unit test.
#[test]
fn lines_hash_as_github_hashes_them() {
    assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
    assert_eq!(
        line_hashes(" a\nb\n  \t\tc\n d"),
        ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
    );
    let greeting = [
        "e9496ae3ebfced30:1",
        "fb7c023a8b9ccb3f:1",
        "ce8ba1a563dcdaca:1",
        "e20e36e16fcb0cc8:1",
        "b3edc88f2938467e:1",
        "c8e28b0b4002a3a0:1",
        "c129715d7a2bc9a3:1",
    ];
    assert_eq!(line_hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"), greeting);
    let returns = " hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n";
    assert_eq!(line_hashes(returns), greeting);
    let lorem = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(10));
    assert_eq!(lorem[5], "a7f2ff13bc495cf2:6");
    assert_eq!(
        lorem[6..],
        [
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            "c129715d7a2bc9a3:1"
        ]
    );
}

#[test]
fn no_line_hash_reaches_into_a_secret() {
    let padding = "#\n".repeat(60);
    let text = format!("{padding}A=1\nKEY=secret\nB=2\n");
    let mut sources = Sources::default();
    sources.add(vec![file(".env", text.as_bytes())]);
    let id = sources.ids()[0];
    let secret = text.find("secret").unwrap();
    sources.hide(Place::new(id, secret, secret + 6));
    let hash = |part: &str| {
        let at = text.find(part).unwrap();
        sources.shown().line_hash(Place::new(id, at, at))
    };
    assert!(hash("#").is_some(), "far enough above");
    assert!(hash("B=2").is_some(), "below");
    assert_eq!((hash("A=1"), hash("KEY=")), (None, None));
}
