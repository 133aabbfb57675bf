//! By what an API knows who asks.

use crate::fact::Fact;
use crate::model::{CORS_ALLOW_CREDENTIALS, Process, REST_FRAMEWORK};

impl Fact<&Process> {
    /// The classes by which Django REST framework knows who asks, where they are named.
    pub fn api_authentication(&self) -> Option<Fact<Vec<String>>> {
        let classes = self.entry(REST_FRAMEWORK, &["DEFAULT_AUTHENTICATION_CLASSES"])?;
        classes.try_map(|classes| {
            let names = classes.items()?.iter().map(|it| Some(it.value.text()?.to_owned()));
            names.collect()
        })
    }

    /// That the page of another site learns nothing by the browser that shows it: the API takes tokens,
    /// which that page would have to have, and no cookies are let through to where it can read the answer
    /// (Fetch, "CORS check").
    pub fn answers_tokens_alone(&self) -> Option<Fact<()>> {
        let lets_cookies = match self.get(CORS_ALLOW_CREDENTIALS) {
            Some(lets) => lets.value,
            None => self.may_assign(CORS_ALLOW_CREDENTIALS),
        };
        let classes = self.api_authentication().filter(|_| !lets_cookies)?;
        classes.try_map(|names| {
            let takes_token = |name: &String| {
                let class = name.rsplit('.').next().unwrap_or_default();
                TAKING_TOKENS.iter().any(|it| class.ends_with(it))
            };
            (!names.is_empty() && names.iter().all(takes_token)).then_some(())
        })
    }
}

/// How the classes end that read a token from a header: those of Django REST framework itself, of
/// django-rest-knox, djangorestframework-jwt and -simplejwt, and of django-oauth-toolkit, and what
/// projects derive from them.
const TAKING_TOKENS: [&str; 6] = [
    "TokenAuthentication",
    "JWTAuthentication",
    "JSONWebTokenAuthentication",
    "JWTStatelessUserAuthentication",
    "JWTTokenUserAuthentication",
    "OAuth2Authentication",
];
