//! Writes every page × state × language as a file: `cargo run -p eduwallet-web --example gallery -- DIR`.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use web::{Frame, Lang, assets, badge, samples};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(env::args().nth(1).ok_or("usage: gallery DIR")?);
    for file in [assets::style_path(), assets::script_path(), assets::scan_path(), assets::favicon_path()] {
        let asset = assets::find(file).ok_or("no such asset")?;
        write(&dir, file, asset.body)?;
    }
    let mut badges = HashSet::new();
    let mut index = String::from("<!doctype html><meta charset=\"utf-8\"><title>Gallery</title><ul>");
    for sample in samples::all() {
        for lang in Lang::ALL {
            let mut frame = Frame::sample(lang, "/page");
            frame.demo_time = (sample.state == "full").then_some(frame.now);
            let html = sample.view.render(&frame)?;
            for path in html.split('"').filter(|part| part.starts_with("/badge/")) {
                if let Some(spec) = badge::from_path(path)
                    && badges.insert(path.to_owned())
                {
                    write(&dir, path, badge::svg(&spec).as_bytes())?;
                }
            }
            let name = format!("{}-{}-{}.html", sample.page, sample.state, lang.tag());
            let html = html.replace("\"/assets/", "\"assets/").replace("\"/badge/", "\"badge/");
            write(&dir, &name, html.as_bytes())?;
            index.push_str(&format!("<li><a href=\"{name}\">{name}</a>"));
        }
    }
    write(&dir, "index.html", index.as_bytes())?;
    Ok(())
}

fn write(dir: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let file = dir.join(path.trim_start_matches('/'));
    if let Some(parent) = file.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(file, bytes)
}
