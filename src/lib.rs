//! Who said what in French news.
//!
//! `guillemet` reads an article and writes a row for each quotation: its speaker, its exact words, the article it
//! comes from, and the rule that found it.
//!
//! ```
//! use guillemet::{grammar::Grammar, row::Article, rows};
//!
//! let article = Article {
//!     source: "a.txt".into(),
//!     text: "« Le port rouvrira mardi », a indiqué Solveig Mahé.".into(),
//!     ..Article::default()
//! };
//! let rows = rows(&article, Grammar::builtin());
//! assert_eq!(rows[0].speaker, "Solveig Mahé");
//! assert_eq!(rows[0].quote, "Le port rouvrira mardi");
//! assert_eq!(rows[0].rule, "incise");
//! ```
//!
//! The modules stand in the order of the flow; each uses only those above it.

// What would end the program, or write where only a command may, or hang on the order of a hash. Tests may.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::iter_over_hash_type,
        clippy::panic,
        clippy::print_stderr,
        clippy::print_stdout,
        clippy::todo,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod class;
pub mod text;

pub mod table;
pub mod lexicon;
pub mod calibration;
pub mod program;
pub mod scanner;
pub mod grammar;
pub mod builtin;
pub mod words;
pub mod quotation;
pub mod turn;
pub mod sentence;
pub mod label;
pub mod cue;
pub mod mention;
pub mod line;
pub mod subject;
pub mod attribution;
pub mod discourse;
pub mod entity;
pub mod coreference;

pub mod composed;
pub mod analysis;
pub mod deeplink;
pub mod row;
pub mod role;
pub mod explain;

#[cfg(feature = "command")]
pub mod read;
#[cfg(feature = "command")]
pub mod write;
#[cfg(feature = "command")]
pub mod batch;
#[cfg(feature = "command")]
pub mod score;
#[cfg(feature = "command")]
pub mod compare;
#[cfg(feature = "command")]
pub mod database;

pub use analysis::{extract, Analysis};
pub use row::rows;
