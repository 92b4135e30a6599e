//! OOAPI against the published document.

#[cfg(test)]
mod published;
