//! OOAPI's words, their normalisation, and a paged client behind a fetch trait.
