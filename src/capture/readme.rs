//! What the folder says of itself.

/// The same for every capture.
pub(super) const TEXT: &str = "\
# A capture of one poll

Made by `fortinet-exporter probe NAME --capture DIR`. One file for each exchange in the order in which they ended, and
`capture.json`: which product, when, and how each collector fared.

**Read it before you give it to anybody.** What was masked, and how:

- Values stay where the field is on a list of states, versions, counts, sizes and the like, and the value looks like one.
  Every other value is a stand-in of the same type and shape: letters for letters, digits for digits. The same value
  has the same stand-in everywhere, so `aaaa` here is `aaaa` there. `true`, `false`, `null`, 0 and 1 stay. Of secrets,
  by the names of their fields, and of long keys not even the shape is here.
- Dates are moved by whole weeks: times by the system's clock all by as many, all other dates by as many others.
- Keys are names of fields and stay; those that may be somebody's data (not made like a name, among many that are not
  known, below something that is not known, or too many) are stand-ins.
- Of headers and cookies only names are here, of a sign-in only the keys, of pages for people only their elements.
- Lists with more than 12 items are shown by their first 3 (`left_out` says how many are missing), long lists by their first
  and last page, pages of one kind by their first 12 (`pages_left_out`).

As a test: put the folder into `tests/fixtures/captures/` of the exporter's source and run
`UPDATE_GOLDEN=1 cargo test --test suite captures`.
";
