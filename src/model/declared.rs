//! Where files say otherwise than the operator.

use crate::fact::{Fact, symbol};
use crate::model::endpoint::normal;
use crate::model::{Deployment, Process, Storage};
use crate::source::normalize;
use camino::{Utf8Path, Utf8PathBuf};

impl Deployment {
    /// The folder of the server to which a folder of a process leads, if that surely is another
    /// than the one that is declared. Who has containers may speak of theirs.
    pub fn contradicts(
        &self,
        app: &Fact<&Process>,
        folder: &Fact<Utf8PathBuf>,
        declared: &Fact<Utf8PathBuf>,
    ) -> Option<Fact<Utf8PathBuf>> {
        let dir = app.dir(self.view(app.value.view), folder)?;
        let at = match (&dir.value.container, self.located(&dir)) {
            (None, _) => dir.value.path.clone(),
            (Some(_), _) if normal(&dir.value.path) == normal(&declared.value) => return None,
            (Some(_), Some(Storage::Host(path))) => path,
            (Some(_), Some(Storage::Checkout(path))) => self.on_server(&path)?,
            (Some(_), _) => return None,
        };
        let same = symbol::same(normal(&at).as_str(), normal(&declared.value).as_str())?;
        (!same).then(|| dir.map(|_| at.clone()))
    }

    /// Where something of the tree lies on the server, as the operator says.
    fn on_server(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        let contract = self.contract.as_ref()?;
        let below = path.strip_prefix(&contract.folder).ok()?;
        Some(normalize(&contract.root.as_ref()?.value.join(below)))
    }
}
