//! OOAPI against the published document.

#[cfg(test)]
mod mapping;
#[cfg(test)]
mod published;
