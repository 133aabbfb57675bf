//! Files that are answered with a front end's page: `try_files $uri /index.html` has one for every
//! path, those of Django's own files among them.

use crate::fact::Fact;
use crate::model::nginx::Reply;
use crate::model::site::SAMPLES;
use crate::model::{Deployment, Engine, Process, Site, Storage};
use camino::Utf8PathBuf;

impl Deployment {
    /// The site that passes Django's admin on and has a page for the files that it needs, as those
    /// lie in a container that nothing else sees into. `None` too if nobody can tell.
    pub fn paged<'d>(
        &'d self,
        app: &Fact<&'d Process>,
        url: &Fact<String>,
        collected: &Fact<Utf8PathBuf>,
    ) -> Option<(&'d Site, Fact<String>)> {
        let urls = app.value.django.as_ref()?.urls.as_ref()?;
        let (admin, shown) = urls.admin()?;
        let collected = app.dir(self.view(app.value.view), collected)?;
        let located = self.located(&collected)?;
        if !matches!(located, Storage::Container { .. } | Storage::Volume { .. }) {
            return None;
        }
        let site = self.only_site_before(app)?;
        let passed = self.leads_to(site.route_for(&admin)?.value, app.value)?;
        let served = site.dir_for(self, url).filter(|_| site.answers_as_all_else(&url.value))?;
        let is_own = matches!(self.located(&served)?, Storage::Container { .. });
        let container = self.container(served.value.container.as_deref()?)?;
        let image = container.image.as_ref()?;
        if !is_own || !image.has_no_python_for(&served.value.path) {
            return None;
        }
        let page = site.page_for(url)?;
        Some((site, page.given(&served).given(&passed).given(&collected).given(shown)))
    }

    /// The site that has a page for every path below the URL of uploads, as it looks for them where
    /// they are not kept. `None` too if nobody can tell.
    pub fn paged_uploads<'d>(
        &'d self,
        app: &Fact<&'d Process>,
        url: &Fact<String>,
        kept: &Fact<Utf8PathBuf>,
    ) -> Option<(&'d Site, Fact<String>)> {
        let kept = app.dir(self.view(app.value.view), kept)?;
        let site = self.only_site_before(app)?;
        let served = site.dir_for(self, url).filter(|_| site.answers_as_all_else(&url.value))?;
        let same = self.same_dir(&served, &kept).filter(|same| !same.value)?;
        Some((site, site.page_for(url)?.given(&served).given(&same)))
    }

    fn only_site_before<'d>(&'d self, app: &Fact<&'d Process>) -> Option<&'d Site> {
        let mut sites = self.sites_before(app.value);
        let first = sites.next();
        first.filter(|_| sites.next().is_none())
    }
}

impl Site {
    /// The one file that nginx has for whatever is asked below a URL and is not there.
    fn page_for(&self, url: &Fact<String>) -> Option<Fact<String>> {
        let Engine::Nginx { config, .. } = &self.engine else { return None };
        let below = url.value.trim_end_matches('/');
        let mut pages = SAMPLES.iter().map(|sample| {
            let answer = self.nginx_answer(config, self.host(), &format!("{below}/{sample}"))?;
            let tries = answer.level.lines().iter().find(|line| line.name == "try_files")?;
            let page = answer.reply.try_map(|reply| match reply {
                Reply::File(path) if !path.ends_with(sample) => Some(path.clone()),
                _ => None,
            });
            page.map(|page| tries.fact(page.value.clone()).given(&page))
        });
        let first = pages.next()??;
        pages.all(|it| it.is_some_and(|it| it.value == first.value)).then_some(first)
    }
}
