//! Images that inflate to a gibibyte or make a parser work, and what they cost: a process of its own measures its own memory.

use crate::status_bombs::{bomb, peak};
use flate2::Crc;
use vc::open_badge::bake::{BakeError, png_unbake, svg_unbake};

/// A PNG of one pixel with this chunk in it.
fn image(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let header = [1u32.to_be_bytes().as_slice(), &1u32.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [(b"IHDR", header.as_slice()), (name, data), (b"IDAT", &[]), (b"IEND", &[])] {
        let named = [name.as_slice(), data].concat();
        let mut crc = Crc::new();
        crc.update(&named);
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        out.extend(named);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}

/// U2 and what is like it. Run by the test below, alone in a process.
#[test]
#[ignore = "measures the whole process; run by hostile_images_cost_little_memory"]
fn images_alone() {
    let bomb = bomb(false);
    let mut images = Vec::new();
    for keyword in ["openbadgecredential", "openbadges", "clrcredential"] {
        images.push(image(b"iTXt", &[keyword.as_bytes(), &[0, 1, 0, 0, 0], &bomb].concat()));
        images.push(image(b"zTXt", &[keyword.as_bytes(), &[0, 0], &bomb].concat()));
    }
    // Each element compared with each, and declarations copied from element to element.
    let attributes: String = (0..400_000).map(|n| format!(" a{n}=''")).collect();
    let wide = format!("<svg xmlns='http://www.w3.org/2000/svg'{attributes}/>");
    let names: String = (0..60_000).map(|n| format!("<g xmlns:a{n}='b'>")).collect();
    let deep = format!("<svg xmlns='http://www.w3.org/2000/svg'>{names}");
    let before = peak();
    for image in images {
        assert_eq!(png_unbake(&image), Err(BakeError::TooLarge));
    }
    assert_eq!(svg_unbake(wide.as_bytes()), Err(BakeError::TooLarge));
    assert_eq!(svg_unbake(deep.as_bytes()), Err(BakeError::TooLarge));
    let more = peak() - before;
    assert!(more < 8 * 1024, "{more} KiB");
}

#[test]
fn hostile_images_cost_little_memory() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let alone = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["open_badge_bombs::images_alone", "--exact", "--ignored"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&alone.stderr));
}
