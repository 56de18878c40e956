//! The fault table: what an upstream may do, and what the exporter makes of
//! it. For operators it is `docs/reliability-faults.md`, written from the same rows.
//!
//! ```text
//! row.rs         what a row is made of: a fault, and the columns
//! table.rs       the rows
//! stand.rs       a simulated system, its spare and a front, and how a fault is brought about
//! alone.rs       each row by itself with the clock held: every column to the second
//! together.rs    all rows at once in one real process
//! day.rs         a day with a wrong password, at the simulator
//! wall_clock.rs  the system's clock steps by a day
//! words.rs       the table for operators
//! ```

mod alone;
mod day;
mod row;
mod stand;
mod table;
mod together;
mod wall_clock;
mod words;
