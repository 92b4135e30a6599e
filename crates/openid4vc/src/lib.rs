//! OpenID4VCI and OpenID4VP messages, DCQL and HAIP rules, without IO.
