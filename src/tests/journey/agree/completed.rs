//! What an example of a page leaves out, so that requests get as far as a view.

use crate::source::File;
use crate::tests::file;
use camino::{Utf8Path, Utf8PathBuf};

/// What every project has, by the setting that an example would say something else of it with.
const USUAL: &[(&str, &str)] = &[
    ("ROOT_URLCONF", "ROOT_URLCONF = 'usual_urls'"),
    ("ALLOWED_HOSTS", "ALLOWED_HOSTS = ['*']"),
    ("INSTALLED_APPS", "INSTALLED_APPS = ['django.contrib.admin', 'django.contrib.staticfiles']"),
    ("STATIC_URL", "STATIC_URL = '/static/'"),
    ("STATIC_ROOT", "STATIC_ROOT = '/srv/collected'"),
    (
        "MIDDLEWARE",
        "MIDDLEWARE = ['django.middleware.security.SecurityMiddleware', \
         'django.middleware.common.CommonMiddleware', 'django.middleware.csrf.CsrfViewMiddleware']",
    ),
];

/// The same of a project that is strict about hosts and https.
const STRICT: &[(&str, &str)] = &[
    ("SECURE_SSL_REDIRECT", "SECURE_SSL_REDIRECT = True"),
    ("ALLOWED_HOSTS", "ALLOWED_HOSTS = ['.example.com', '.example.org', '.example']"),
];

const URLS: &str = "from django.contrib import admin\nfrom django.urls import path\n\
                    from django.views.generic import TemplateView\n\
                    page = TemplateView.as_view()\n\
                    urlpatterns = [path('', page), path('health/', page), path('healthz', page), \
                    path('healthz/', page), path('admin/', admin.site.urls)]\n";

/// The files with what is usual added to the settings.
pub(super) fn completed(mut files: Vec<File>, strictly: bool) -> Vec<File> {
    let is_settings = |path: &Utf8Path| {
        let own = path.file_name().is_some_and(|it| it.starts_with("settings"));
        let folder = path.parent().and_then(Utf8Path::file_name);
        path.extension() == Some("py") && (own || folder == Some("settings"))
    };
    let text = |file: &File| String::from_utf8_lossy(&file.bytes).into_owned();
    let all: String = files.iter().filter(|it| is_settings(&it.path)).map(text).collect();
    let strict = if strictly { STRICT } else { &[] };
    let more = USUAL.iter().filter(|(name, _)| !strict.iter().any(|(it, _)| it == name));
    let lines =
        strict.iter().chain(more).filter(|(name, _)| !all.contains(name)).map(|(_, line)| *line);
    let lines = lines.collect::<Vec<_>>().join("\n");
    let mut roots: Vec<Utf8PathBuf> = Vec::new();
    for settings in files.iter_mut().filter(|it| is_settings(&it.path)) {
        settings.bytes.extend(format!("\n{lines}\n").bytes());
        roots.extend(root_of(&settings.path).map(Utf8Path::to_owned));
    }
    roots.sort();
    roots.dedup();
    files.extend(roots.iter().map(|root| file(root.join("usual_urls.py").as_str(), URLS)));
    files
}

/// Where the package of a settings module lies, or the module itself.
fn root_of(settings: &Utf8Path) -> Option<&Utf8Path> {
    let folder = settings.parent()?;
    let package = if folder.file_name() == Some("settings") { folder.parent()? } else { folder };
    Some(package.parent().unwrap_or(package))
}
