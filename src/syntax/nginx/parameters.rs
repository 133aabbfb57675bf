//! The words behind a directive's own arguments, of those directives that refuse any that they do not
//! know ("invalid parameter").
//!
//! What nginx 1.22 of Debian takes was measured, as was that it refuses each directive's when misspelt. The
//! others are let pass, so that no other release, system, build or fork is taken for one that refuses:
//! `spdy`, `http3`, `quic`, `multipath` and `setfib=` of listeners, `slow_start=`, `route=`, `service=`, `id=`,
//! `sid=`, `srun_id=`, `sni=`, `drain` and `resolve` of upstreams, `purger=` and its kin, `sync`. 1.22 refuses
//! those of them that were asked about.

use crate::fact::spelling;

/// A directive, how many arguments stand before its parameters, and those: what ends in `=` or `:` has a
/// value behind it.
type Known = (&'static str, usize, &'static str);

const CACHE: &str = "levels= keys_zone= inactive= max_size= min_free= use_temp_path= manager_files= \
    manager_sleep= manager_threshold= loader_files= loader_sleep= loader_threshold= purger= purger_files= \
    purger_sleep= purger_threshold=";

const TABLE: &[Known] = &[
    ("add_header", 2, "always"),
    ("add_trailer", 2, "always"),
    ("fastcgi_cache_path", 1, CACHE),
    ("limit_conn_zone", 1, "zone= sync"),
    ("limit_req", 0, "zone= burst= delay= nodelay"),
    ("limit_req_zone", 1, "zone= rate= sync"),
    (
        "listen",
        1,
        "default default_server bind deferred ssl http2 http3 spdy quic udp proxy_protocol reuseport \
         multipath setfib= fastopen= backlog= rcvbuf= sndbuf= accept_filter= ipv6only= so_keepalive=",
    ),
    ("open_file_cache", 0, "off max= inactive="),
    ("proxy_cache_path", 1, CACHE),
    ("scgi_cache_path", 1, CACHE),
    (
        "server",
        1,
        "weight= max_conns= max_fails= fail_timeout= slow_start= route= service= id= sid= srun_id= sni= \
         backup down drain resolve",
    ),
    ("ssl_session_cache", 0, "off none builtin builtin: shared:"),
    ("uwsgi_cache_path", 1, CACHE),
];

/// The first of a directive's arguments that is no parameter of it, by its number, and what was plainly
/// meant by it.
pub(super) fn refused<'a>(
    directive: &str,
    arguments: impl Iterator<Item = &'a str>,
) -> Option<(usize, Option<String>)> {
    let (_, own, known) = TABLE.iter().find(|(name, ..)| *name == directive)?;
    let is_known = |word: &str| {
        known.split_whitespace().any(|it| match it.ends_with(['=', ':']) {
            true => word.starts_with(it),
            false => word == it,
        })
    };
    let mut further = arguments.enumerate().skip(*own);
    let (at, word) = further.find(|(_, word)| !is_known(word))?;
    let (name, value) = match word.find(['=', ':']) {
        Some(end) => word.split_at(end + 1),
        None => (word, ""),
    };
    let near = known.split_whitespace().filter(|it| spelling::is_slip(name, it));
    let near: Vec<&str> = near.collect();
    let meant = if let [only] = near.as_slice() { Some(format!("{only}{value}")) } else { None };
    Some((at, meant))
}
