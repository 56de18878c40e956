//! Who may come in, by name and password (HTTP basic authentication).
//!
//! A check of a bcrypt hash takes a tenth of a second of a core, so they are
//! made one at a time, beside the runtime, and few may wait; whoever was let
//! in once is known again without one. A name that nobody has costs a check as
//! well: how long an answer takes does not tell which names there are.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::hmac;
use bcrypt::HashParts;
use secrecy::{ExposeSecret as _, SecretSlice};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// As many may wait for a check as are made in a few seconds.
const WAITING: usize = 32;

/// A name and the hash of its password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct User {
    name: String,
    hash: Arc<str>,
}

impl User {
    /// Fails in words if that is no bcrypt hash.
    pub(super) fn new(name: String, hash: &str) -> Result<Self, &'static str> {
        let parts = HashParts::from_str(hash).map_err(|_| "the password is not given as a bcrypt hash")?;
        if !(4..=31).contains(&parts.get_cost()) {
            return Err("the cost of a bcrypt hash is 4 to 31");
        }
        Ok(Self { name, hash: hash.into() })
    }
}

/// Neither hash nor name: a name may be a password in the wrong place.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}

/// What became of a name with its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Welcome,
    Refused,
    /// Too many wait for a check already.
    Busy,
}

/// All users, and whom of them was let in already.
pub(super) struct Users {
    known: Vec<User>,
    /// Of this process alone: what it makes of a password is of no use elsewhere.
    key: hmac::Key,
    /// By user, what [`Self::key`] makes of the password that was right.
    right: Arc<Mutex<HashMap<usize, hmac::Tag>>>,
    turn: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Users {
    pub(super) fn new(known: Vec<User>) -> Self {
        let mut key = [0; 32];
        // aws-lc seeds itself from the system and does not fail; without randomness the key would be known,
        // and still nobody would be let in by it.
        let _ = aws_lc_rs::rand::fill(&mut key);
        Self {
            known,
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            right: Arc::default(),
            turn: Arc::new(Semaphore::new(1)),
            waiting: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// Whether these are the users, each with the same hash.
    pub(super) fn are(&self, users: &[User]) -> bool {
        self.known == users
    }

    /// Whether anybody is asked who they are.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    pub(super) async fn check(&self, name: &str, password: SecretSlice<u8>) -> Verdict {
        let number = self.known.iter().position(|user| user.name == name);
        let right = number.and_then(|number| self.right().get(&number).copied());
        // Compared in constant time.
        if right.is_some_and(|tag| hmac::verify(&self.key, password.expose_secret(), tag.as_ref()).is_ok()) {
            return Verdict::Welcome;
        }
        let Some(user) = number.or_else(|| self.stand_in(name)).and_then(|number| self.known.get(number))
        else {
            return Verdict::Refused;
        };
        let Ok(place) = Arc::clone(&self.waiting).try_acquire_owned() else { return Verdict::Busy };
        let Ok(turn) = Arc::clone(&self.turn).acquire_owned().await else { return Verdict::Busy };
        let (hash, key, all) = (Arc::clone(&user.hash), self.key.clone(), Arc::clone(&self.right));
        // Whoever hangs up does not end a check, so the check itself keeps its turn.
        let check = spawn_blocking(move || {
            let _until_done = (place, turn);
            let is_right = bcrypt::verify(password.expose_secret(), &hash).unwrap_or(false);
            match number {
                Some(number) if is_right => {
                    let tag = hmac::sign(&key, password.expose_secret());
                    all.lock().unwrap_or_else(PoisonError::into_inner).insert(number, tag);
                    Verdict::Welcome
                }
                _ => Verdict::Refused,
            }
        });
        check.await.unwrap_or(Verdict::Refused)
    }

    /// Whose hash a name that nobody has is checked against: always the same
    /// one's, so that it takes as long as a name that somebody has.
    fn stand_in(&self, name: &str) -> Option<usize> {
        let tag = hmac::sign(&self.key, name.as_bytes());
        let number = tag.as_ref().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        number.checked_rem(self.known.len() as u64).map(|number| number as usize)
    }

    fn right(&self) -> std::sync::MutexGuard<'_, HashMap<usize, hmac::Tag>> {
        self.right.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Users {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Users").field(&self.known).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users() -> Users {
        let hash = bcrypt::hash("right", 4).unwrap();
        Users::new(vec![User::new("alice".to_owned(), &hash).unwrap()])
    }

    fn password(text: &str) -> SecretSlice<u8> {
        text.as_bytes().to_vec().into()
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_is_welcome() {
        let users = users();
        for (name, text, verdict) in [
            ("alice", "right", Verdict::Welcome),
            ("alice", "right", Verdict::Welcome),
            ("alice", "wrong", Verdict::Refused),
            ("alice", "", Verdict::Refused),
            ("Alice", "right", Verdict::Refused),
            ("bob", "right", Verdict::Refused),
            ("", "right", Verdict::Refused),
        ] {
            assert_eq!(users.check(name, password(text)).await, verdict, "{name} {text}");
        }
    }

    #[tokio::test]
    async fn who_was_let_in_before_does_not_wait_for_strangers() {
        let users = users();
        assert_eq!(users.check("alice", password("right")).await, Verdict::Welcome);
        // Strangers have taken the turn and every place behind it.
        let _turn = Arc::clone(&users.turn).acquire_owned().await.unwrap();
        let _waiting = Arc::clone(&users.waiting).acquire_many_owned(WAITING as u32).await.unwrap();
        assert_eq!(users.check("alice", password("right")).await, Verdict::Welcome);
        assert_eq!(users.check("alice", password("wrong")).await, Verdict::Busy);
        assert_eq!(users.check("bob", password("right")).await, Verdict::Busy);
    }

    #[test]
    fn hashes_that_cannot_be_checked_are_refused() {
        let good = bcrypt::hash("right", 4).unwrap();
        let short: String = good.chars().take(59).collect();
        let (costly, other) = (good.replace("$04$", "$99$"), good.replace("$2b", "$1b"));
        for hash in ["", "right", "$2y$10$", &short, &costly, &other, &format!("{good}x")] {
            assert!(User::new("alice".to_owned(), hash).is_err(), "{hash}");
        }
        for version in ["$2a$", "$2b$", "$2y$"] {
            assert!(User::new("alice".to_owned(), &good.replace("$2b$", version)).is_ok());
        }
    }

    #[test]
    fn neither_name_nor_hash_is_printed() {
        let users = users();
        assert_eq!(format!("{users:?}"), "Users([User { .. }])");
    }
}
