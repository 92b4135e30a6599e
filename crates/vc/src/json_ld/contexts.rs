//! The JSON-LD contexts that this build knows, each pinned by its SHA-256. Nothing is ever fetched.

use crate::bundled;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A context as it was published, byte for byte.
pub struct Bundled {
    /// Its address.
    pub url: &'static str,
    /// SHA-256 of the file, hexadecimal; a test compares.
    pub sha256: &'static str,
    /// The file.
    pub text: &'static str,
}

/// Every bundled context: `schemas/contexts` says where each comes from and under which licence.
pub static BUNDLED: &[Bundled] = &[
    Bundled {
        url: "https://www.w3.org/2018/credentials/v1",
        sha256: "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
        text: include_str!("../../../../schemas/contexts/www.w3.org_2018_credentials_v1.jsonld"),
    },
    Bundled {
        url: "https://www.w3.org/ns/credentials/v2",
        sha256: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
        text: include_str!("../../../../schemas/contexts/www.w3.org_ns_credentials_v2.jsonld"),
    },
    Bundled {
        url: "https://www.w3.org/ns/credentials/examples/v2",
        sha256: "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
        text: include_str!("../../../../schemas/contexts/www.w3.org_ns_credentials_examples_v2.jsonld"),
    },
    Bundled {
        url: "https://www.w3.org/ns/credentials/undefined-terms/v2",
        sha256: "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
        text: include_str!("../../../../schemas/contexts/www.w3.org_ns_credentials_undefined-terms_v2.jsonld"),
    },
    Bundled {
        url: "https://w3id.org/security/data-integrity/v1",
        sha256: "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
        text: include_str!("../../../../schemas/contexts/w3id.org_security_data-integrity_v1.jsonld"),
    },
    Bundled {
        url: "https://w3id.org/security/data-integrity/v2",
        sha256: "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
        text: include_str!("../../../../schemas/contexts/w3id.org_security_data-integrity_v2.jsonld"),
    },
    Bundled {
        url: "https://w3id.org/security/multikey/v1",
        sha256: "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
        text: include_str!("../../../../schemas/contexts/w3id.org_security_multikey_v1.jsonld"),
    },
    Bundled {
        url: "https://w3id.org/security/jwk/v1",
        sha256: "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
        text: include_str!("../../../../schemas/contexts/w3id.org_security_jwk_v1.jsonld"),
    },
    Bundled {
        url: "https://w3id.org/vc/status-list/2021/v1",
        sha256: "6dd06a52bedb771e059c1083ba8ba7848dce22f6b4a8cfa0b98ba3fc188870e4",
        text: include_str!("../../../../schemas/contexts/w3id.org_vc_status-list_2021_v1.jsonld"),
    },
    Bundled {
        url: "https://www.w3.org/ns/credentials/status/v1",
        sha256: "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
        text: include_str!("../../../../schemas/contexts/www.w3.org_ns_credentials_status_v1.jsonld"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/ed25519-2020/v1",
        sha256: "3db5c19efb0047a6edfd3b36e24346a8a3caad369d749e3c2d69e862696403e5",
        text: include_str!("../../../../schemas/contexts/w3id.org_security_suites_ed25519-2020_v1.jsonld"),
    },
    Bundled {
        url: "https://www.w3.org/ns/did/v1",
        sha256: "adefa50311393eb1bd788a38ac9fe2696c65367928f6996812cd54577394f4da",
        text: include_str!("../../../../schemas/contexts/www.w3.org_ns_did_v1.jsonld"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
        sha256: "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_ob_v3p0_context.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
        sha256: "cfc147db5fd5e3575b06bd471fe04784e92de69296f64a351b8dff0ec3372e9c",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_ob_v3p0_context-3.0.1.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
        sha256: "bba433989e1e700ca60838a3c22378e7d8381aeb0c9590f9ddf84d1714f10296",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_ob_v3p0_context-3.0.2.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        sha256: "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_ob_v3p0_context-3.0.3.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        sha256: "146f85aa16effd7ca1da8056eb443f53ce1eca8a34186cb062832c0a97d889c3",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_ob_v3p0_extensions.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/clr/v2p0/context.json",
        sha256: "e198d7b517d74c5036434ce495086f67b10244709e9a3df9dcb7f8b1579b6167",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_clr_v2p0_context.json"),
    },
    Bundled {
        url: "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
        sha256: "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
        text: include_str!("../../../../schemas/contexts/purl.imsglobal.org_spec_clr_v2p0_context-2.0.1.json"),
    },
    Bundled {
        url: "https://w3id.org/security/suites/jws-2020/v1",
        sha256: "d648e05ddc6577827ca2bfd5e931f53e9ebc6e52a57a8da81df4ec8c46ffcd1e",
        text: include_str!("../../../../schemas/contexts/w3id.org_security_suites_jws-2020_v1.jsonld"),
    },
    // Ours. Published versions never change either: signatures rest on them.
    Bundled {
        url: bundled::MICROCREDENTIAL_CONTEXT,
        sha256: "01869bb6dcfaa99affa1fb6964292df7fa787200a05346b508bd2e29a985bb75",
        text: include_str!("../../../../schemas/contexts/nl-microcredential-v1.jsonld"),
    },
    Bundled {
        url: bundled::ENROLMENT_CONTEXT,
        sha256: "0381a305236900b7bd955f1f60bbdc73561626d84e2019d6a75fbf4f89545b22",
        text: include_str!("../../../../schemas/contexts/nl-enrolment-v1.jsonld"),
    },
];

/// The local context (the value of `@context`) of every bundled file, parsed once.
static PARSED: LazyLock<HashMap<&'static str, Value>> = LazyLock::new(|| {
    let parse = |file: &Bundled| {
        let mut document: Value = serde_json::from_str(file.text).ok()?;
        Some((file.url, document.get_mut("@context")?.take()))
    };
    BUNDLED.iter().filter_map(parse).collect()
});

/// The file behind a context's address.
pub fn context(url: &str) -> Option<&'static str> {
    BUNDLED.iter().find(|file| file.url == url).map(|file| file.text)
}

/// The parsed local context behind an address.
pub(super) fn local(url: &str) -> Option<&'static Value> {
    PARSED.get(url)
}
