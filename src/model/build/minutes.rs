//! Times of Celery's schedules that name an hour or a day and no minute.

use crate::fact::Fact;
use crate::model::surroundings::EachMinute;
use crate::model::{Files, Kind, Read};
use crate::source::Place;
use crate::syntax::Parsed;
use crate::syntax::python::ast::{Argument, Expression, ExpressionKind, Name};
use crate::syntax::python::each_expression;

/// What `crontab()` of Celery takes beside the minute; each is any, if it is not given (Celery's reference,
/// `celery.schedules.crontab`).
const OTHERS: [&str; 4] = ["hour", "day_of_week", "day_of_month", "month_of_year"];

pub(super) fn each_minute(files: &Files) -> Vec<EachMinute> {
    let speaks = |it: &Read<'_>| it.has("crontab(") && it.has("celery");
    let read = files.of(Kind::Python).into_iter().filter(speaks);
    read.flat_map(|read| {
        let Parsed::Python(module) = read.parsed else { return Vec::new() };
        let mut found = Vec::new();
        each_expression(&module.body, &mut |call| {
            if let Some(given) = without_minute(call) {
                let place = Place { file: read.id, span: call.span };
                let given = given.text.clone();
                found
                    .push(EachMinute { path: read.path.to_owned(), given: Fact::at(given, place) });
            }
        });
        found
    })
    .collect()
}

/// The first that a call limits, if it limits something and leaves every minute.
fn without_minute(call: &Expression) -> Option<&Name> {
    let ExpressionKind::Call { function, arguments } = &call.kind else { return None };
    let called = function.dotted()?;
    if called != "crontab" && !called.ends_with("schedules.crontab") {
        return None;
    }
    let keywords = arguments.iter().map(|it| match it {
        Argument::Keyword(name, value) => Some((name, value)),
        Argument::Positional(_) | Argument::Spread(_) | Argument::SpreadKeywords(_) => None,
    });
    let keywords: Vec<(&Name, &Expression)> = keywords.collect::<Option<_>>()?;
    let is_any = |value: &Expression| value.as_str() == Some("*");
    if keywords.iter().any(|(name, _)| name.text == "minute") {
        return None;
    }
    let limits = |(name, value): &&(&Name, &Expression)| {
        OTHERS.contains(&name.text.as_str()) && !is_any(value)
    };
    keywords.iter().find(limits).map(|(name, _)| *name)
}
