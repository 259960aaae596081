use super::Table;
use super::plain::line;
use crate::cli::ovsdb::schema;
use crate::cli::ovsdb::style::Style;
use crate::ovsdb::Uuid;

/// The length of a row identifier, and how much of it is shown.
const UUID: usize = 36;
const SHORT: usize = 8;

/// A `<table>`: row identifiers are links to the rows that they are of.
pub(super) fn write_html(table: &Table<'_>, style: &Style, text: &mut String) {
    line(text, "<table border=1>");
    if let Some(caption) = &table.caption {
        cell("caption", caption, text);
    }
    if style.has_headings {
        line(text, "  <tr>");
        for heading in &table.headings {
            cell("th", heading, text);
        }
        line(text, "  </tr>");
    }
    for row in table.texts(style.data) {
        line(text, "  <tr>");
        for (heading, content) in table.headings.iter().zip(&row) {
            match *heading {
                schema::UUID => anchor(content, text),
                _ => cell("td", content, text),
            }
        }
        line(text, "  </tr>");
    }
    line(text, "</table>");
}

/// What the links to a row lead to.
fn anchor(content: &str, text: &mut String) {
    let short = content.get(..SHORT).unwrap_or(content);
    let (name, short) = (escaped(content), escaped(short));
    line(
        text,
        &format!("    <td><a name=\"{name}\">{short}</a></td>"),
    );
}

fn cell(element: &str, content: &str, text: &mut String) {
    text.push_str(&format!("    <{element}>"));
    let mut rest = content;
    while let Some(c) = rest.chars().next() {
        if let Some((uuid, behind)) = rest.split_at_checked(UUID).filter(|it| is_uuid(it.0)) {
            let short = uuid.get(..SHORT).unwrap_or(uuid);
            text.push_str(&format!("<a href=\"#{uuid}\">{short}</a>"));
            rest = behind;
        } else {
            push_escaped(c, text);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    line(text, &format!("</{element}>"));
}

/// Whether the text, which is as long as one, is a row identifier with its hyphens.
fn is_uuid(text: &str) -> bool {
    // The first byte saves looking at nearly all other text.
    text.starts_with(|c: char| c.is_ascii_hexdigit()) && Uuid::parse_str(text).is_ok()
}

fn escaped(content: &str) -> String {
    let mut text = String::with_capacity(content.len());
    content.chars().for_each(|c| push_escaped(c, &mut text));
    text
}

fn push_escaped(c: char, text: &mut String) {
    match c {
        '&' => text.push_str("&amp;"),
        '<' => text.push_str("&lt;"),
        '>' => text.push_str("&gt;"),
        '"' => text.push_str("&quot;"),
        other => text.push(other),
    }
}
