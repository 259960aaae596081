//! Cases that are folders of files.

use std::path::{Path, PathBuf};

use netswitch::model::Observed;
use serde_json::Value;

use super::observed;

/// A folder with a request, the host that it meets and what is expected.
pub(crate) struct Case {
    folder: PathBuf,
}

/// The cases below `fixtures/`, by name.
pub(crate) fn cases(below: &str) -> Vec<Case> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(fixtures.join(below))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    folders.sort();
    folders.into_iter().map(|folder| Case { folder }).collect()
}

impl Case {
    /// The folder's name.
    pub(crate) fn name(&self) -> String {
        let name = self.folder.file_name();
        name.unwrap().to_string_lossy().into_owned()
    }

    /// One of its files.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The request: `request.json`, or another `request.*` where it is not JSON.
    pub(crate) fn request(&self) -> PathBuf {
        let mut files = std::fs::read_dir(&self.folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let request = files.find(|file| file.file_stem().is_some_and(|stem| stem == "request"));
        request.unwrap_or_else(|| panic!("{} has no request", self.name()))
    }

    /// The host, of `observed.json`; one without anything where there is no such file.
    pub(crate) fn observed(&self) -> Observed {
        let described = std::fs::read_to_string(self.file("observed.json"));
        observed(&described.unwrap_or_else(|_| "{}".to_owned()))
    }

    /// What `expected.json` says.
    pub(crate) fn expected(&self) -> Value {
        let expected = std::fs::read(self.file("expected.json")).unwrap();
        serde_json::from_slice(&expected).unwrap()
    }
}
