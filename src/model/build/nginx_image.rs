//! What the build of an image does to nginx's own files.

use crate::model::build::image_of::Built;
use crate::model::image::{Does, Image, Run, Step, commands};
use camino::{Utf8Path, Utf8PathBuf};

/// Where a step of the build links a site that the image has in Debian's `sites-available`.
pub(super) fn enabled(built: &Built, at: &Utf8Path) -> Option<Utf8PathBuf> {
    const ENABLED: &str = "/etc/nginx/sites-enabled";
    let name = at.strip_prefix("/etc/nginx/sites-available").ok()?;
    let links = |step: &Step<'_>| {
        let text = step.run.form.text();
        let mut words = text.split([' ', '\t', '\n', '"', '\'', '&', ';']);
        let is_link = words.clone().any(|it| it == "ln");
        let all = "/etc/nginx/sites-available/*";
        is_link && text.contains(ENABLED) && words.any(|it| at == it || it == all)
    };
    let linked = built.image.as_ref()?.steps().iter().any(links);
    linked.then(|| Utf8Path::new(ENABLED).join(name))
}

/// Whether an image has the entrypoint of nginx's own, which is that of its build for other users as well.
pub(super) fn has_entrypoint_of_nginx(built: &Built) -> bool {
    let stock = built.flavour.as_ref().map(|it| it.value.stock);
    let layers = built.image.iter().flat_map(|image| image.layers());
    stock.is_some_and(|it| it.has_entrypoint_of_nginx())
        && !layers.into_iter().any(|layer| matches!(layer.does, Does::Entrypoint(_)))
}

/// An image whose start is nginx's own, and whose build edits no file.
pub(super) fn starts_plainly(built: &Built) -> bool {
    let is_nginx = built.flavour.as_ref().is_some_and(|it| it.value.is("nginx"));
    let Some(image) = &built.image else { return is_nginx };
    let edits = |_: &Run, text: &str| {
        ["sed", "envsubst", "perl", "python"].iter().any(|it| text.contains(it))
    };
    let starts = |does: &Does| matches!(does, Does::Entrypoint(_) | Does::Cmd(_));
    is_nginx && !image.layers().iter().any(|layer| starts(&layer.does)) && !writes(image, edits)
}

/// Whether some step of a build does so, beside those that add nothing.
fn writes(image: &Image, does: impl Fn(&Run, &str) -> bool) -> bool {
    image.steps().iter().any(|step| {
        let text = step.run.form.text();
        !writes_nothing(step.run, &text) && does(step.run, &text)
    })
}

/// Whether a step of a build only takes files away, as the default site, or makes empty ones and says
/// whose they are: that adds no server.
fn writes_nothing(run: &Run, text: &str) -> bool {
    const PLAIN: [&str; 5] = ["rm", "mkdir", "touch", "chown", "chmod"];
    run.heredocs.is_empty()
        && !text.contains('>')
        && commands(text).all(|mut words| words.next().is_none_or(|it| PLAIN.contains(&it)))
}

/// Whether it is the official image, or one on it whose build leaves nginx's files as they are.
pub(super) fn leaves_files(built: &Built) -> bool {
    let is_nginx = built.flavour.as_ref().is_some_and(|it| it.value.is("nginx"));
    let Some(image) = &built.image else { return is_nginx };
    let edits = |run: &Run, text: &str| {
        text.contains("/etc/nginx") || text.contains("nginx.conf") || !run.heredocs.is_empty()
    };
    is_nginx && !image.brings_hooks() && !writes(image, edits)
}
