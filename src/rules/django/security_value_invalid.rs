//! See the page.

use crate::diagnostic::{Edit, Findings, Safety, Severity};
use crate::fact::{Fact, spelling};
use crate::model::{Deployment, Process, Value};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "django/security-value-invalid",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: Some("3.4"),
    check: Check::Deployment(check),
    page: include_str!("../../../rules/django/security-value-invalid.md"),
};

/// What a setting may be, in any case of letters.
struct Known {
    setting: &'static str,
    values: &'static [&'static str],
    /// What comes of another.
    effect: &'static str,
    severity: Severity,
}

const REFERRERS: &[&str] = &[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

const SAMESITE: &[&str] = &["Lax", "Strict", "None"];

const NO_COOKIE: &str = "`set_cookie` raises ValueError, so answers that set the cookie are 500";

const KNOWN: &[Known] = &[
    Known {
        setting: "SECURE_REFERRER_POLICY",
        values: REFERRERS,
        effect: "browsers know no such policy, and use their own (security.E023)",
        severity: Severity::Error,
    },
    Known {
        setting: "SECURE_CROSS_ORIGIN_OPENER_POLICY",
        values: &["same-origin", "same-origin-allow-popups", "unsafe-none"],
        effect: "browsers know no such policy, and use none (security.E024)",
        severity: Severity::Error,
    },
    // Who wants frames everywhere takes the middleware out; a browser ignores what it does not know.
    Known {
        setting: "X_FRAME_OPTIONS",
        values: &["DENY", "SAMEORIGIN"],
        effect: "browsers ignore it: every site may show this one in a frame",
        severity: Severity::Warning,
    },
    Known {
        setting: "SESSION_COOKIE_SAMESITE",
        values: SAMESITE,
        effect: NO_COOKIE,
        severity: Severity::Error,
    },
    Known {
        setting: "CSRF_COOKIE_SAMESITE",
        values: SAMESITE,
        effect: NO_COOKIE,
        severity: Severity::Error,
    },
];

fn check(deployment: &Deployment, out: &mut Findings) {
    for app in deployment.serving() {
        for known in KNOWN {
            let Some(value) = app.setting(known.setting) else { continue };
            let Some(at) = app.assignment(known.setting) else { continue };
            let Some(wrong) = texts(&value).into_iter().find(|it| !known.has(&it.value)) else {
                continue;
            };
            report(app.value, known, &value, (&at, &wrong), out);
        }
    }
}

fn report(
    process: &Process,
    known: &Known,
    value: &Fact<Value>,
    (at, wrong): (&Fact<()>, &Fact<String>),
    out: &mut Findings,
) {
    let finding = out.report(
        process,
        format!("{} has no meaning as {}", known.setting, shown(&wrong.value)),
        at.label(known.effect),
    );
    finding.at_most(known.severity).because(value);
    let meant = spelling::nearest(&wrong.value, known.values.iter().copied());
    match meant {
        Some(meant) => {
            let edit = wrong.whole().map(|place| Edit::replace(place, meant));
            finding.help(format!("write `{meant}`"));
            finding.mend(Safety::Safe, format!("write `{meant}`"), edit);
        }
        None if known.setting == "X_FRAME_OPTIONS" => {
            let one = "one of `DENY`, `SAMEORIGIN`; where all may frame it, take \
                       XFrameOptionsMiddleware out";
            finding.help(one);
        }
        None => _ = finding.help(format!("one of `{}`", known.values.join("`, `"))),
    }
}

/// The text `None` is not what Django takes for no value.
fn shown(text: &str) -> String {
    match text {
        "None" => "the text `'None'`".to_owned(),
        _ => format!("`{text}`"),
    }
}

impl Known {
    fn has(&self, text: &str) -> bool {
        text.is_empty() || self.values.iter().any(|it| it.eq_ignore_ascii_case(text))
    }
}

/// The texts of a value: policies may stand in a list, or with commas between.
fn texts(value: &Fact<Value>) -> Vec<Fact<String>> {
    let own = |it: &Fact<Value>| {
        let text = it.value.text()?;
        let parts = text.split(',').map(str::trim).map(str::to_owned);
        Some(parts.map(|part| it.map(|_| part.clone())).collect::<Vec<_>>())
    };
    match value.value.items() {
        Some(items) => items.iter().filter_map(own).flatten().collect(),
        None => own(value).unwrap_or_default(),
    }
}
