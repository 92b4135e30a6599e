//! Pages as typed structs, in Dutch and English, with their own pictures.
