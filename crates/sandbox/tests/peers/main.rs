//! The sandbox peers over real sockets.

#[cfg(test)]
mod eduid;
#[cfg(test)]
mod fii;
#[cfg(test)]
mod institution;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
