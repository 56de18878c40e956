//! Secrets: where one comes from, and a value that cannot be printed.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use crate::settings::file;

/// A key or password file has one line; anything longer is another file.
const MAX_BYTES: u64 = 4096;

/// Where a password, key or token is kept. Read anew at each sign-in, so that
/// a rotated secret needs no restart.
#[derive(Debug, Clone)]
pub enum Secret {
    /// Written into the configuration itself.
    Inline(SecretString),
    /// The content of a file, without its last line break.
    File(PathBuf),
    /// The value of an environment variable.
    Env(String),
}

/// Equal if they name the same place; what is inside a file or variable is
/// looked at when signing in.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Inline(a), Self::Inline(b)) => a.expose_secret() == b.expose_secret(),
            (Self::File(a), Self::File(b)) => a == b,
            (Self::Env(a), Self::Env(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Secret {}

/// Why a secret could not be read. Never contains the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file cannot be opened or read.
    #[error("cannot read the secret file {path}: {cause}")]
    File {
        /// As configured.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The variable is not set, or not text.
    #[error("the environment variable {0} is not set to text")]
    Env(String),
    /// Nothing there.
    #[error("{0} is empty")]
    Empty(String),
    /// More than a secret.
    #[error("{0} is not a secret: it is longer than {MAX_BYTES} bytes, not UTF-8, or has several lines")]
    NotASecret(String),
}

impl SecretError {
    /// What to do about it.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "write the secret into this file, on one line, and let the exporter's user read it"
            }
            Self::Env(_) => "set it where the exporter is started, and restart the exporter",
            Self::Empty(_) => "put the secret there, on one line",
            Self::NotASecret(_) => "leave the secret alone there, on one line",
        }
    }
}

impl Secret {
    /// The key that it stands under in the file, where `inline` is that of the secret itself.
    pub fn key(&self, inline: &str) -> String {
        match self {
            Self::Inline(_) => inline.to_owned(),
            Self::File(_) => format!("{inline}_file"),
            Self::Env(_) => format!("{inline}_env"),
        }
    }

    /// Whether it is written into the configuration, and seems to be the name of the file that holds it.
    pub fn looks_like_a_path(&self) -> bool {
        let Self::Inline(secret) = self else { return false };
        let text = secret.expose_secret();
        ["/run/", "/etc/", "/var/"].iter().any(|begin| text.starts_with(begin)) || Path::new(text).is_file()
    }

    /// The secret as it is now.
    pub fn read(&self) -> Result<SecretString, SecretError> {
        match self {
            Self::Inline(secret) => check(secret.clone(), "the secret"),
            Self::File(path) => {
                let name = format!("the secret file {}", path.display());
                let failed = |cause| SecretError::File { path: path.clone(), cause };
                let mut text = String::new();
                file::regular(path).map_err(failed)?;
                File::open(path).map_err(failed)?.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(
                    |cause| match cause.kind() {
                        std::io::ErrorKind::InvalidData => SecretError::NotASecret(name.clone()),
                        _ => failed(cause),
                    },
                )?;
                let line_end = text.trim_end_matches(['\r', '\n']).len();
                text.truncate(line_end);
                check(text.into(), &name)
            }
            Self::Env(name) => {
                let value = std::env::var(name).map_err(|_| SecretError::Env(name.clone()))?;
                check(value.into(), &format!("the environment variable {name}"))
            }
        }
    }
}

fn check(secret: SecretString, name: &str) -> Result<SecretString, SecretError> {
    let text = secret.expose_secret();
    if text.is_empty() {
        Err(SecretError::Empty(name.to_owned()))
    } else if text.len() as u64 > MAX_BYTES || text.contains(['\n', '\r']) {
        Err(SecretError::NotASecret(name.to_owned()))
    } else {
        Ok(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_without_its_line_break_and_each_time_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pw");
        let secret = Secret::File(path.clone());
        for (content, expected) in
            [("s3cret\n", "s3cret"), ("rotated\r\n", "rotated"), (" spaced ", " spaced ")]
        {
            std::fs::write(&path, content).unwrap();
            assert_eq!(secret.read().unwrap().expose_secret(), expected);
        }
        std::fs::write(&path, "\n").unwrap();
        assert!(matches!(secret.read(), Err(SecretError::Empty(_))));
        std::fs::write(&path, "one\ntwo\n").unwrap();
        assert!(matches!(secret.read(), Err(SecretError::NotASecret(_))));
    }

    #[test]
    fn a_secret_cannot_be_printed() {
        let secret = Secret::Inline("hunter2".to_owned().into());
        assert!(!format!("{secret:?}").contains("hunter2"));
    }
}
