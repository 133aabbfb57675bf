//! What differs between Caddy's releases, 2.6 to 2.11, by its source at their tags.

use crate::fact::version::Series;

/// The release that runs. One that nobody names is taken for a current one, which understands
/// the most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Release(pub Option<Series>);

/// The minor release that brought a directive.
const BROUGHT: &[(&str, u64)] = &[
    ("basic_auth", 8),
    ("fs", 8),
    ("intercept", 8),
    ("invoke", 7),
    ("log_append", 8),
    ("log_name", 8),
    ("log_skip", 8),
    ("timeouts", 11),
];

impl Release {
    fn is(self, minor: u64) -> bool {
        self.0.is_none_or(|series| series >= Series::new(2, minor))
    }

    pub(super) fn has_directive(self, name: &str) -> bool {
        BROUGHT.iter().all(|(known, minor)| *known != name || self.is(*minor))
    }

    pub(super) fn has_heredocs(self) -> bool {
        self.is(7)
    }

    pub(super) fn has_named_routes(self) -> bool {
        self.is(7)
    }

    /// Whether schemes other than http and https are refused.
    pub(super) fn refuses_schemes(self) -> bool {
        self.is(7)
    }

    /// `root /srv` and `rewrite /x`, without a matcher in front.
    pub(super) fn has_unmatched_paths(self) -> bool {
        self.is(8)
    }

    /// `handle_errors 404`.
    pub(super) fn has_error_codes(self) -> bool {
        self.is(8)
    }

    pub(super) fn has_query_operations(self) -> bool {
        self.is(8)
    }

    /// Whether the name of a directive is refused as an address.
    pub(super) fn refuses_directive_addresses(self) -> bool {
        self.is(8)
    }

    /// `log name`.
    pub(super) fn has_named_logs(self) -> bool {
        self.is(7)
    }

    /// Whether a path whose prefix was stripped begins with a slash in any case (measured: 2.11.7
    /// does so and 2.6.2 does not).
    pub(super) fn keeps_slash(self) -> bool {
        self.is(11)
    }

    /// Whether `file_server` answers GET and HEAD only.
    pub(super) fn only_reads_files(self) -> bool {
        self.is(7)
    }

    /// `{args[0]}` rather than `{args.0}` only.
    pub(super) fn has_indexed_arguments(self) -> bool {
        self.is(7)
    }

    /// `{block}` in a snippet.
    pub(super) fn has_blocks(self) -> bool {
        self.is(9)
    }

    /// Paths of equal length, and those that differ in a `*` only, have an order of their own.
    pub(super) fn orders_equal_paths(self) -> bool {
        self.is(11)
    }

    /// An upstream that is spoken to over TLS gets its own name as `Host`.
    pub(super) fn sends_upstreams_host(self) -> Option<bool> {
        self.0.map(|series| series >= Series::new(2, 11))
    }
}
