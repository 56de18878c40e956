//! Exactly one of `X`, `X_file` and `X_env`, and a value that is there now.

use std::path::PathBuf;

use super::super::{Secret, SecretError};
use super::{Checks, Step, below};
use crate::settings::{Hidden, quotable};

impl Checks {
    pub(super) fn password(
        &mut self,
        path: &[Step],
        inline: Option<Hidden>,
        elsewhere: [Option<String>; 2],
    ) -> Option<Secret> {
        self.secret(path, ["password", "password_file", "password_env"], inline, elsewhere)
    }

    /// `keys` are those of the secret itself, of its file and of its variable.
    pub(super) fn secret(
        &mut self,
        path: &[Step],
        keys: [&'static str; 3],
        inline: Option<Hidden>,
        [file, env]: [Option<String>; 2],
    ) -> Option<Secret> {
        let [inline_key, file_key, env_key] = keys;
        let given = [
            inline.map(|secret| (inline_key, Secret::Inline(secret.0))),
            file.map(|file| (file_key, Secret::File(PathBuf::from(file)))),
            env.map(|name| (env_key, Secret::Env(name))),
        ];
        let mut given = given.into_iter().flatten();
        let one = format!("exactly one of `{inline_key}`, `{file_key}` and `{env_key}`");
        match (given.next(), given.next()) {
            (None, _) => {
                let what = format!("none of `{inline_key}`, `{file_key}` and `{env_key}` is given");
                let fix = format!(
                    "write `{file_key}: /PATH` for a file with the secret on its only line, `{env_key}: NAME` for an \
                     environment variable, or `{inline_key}: \"SECRET\"`, in quotes since it may begin with `#`, `&`, \
                     `*`, `!`, `%` or `@`"
                );
                self.absence(path, what, fix);
                None
            }
            (Some((first, _)), Some((second, _))) => {
                self.problem(
                    &below(path, second),
                    format!("`{first}` is set as well"),
                    format!("keep {one}"),
                );
                None
            }
            (Some((key, secret)), None) => self.readable(&below(path, key), inline_key, secret),
        }
    }

    /// Reads the secret once, so that a typing error shows at start and not at
    /// night. What stands in `X_file` or `X_env` may be the secret itself, put
    /// there by mistake, and is then not repeated.
    fn readable(&mut self, at: &[Step], inline_key: &str, secret: Secret) -> Option<Secret> {
        let error = secret.read().err();
        let (what, fix) = match (&secret, error) {
            (_, None) => return Some(secret),
            (Secret::Inline(_), Some(SecretError::Empty(_))) => {
                ("it is empty".to_owned(), "write the secret between quotes".to_owned())
            }
            (Secret::Inline(_), Some(_)) => (
                "it is longer than 4096 bytes or has a line break".to_owned(),
                "write the secret beside its key, in quotes; `|` adds a line break".to_owned(),
            ),
            (Secret::Env(name), Some(_)) if !is_variable_name(name) => (
                "this is not the name of an environment variable".to_owned(),
                format!("write a name such as FORTINET_SECRET; the secret itself goes into `{inline_key}`"),
            ),
            (Secret::Env(_), Some(error @ SecretError::Empty(_))) => {
                (error.to_string(), "set it to the secret where the exporter is started".to_owned())
            }
            (Secret::Env(_), Some(error)) => (
                error.to_string(),
                "set it where the exporter is started (systemd: `Environment=` or `EnvironmentFile=`)"
                    .to_owned(),
            ),
            (Secret::File(path), Some(SecretError::File { cause, .. })) => (
                format!("cannot read the secret file{}: {cause}", quotable(path)),
                format!(
                    "write the path of a file that the exporter's user can read; the secret itself goes into `{inline_key}`"
                ),
            ),
            (Secret::File(path), Some(SecretError::Empty(_))) => (
                format!("the secret file{} is empty", quotable(path)),
                "write the secret into it, on one line".to_owned(),
            ),
            (Secret::File(path), Some(_)) => (
                format!("the secret file{} holds more than one line of text", quotable(path)),
                "give a file that holds the secret on one line and nothing else".to_owned(),
            ),
        };
        self.problem(at, what, fix);
        None
    }
}

/// As people write them; a password looks different as a rule.
fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}
