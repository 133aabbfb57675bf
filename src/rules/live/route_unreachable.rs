//! See the page.

use crate::diagnostic::Subject;
use crate::diagnostic::{Area, Findings, Severity};
use crate::model::Deployment;
use crate::model::observed::{Answered, Asked, Observed, Page};
use crate::rules::{Check, Rule};

pub(super) static RULE: Rule = Rule {
    id: "live/route-unreachable",
    since: "0.1.0",
    severity: Severity::Error,
    pedantic: false,
    explains: &[],
    security: None,
    check: Check::Live(Area::Answers, check),
    page: include_str!("../../../rules/live/route-unreachable.md"),
};

fn check(_: &Deployment, observed: &Observed, out: &mut Findings) {
    for answered in &observed.answers {
        if answered.asked == Asked::Stranger {
            continue;
        }
        let url = &answered.url;
        let page = match &answered.page {
            Ok(Some(page)) => page,
            Ok(None) => continue,
            Err(unseen) => {
                out.unknown(format!("what {url} answers"), &unseen.why, unseen.remedy);
                continue;
            }
        };
        let Some((fault, help)) = fault(answered, &page.value) else {
            out.passed(format!("{url} answers {}", page.value.status));
            continue;
        };
        let subject = match answered.asked {
            Asked::App { .. } => Subject::Process(answered.by.clone()),
            Asked::Site | Asked::File(_) | Asked::Stranger | Asked::Declared(_) => {
                Subject::Site(answered.by.clone())
            }
        };
        let status = page.value.status;
        out.report(
            subject,
            format!("{url} {fault}"),
            page.label(format!("answered with {status}")),
        )
        .also(answered.named.label("should be answered"))
        .help(help);
    }
}

/// What is wrong with an answer, and where to look.
fn fault(answered: &Answered, page: &Page) -> Option<(String, &'static str)> {
    let status = page.status;
    match answered.asked {
        Asked::Declared(declared) if status == declared => None,
        Asked::Declared(declared) => Some((
            format!("answers {status}, and {declared} is declared"),
            "see which of them answers, the web server or the application, and its log",
        )),
        Asked::File(size) => match (status, page.length) {
            (200, Some(length)) if length != size => Some((
                "is not the file that `collectstatic` made".to_owned(),
                "compare the directory that the web server reads with STATIC_ROOT",
            )),
            (403, _) => Some((
                "may not be read by the web server".to_owned(),
                "let its user enter every folder on the way, and read the files",
            )),
            (404, _) => Some((
                "is not found, and `collectstatic` made it".to_owned(),
                "compare the directory that the web server reads with STATIC_ROOT",
            )),
            _ => None,
        },
        _ if matches!(status, 502..=504) => Some((
            format!("answers {status}: the proxy cannot reach the application"),
            "see whether the application runs, and the proxy's error log",
        )),
        _ if status >= 500 => {
            Some((format!("answers {status}"), "the application's log has the traceback"))
        }
        _ if status == 400 => Some((
            "is refused with 400".to_owned(),
            "add the name to ALLOWED_HOSTS, or send it on with `proxy_set_header Host $host`",
        )),
        _ if returns(answered, page) => Some((
            "redirects to itself".to_owned(),
            "set SECURE_PROXY_SSL_HEADER to the header that the proxy sends",
        )),
        _ => None,
    }
}

/// Whether a client ends where it began. The application itself is asked as by a proxy that says
/// https, so to be sent to https is to be sent back.
fn returns(answered: &Answered, page: &Page) -> bool {
    let Some(location) = page.location.as_deref().filter(|_| (301..309).contains(&page.status))
    else {
        return false;
    };
    let url = answered.url.split(' ').next().unwrap_or_default();
    let bare = |url: &str| url.split_once("://").map(|(_, rest)| rest.to_owned());
    match answered.asked {
        Asked::Site => location == url,
        Asked::App { https: true } => bare(location) == bare(url),
        Asked::App { https: false } | Asked::Stranger | Asked::Declared(_) | Asked::File(_) => {
            false
        }
    }
}
