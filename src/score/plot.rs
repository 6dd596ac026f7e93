//! The plot of a calibration: what confidence says against what is right.
//!
//! In: bins. Out: SVG, a point a bin, the larger the more rows. Where the points lie on the diagonal, confidence says what is true.
//! Deliberately not done: no style is taken from elsewhere, and the same bins give the same bytes.

use std::fmt::Write as _;

use super::Bin;

/// The side of the square that the points lie in.
const SIDE: f64 = 400.0;
/// What is around it, for the words.
const LEFT: f64 = 70.0;
const TOP: f64 = 50.0;
const BELOW: f64 = 70.0;
const RIGHT: f64 = 45.0;
/// The radius of the point that holds all rows.
const LARGEST: f64 = 40.0;

pub(super) fn plot(bins: &[Bin]) -> String {
    let (width, height) = (LEFT + SIDE + RIGHT, TOP + SIDE + BELOW);
    let x = |share: f64| LEFT + share * SIDE;
    let y = |share: f64| TOP + (1.0 - share) * SIDE;
    let all: usize = bins.iter().map(|bin| bin.rows).sum();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\">"
    );
    let _ = writeln!(out, "<title>Confidence of rows and how often they were right</title>");
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>");
    let _ = writeln!(
        out,
        "<text x=\"{}\" y=\"25\" text-anchor=\"middle\" font-size=\"15\">{all} rows; each point holds those of about one confidence</text>",
        x(0.5)
    );
    for tenths in (0..=10).step_by(2) {
        let share = f64::from(tenths) / 10.0;
        let _ = writeln!(out, "<path d=\"M{} {}V{}M{} {}H{}\" stroke=\"#ddd\"/>", x(share), y(0.0), y(1.0), x(0.0), y(share), x(1.0));
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{share:.1}</text>", x(share), y(0.0) + 20.0);
        let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{share:.1}</text>", x(0.0) - 8.0, y(share) + 4.0);
    }
    let _ = writeln!(out, "<rect x=\"{LEFT}\" y=\"{TOP}\" width=\"{SIDE}\" height=\"{SIDE}\" fill=\"none\" stroke=\"#666\"/>");
    let _ = writeln!(out, "<path d=\"M{} {}L{} {}\" stroke=\"#666\" stroke-dasharray=\"5 5\"/>", x(0.0), y(0.0), x(1.0), y(1.0));
    let _ = writeln!(out, "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">confidence said (mean)</text>", x(0.5), y(0.0) + 50.0);
    let middle = y(0.5);
    let _ = writeln!(
        out,
        "<text x=\"22\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 22 {middle})\">share that was right</text>"
    );
    for bin in bins.iter().filter(|bin| bin.rows > 0) {
        // The area of a point goes with its rows.
        let radius = LARGEST * (bin.rows as f64 / all as f64).sqrt();
        let _ = writeln!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\" fill=\"#1f6fb2\" fill-opacity=\"0.6\"><title>{} rows: said {:.2}, right {:.2}</title></circle>",
            x(bin.said),
            y(bin.right),
            bin.rows,
            bin.said,
            bin.right
        );
        let _ = writeln!(out, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>", x(bin.said), y(bin.right) + 4.0, bin.rows);
    }
    out.push_str("</svg>\n");
    out
}
