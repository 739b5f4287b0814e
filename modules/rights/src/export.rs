//! What is held, in a form to take along: JSON for programs, a page for people, and the photos.

use std::io::{Cursor, Write};

use serde_json::{Map, Value, json};
use tongxin_base::{Error, Result};
use tongxin_kernel::{FileId, Holdings, Variant};
use tongxin_web::{Ctx, Words};
use zip::write::SimpleFileOptions;

/// The version of the form.
const VERSION: u32 = 1;
/// Photos in one archive.
const MOST_PHOTOS: usize = 200;

/// All that is held, for programs.
pub(crate) fn as_json(ctx: &Ctx, held: &Holdings) -> Value {
    let pieces: Vec<Value> = held
        .pieces
        .iter()
        .map(|piece| {
            let mut fields = Map::new();
            for (name, value) in &piece.fields {
                fields.insert((*name).to_owned(), json!(value));
            }
            let photos: Vec<String> = piece.files.iter().map(photo_name).collect();
            json!({"kind": piece.kind, "since": piece.at, "fields": fields, "photos": photos})
        })
        .collect();
    let looks: Vec<Value> = held
        .looks
        .iter()
        .map(|look| json!({"at": look.at, "role": look.role, "purpose": look.purpose, "at_what": look.subject.kind}))
        .collect();
    json!({
        "version": VERSION, "house": ctx.tenant.name, "made_at": ctx.kernel().world().now(),
        "held": pieces, "looks": looks,
    })
}

/// The name of a photo in the archive.
pub(crate) fn photo_name(id: &FileId) -> String {
    format!("photos/{id}.jpg")
}

/// All that is held in one archive: for programs, for people, and the photos.
///
/// # Errors
/// Where a photo cannot be read.
pub(crate) async fn archive(ctx: &Ctx, held: &Holdings) -> Result<Vec<u8>> {
    let mut photos = Vec::new();
    for id in held.pieces.iter().flat_map(|piece| &piece.files).take(MOST_PHOTOS) {
        photos.push((photo_name(id), ctx.kernel().open_file(ctx.tenant.id, *id, Variant::Full).await?));
    }
    let text = serde_json::to_vec_pretty(&as_json(ctx, held)).map_err(Error::internal)?;
    let page = readable(&ctx.words, held).into_bytes();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, bytes) in [("data.json".to_owned(), text), ("data.html".to_owned(), page)].into_iter().chain(photos) {
        zip.start_file(name, options).map_err(Error::internal)?;
        zip.write_all(&bytes).map_err(Error::internal)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

/// The same for people: a page that needs nothing else.
fn readable(w: &Words, held: &Holdings) -> String {
    let title = escape(&w.t("rights-title"));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><title>{title}</title>\n<h1>{title}</h1>\n",
        w.locale().tag()
    );
    for piece in &held.pieces {
        page.push_str(&format!(
            "<h2>{}</h2>\n<dl><dt>{}</dt><dd>{}</dd>",
            escape(&w.t(&format!("data-{}", piece.kind))),
            escape(&w.t("rights-since")),
            piece.at
        ));
        for (name, value) in &piece.fields {
            let name = w.t(&format!("data-field-{}", name.replace('_', "-")));
            page.push_str(&format!("<dt>{}</dt><dd>{}</dd>", escape(&name), escape(value)));
        }
        page.push_str("</dl>\n");
        for id in &piece.files {
            page.push_str(&format!("<img src=\"{}\" alt=\"\" width=\"480\">\n", photo_name(id)));
        }
    }
    page.push_str(&format!("<h2>{}</h2>\n<ul>\n", escape(&w.t("rights-looks"))));
    for look in &held.looks {
        let said = [w.t(&format!("role-{}", look.role)), w.t(&format!("look-purpose-{}", look.purpose))];
        page.push_str(&format!("<li>{} {} · {}</li>\n", look.at, escape(&said[0]), escape(&said[1])));
    }
    page.push_str("</ul>\n</html>\n");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
