//! What runs together: processes and sites of one host, or of one set of compose files.

use crate::fact::Fact;
use crate::model::{Dir, View, ViewId};

#[derive(Debug)]
pub struct Deployment {
    pub name: String,
    pub stage: Fact<Stage>,
    pub views: Vec<View>,
}

/// What a deployment is for. Only production is judged, unless somebody asks for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Production,
    Development,
    Test,
}

impl Stage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
            Self::Test => "test",
        }
    }
}

impl Deployment {
    pub fn view(&self, id: ViewId) -> &View {
        &self.views[id.0]
    }

    /// Whether two directories are one, or `None` where nothing relates them.
    pub fn same_dir(&self, a: &Fact<Dir>, b: &Fact<Dir>) -> Option<Fact<bool>> {
        let place =
            |dir: &Fact<Dir>| Some(self.view(dir.value.view).locate(&dir.value)?.given(dir));
        let (a, b) = (place(a)?, place(b)?);
        a.zip(&b).try_map(|(a, b)| a.same(b))
    }
}
