//! Headers that Django sends by itself with every page, and what a proxy in front adds to them.

use crate::fact::Fact;
use crate::fact::version::{Range, Series};
use crate::model::Process;
use crate::model::middleware::{FRAMES, SECURITY};
use crate::python::{Value, default_since, django_default};

/// A header, the middleware that sends it, and the setting that it is empty by if not.
pub struct OwnHeader {
    /// In lower case.
    pub name: &'static str,
    pub middleware: &'static str,
    pub setting: &'static str,
}

pub const OWN_HEADERS: &[OwnHeader] = &[
    OwnHeader { name: "x-frame-options", middleware: FRAMES, setting: "X_FRAME_OPTIONS" },
    OwnHeader { name: "referrer-policy", middleware: SECURITY, setting: "SECURE_REFERRER_POLICY" },
    OwnHeader {
        name: "cross-origin-opener-policy",
        middleware: SECURITY,
        setting: "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    },
    OwnHeader {
        name: "x-content-type-options",
        middleware: SECURITY,
        setting: "SECURE_CONTENT_TYPE_NOSNIFF",
    },
    OwnHeader {
        name: "strict-transport-security",
        middleware: SECURITY,
        setting: "SECURE_HSTS_SECONDS",
    },
];

impl OwnHeader {
    /// What Django surely sends with each page of a process that is there for others; HSTS, whose
    /// text is made of several settings, is not worked out. A setting that differs where DEBUG is on
    /// counts as it is where that is off.
    pub fn sent_by(&self, app: &Fact<&Process>) -> Option<Fact<String>> {
        let passed = app.passes(self.middleware)?;
        let is_known = self.name == "x-frame-options" && app.assignment(self.setting).is_some();
        if !is_known && !self.is_of(app) {
            return None;
        }
        let (bound, or_default) = app.bound(self.setting)?;
        let mut values: Vec<Fact<Value>> = bound.into_iter().collect();
        if or_default {
            values.push(django_default(self.setting, None)?.given(app));
        }
        let sent = app.agreed(&values, |value| self.text(value))?;
        Some(sent.try_map(Clone::clone)?.given(&passed))
    }

    /// Whether what today's Django has holds of the one that is installed, as far as that is told.
    fn is_of(&self, app: &Fact<&Process>) -> bool {
        let Some((major, minor)) = default_since(self.setting) else { return true };
        let since = Series { major: major.into(), minor: minor.into() };
        let version = app.django_version();
        version.is_none_or(|it| !it.value.and(&Range::since(since)).is_empty())
    }

    /// What is sent for a value of the setting (`SecurityMiddleware.process_response`,
    /// `XFrameOptionsMiddleware.get_xframe_options_value`): nothing for an empty one. `None` if nobody
    /// can tell.
    fn text(&self, value: &Value) -> Option<Option<String>> {
        match (self.name, value) {
            ("strict-transport-security", _) => None,
            (_, Value::None | Value::Bool(false)) => Some(None),
            ("x-content-type-options", Value::Bool(true)) => Some(Some("nosniff".to_owned())),
            ("x-frame-options", Value::Str(text)) => Some(Some(text.to_ascii_uppercase())),
            (_, Value::Str(text)) => Some((!text.is_empty()).then(|| text.clone())),
            _ => None,
        }
    }
}
