//! Depth costs nothing: what lies a million deep is read on a thread with a small stack.

use guillemet::grammar::Grammar;
use guillemet::row::{rows, Article};

/// A tenth where the build checks everything: it needs no more to run out of this stack, were it read by recursion.
const DEEP: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };
/// The frames of a build that checks everything take several times the room.
const STACK: usize = if cfg!(debug_assertions) { 1 << 20 } else { 256 << 10 };

fn on_a_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    Grammar::builtin();
    std::thread::scope(|scope| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap().join().unwrap())
}

#[test]
fn quotations_and_brackets_may_lie_deep() {
    for (open, close) in [("« ", " »"), ("« “", "” »"), ("(", ")"), ("[", "]"), ("« dit : ", " »"), ("« (", ") »"), ("\n— « ", " »\n")]
    {
        for text in [
            format!("{}non{}, a dit Solveig Mahé.", open.repeat(DEEP), close.repeat(DEEP)),
            // Never closed, and closed before they are opened.
            format!("{}non, a dit Solveig Mahé.", open.repeat(DEEP)),
            format!("{}non{}, a dit Solveig Mahé.", close.repeat(DEEP), open.repeat(DEEP)),
        ] {
            let article = Article { text, ..Article::default() };
            on_a_small_stack(|| rows(&article, Grammar::builtin()).len());
        }
    }
}

#[test]
#[cfg(feature = "command")]
fn json_may_lie_deep() {
    use guillemet::read::{articles, Options};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep.jsonl");
    let deep = [
        format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP)),
        format!("{{\"text\": {}{}}}", "[".repeat(DEEP), "]".repeat(DEEP)),
        format!("{{\"id\": {}1{}}}", "{\"a\":".repeat(DEEP), "}".repeat(DEEP)),
        format!("{{\"other\": {}", "[{\"a\":".repeat(DEEP)),
    ];
    let good = "{\"text\": \"« La digue a tenu », a dit Solveig Mahé.\"}";
    std::fs::write(&path, deep.iter().flat_map(|line| [line.as_str(), good]).collect::<Vec<_>>().join("\n")).unwrap();
    let read: Vec<_> = on_a_small_stack(|| articles(&path, &Options::default()));
    assert_eq!(read.iter().filter(|article| article.is_ok()).count(), deep.len(), "every good line beside a deep one");
}
