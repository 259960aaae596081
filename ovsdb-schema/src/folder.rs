//! A folder that holds generated files and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context as _;
use ovsdb_schema::File;

/// The paths that are missing, differ, or do not belong.
pub(crate) fn stale(folder: &Path, files: &[File]) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut stale = strays(folder, files)?;
    for file in files {
        let path = folder.join(&file.path);
        if !is_fresh(&path, file)? {
            stale.insert(path);
        }
    }
    Ok(stale)
}

/// Makes the folder hold these files. Those that are right already are left alone, so that
/// nothing is built again because of their times.
pub(crate) fn write(folder: &Path, files: &[File]) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    for stray in strays(folder, files)? {
        remove(&stray).with_context(|| stray.display().to_string())?;
    }
    for file in files {
        let path = folder.join(&file.path);
        if !is_fresh(&path, file)? {
            fs::write(&path, &file.content).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

fn is_fresh(path: &Path, file: &File) -> anyhow::Result<bool> {
    match fs::read(path) {
        Ok(content) => Ok(content == file.content.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}

fn strays(folder: &Path, files: &[File]) -> anyhow::Result<BTreeSet<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error).with_context(|| folder.display().to_string()),
    };
    let mut strays = BTreeSet::new();
    for entry in entries {
        let name = entry
            .with_context(|| folder.display().to_string())?
            .file_name();
        if !files.iter().any(|file| name.to_str() == Some(&file.path)) {
            strays.insert(folder.join(name));
        }
    }
    Ok(strays)
}

/// Removes a stray file. A folder is somebody's: it is not ours to empty.
fn remove(stray: &Path) -> io::Result<()> {
    fs::remove_file(stray)
}
