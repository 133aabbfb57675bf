//! See the page.

use crate::diagnostic::{Findings, Severity};
use crate::model::nginx::{Config, Zone, ZoneKind};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nginx/zone-undefined",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Nginx(check),
    page: include_str!("../../../rules/nginx/zone-undefined.md"),
};

fn check(config: &Config, out: &mut Findings) {
    for zone in config.undefined_zones() {
        let Zone { name, kind } = &zone.value;
        let define = match kind {
            ZoneKind::RequestLimit => {
                format!("limit_req_zone $binary_remote_addr zone={name}:10m rate=10r/s;")
            }
            ZoneKind::ConnectionLimit => {
                format!("limit_conn_zone $binary_remote_addr zone={name}:10m;")
            }
            ZoneKind::Cache => format!("proxy_cache_path /var/cache/nginx keys_zone={name}:10m;"),
        };
        out.report(
            &zone,
            format!("nginx does not start: no zone `{name}` is defined"),
            zone.label("nothing defines this zone"),
        )
        .help(format!("define it in `http`: `{define}`"));
    }
}
