//! The peers we do not own, as real servers: an eduID provider, OOAPI institutions, an FII portal.
