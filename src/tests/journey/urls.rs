//! URLconfs as Django resolves them.

use crate::model::urls::Resolved;
use crate::run::run;
use crate::source::Tree;
use crate::tests::file;

const SETTINGS: &str = "ROOT_URLCONF = 'site.urls'\nDEBUG = False\nMEDIA_URL = '/media/'\n";

/// Which of these paths have a view, by the last part of its name; `-` if none has, `?` if
/// nobody can tell.
fn resolved(files: &[(&str, &str)], paths: &[&str]) -> String {
    let manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n";
    let mut all = vec![
        file("manage.py", manage),
        file("site/__init__.py", ""),
        file("site/settings.py", SETTINGS),
        file("site/wsgi.py", manage),
    ];
    all.extend(files.iter().map(|(path, text)| file(path, *text)));
    let outcome = run(&Tree::of(all), &Default::default());
    let process = &outcome.model.deployments[0].processes[0];
    let urls = process.django.as_ref().unwrap().urls.as_ref().unwrap();
    let one = |path: &&str| match urls.resolve(path) {
        Resolved::View(_, view) => view.name.rsplit('.').next().unwrap().to_owned(),
        Resolved::Nothing => "-".to_owned(),
        Resolved::Unknown(_) => "?".to_owned(),
    };
    paths.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn routes_match_whole_paths_and_converters_their_own_texts() {
    let urls = "from django.urls import path\nfrom . import views\nurlpatterns = [\n\
                path('', views.home),\npath('a/', views.a),\n\
                path('n/<int:n>/', views.n),\npath('s/<slug>', views.s),\n\
                path('p/<path:rest>', views.p),\n]\n";
    let paths = ["/", "/a/", "/a", "/a/b", "/n/12/", "/n/x/", "/s/x-y", "/s/x/y", "/p/x/y", "//"];
    let found = resolved(&[("site/urls.py", urls)], &paths);
    assert_eq!(found, "home a - - n - s - p -");
}

#[test]
fn expressions_are_searched_for() {
    let urls = "from django.urls import re_path\nurlpatterns = [\n\
                re_path(r'^x/(?P<year>[0-9]{4})/$', x),\nre_path(r'y', y),\n]\n";
    let found = resolved(&[("site/urls.py", urls)], &["/x/2024/", "/x/24/", "/oh/y/es"]);
    assert_eq!(found, "x - y");
}

#[test]
fn includes_lead_on_and_what_is_not_in_view_may_have_anything() {
    let urls = "from django.urls import include, path\nfrom django.contrib import admin\n\
                api = [path('ping/', ping)]\nurlpatterns = [\n\
                path('shop/', include('shop.urls')),\npath('api/', include((api, 'api'))),\n\
                path('other/', include('elsewhere.urls')),\npath('admin/', admin.site.urls),\n\
                path('auth/', include('django.contrib.auth.urls')),\npath('r/', include(router.urls)),\n]\n";
    let shop = "from django.urls import path\nfrom .views import cart\nurlpatterns = [path('cart/', cart)]\n";
    let files = [("site/urls.py", urls), ("shop/__init__.py", ""), ("shop/urls.py", shop)];
    let paths = ["/shop/cart/", "/shop/x/", "/api/ping/", "/other/x", "/admin/x", "/auth/login/"];
    assert_eq!(resolved(&files, &paths), "cart - ping ? site urls login/");
    assert_eq!(resolved(&files, &["/r/x", "/nothing", "/auth/nothing/"]), "? - -");
}

#[test]
fn conditions_are_decided_by_the_settings() {
    let urls = "from django.conf import settings\nfrom django.conf.urls.static import static\n\
                from django.urls import path\nurlpatterns = [path('a/', a)]\n\
                urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)\n\
                if settings.DEBUG:\n    urlpatterns += [path('debug/', b)]\n\
                if not settings.DEBUG:\n    urlpatterns += [path('c/', c)]\n\
                if settings.FEATURE:\n    urlpatterns += [path('d/', d)]\n";
    let found =
        resolved(&[("site/urls.py", urls)], &["/a/", "/media/x", "/debug/", "/c/", "/d/", "/e/"]);
    assert_eq!(found, "a - - c ? -");
}

#[test]
fn urlconfs_that_include_each_other_end() {
    let urls =
        "from django.urls import include, path\nurlpatterns = [path('', include('site.urls'))]\n";
    assert_eq!(resolved(&[("site/urls.py", urls)], &["/x"]), "?");
}

#[test]
fn a_list_may_be_put_into_itself() {
    let urls = "from django.urls import include, path\nurlpatterns = [path('a/', a)]\n\
                urlpatterns = [path('', include((urlpatterns, 'links')))]\n\
                urlpatterns += [path('b/', b)]\n\
                if settings.PREFIX:\n    urlpatterns = [path('in/', include(urlpatterns))]\n";
    let found = resolved(&[("site/urls.py", urls)], &["/a/", "/b/", "/in/a/", "/c/"]);
    assert_eq!(found, "a b ? -");
    let urls = "from django.urls import include, path\na = [path('x/', include(a))]\n\
                b = [path('y/', include(c)), path('z/', include(c))]\n\
                c = [path('y/', include(b)), path('z/', include(b))]\nurlpatterns = a + b\n";
    assert_eq!(resolved(&[("site/urls.py", urls)], &["/x/", "/y/", "/n/"]), "- - -");
}
