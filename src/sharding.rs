//! Which of several exporters with one configuration polls a target.
//!
//! Every exporter asks the same question of every name and needs nobody to
//! answer it: of all shards the one whose hash with the name is the highest
//! has the target (rendezvous hashing). One shard more takes its fair share
//! from all the others, and nothing moves between those.
//!
//! The hash is the first eight bytes of SHA-256 over the name, a zero byte and
//! the shard's number in decimal, as an unsigned number, big end first. It is
//! the same for ever and on any machine: `printf '%s\0%s' NAME SHARD | sha256sum`.

use std::fmt;
use std::num::NonZeroU32;

use aws_lc_rs::digest::{Context, SHA256};

/// One of several exporters, or the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    total: NonZeroU32,
}

impl Shard {
    /// All there is.
    pub const ONLY: Self = Self { index: 0, total: NonZeroU32::MIN };

    /// Number `index` of `total`, counted from 0.
    pub fn new(index: u32, total: NonZeroU32) -> Result<Self, String> {
        if index >= total.get() {
            let last = total.get() - 1;
            return Err(format!(
                "shard {index} of {total} does not exist: shards count from 0 to {last}; --total-shards says how many there are"
            ));
        }
        Ok(Self { index, total })
    }

    /// The one of a pod of a StatefulSet, by the number that ends its name.
    pub fn of_pod(name: &str, total: NonZeroU32) -> Result<Self, String> {
        let ordinal = name.rsplit_once('-').map(|(_, ordinal)| ordinal);
        let ordinal =
            ordinal.filter(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
        let index = ordinal.and_then(|digits| digits.parse().ok()).ok_or_else(|| {
            format!("the pod name {name:?} does not end with a number, as fortinet-exporter-3 does: run the exporter as a StatefulSet, or give --shard")
        })?;
        Self::new(index, total)
    }

    /// Its number, from 0.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub fn total(self) -> u32 {
        self.total.get()
    }

    /// Whether there are others.
    pub fn is_one_of_many(self) -> bool {
        self.total > NonZeroU32::MIN
    }

    /// Whether the target of this name is this one's to poll.
    pub fn has(self, target: &str) -> bool {
        self.holder(target) == self.index
    }

    /// The number of the shard that has the target of this name.
    pub fn holder(self, target: &str) -> u32 {
        // Of equal hashes the lower number wins.
        let shards = (0..self.total()).rev();
        shards.max_by_key(|shard| hash(target, *shard)).unwrap_or_default()
    }
}

fn hash(target: &str, shard: u32) -> u64 {
    let mut context = Context::new(&SHA256);
    context.update(target.as_bytes());
    context.update(&[0]);
    context.update(shard.to_string().as_bytes());
    let digest = context.finish();
    digest.as_ref().iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shard {} of {}", self.index, self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(shards: u32) -> NonZeroU32 {
        NonZeroU32::new(shards).unwrap()
    }

    fn names() -> Vec<String> {
        (0..10_000).map(|number| format!("fmg-{number:05}.customer-{}", number % 37)).collect()
    }

    fn holders(shards: u32) -> Vec<u32> {
        let any = Shard::new(0, total(shards)).unwrap();
        names().iter().map(|name| any.holder(name)).collect()
    }

    /// `printf '%s\0%s' fmg-paris N | sha256sum` for N from 0 to 2, and likewise for the others.
    #[test]
    fn who_has_a_target_is_the_same_for_ever() {
        assert_eq!(hash("fmg-paris", 0), HASHES[0]);
        assert_eq!(hash("fmg-paris", 1), HASHES[1]);
        assert_eq!(hash("fmg-paris", 2), HASHES[2]);
        let shard = Shard::new(0, total(5)).unwrap();
        let holders = ["fmg-paris", "ems-hq", "ems-cloud", "größe", ""].map(|name| shard.holder(name));
        assert_eq!(holders, HOLDERS);
    }

    const HASHES: [u64; 3] = [0xe3d4_ec33_d4fc_3a09, 0x9278_f807_9c9d_4103, 0x7b44_3092_5b70_7bee];
    const HOLDERS: [u32; 5] = [4, 2, 3, 1, 2];

    #[test]
    fn every_target_has_one_shard_and_every_shard_its_share() {
        for shards in [1, 2, 3, 5, 8, 16] {
            let each: Vec<Shard> =
                (0..shards).map(|index| Shard::new(index, total(shards)).unwrap()).collect();
            let mut counts = vec![0_u32; shards as usize];
            for name in names() {
                let having: Vec<&Shard> = each.iter().filter(|shard| shard.has(&name)).collect();
                assert_eq!(having.len(), 1, "{name} of {shards}");
                counts[having[0].index() as usize] += 1;
            }
            let fair = 10_000 / shards;
            assert!(counts.iter().all(|count| count.abs_diff(fair) <= fair / 8), "{shards}: {counts:?}");
        }
    }

    #[test]
    fn one_shard_more_takes_its_share_and_nothing_else_moves() {
        for shards in 1..=20 {
            let (before, after) = (holders(shards), holders(shards + 1));
            let moved: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before != after).collect();
            assert!(moved.iter().all(|(_, after)| **after == shards), "{shards}: some moved between others");
            let share = 10_000 / (shards as usize + 1);
            assert!(moved.len().abs_diff(share) <= 100, "{shards}: {} moved instead of {share}", moved.len());
        }
    }

    #[test]
    fn a_pod_is_the_shard_that_its_name_ends_with() {
        let pod = |name| Shard::of_pod(name, total(4));
        assert_eq!(pod("fortinet-exporter-3"), Shard::new(3, total(4)));
        assert_eq!(pod("a-0"), Shard::new(0, total(4)));
        for name in [
            "fortinet-exporter",
            "fortinet-exporter-",
            "fortinet-exporter-7c9f-x2x",
            "3",
            "",
            "a-+1",
            "a-99999999999",
        ] {
            let error = pod(name).unwrap_err();
            assert!(error.contains("StatefulSet"), "{name}: {error}");
        }
        assert!(pod("fortinet-exporter-4").unwrap_err().contains("from 0 to 3"));
    }
}
