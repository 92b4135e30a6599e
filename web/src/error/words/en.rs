//! The words of failures in English.

use super::{Told, Words};

pub(super) const EN: Words = Words {
    shared_title: "Was anything shared?",
    shared_nothing: "No, nothing was shared",
    shared_uncertain: "We are not sure",
    shared_uncertain_text: "Perhaps the other side did receive your answer. Under Activity you see how it ends.",
    what_title: "What happened",
    now_title: "What now",
    lost_title: "Was anything lost?",
    lost_never: "No. Nothing was collected, nothing entered your wallet and nothing was shared.",
    lost_nothing: "No. Nothing entered your wallet and nothing was shared, and the offer is still waiting.",
    lost_offer: "This offer does not work any more. What you achieved is not gone: the issuer has it.",
    lost_unsure: "Nothing entered your wallet. The issuer may think that it was collected; what you achieved is not gone.",
    help_title: "Need help?",
    help_text: "Mention this code and we find it quickly:",
    retry: "Try again",
    home: "To the start",
    session_title: "You are logged out",
    session_what: "You were away too long, or you logged out somewhere else. What you just did was not done.",
    session_now: "Log in again. After that you can go on where you were.",
    session_login: "Log in again",
    code: |code| {
        Some(match code {
            "offer_redirect" | "offer_too_large" | "offer_unreachable" | "issuer_unreachable" | "issuer_answer" => &Told {
                title: "The school does not answer well",
                what: "We could not collect the credential now. Nothing was kept.",
                now: "Try again later with the same link.",
            },
            "authorization_refused" => &Told {
                title: "You were not given access",
                what: "Logging in at the issuer was stopped there, or it found nothing for you. Nothing was collected.",
                now: "Open the offer again if you want to try once more. Is it for you all the same? Ask the issuer.",
            },
            "authorization_failed" => &Told {
                title: "Logging in at the issuer did not work",
                what: "The issuer answered your login with an error. Nothing was collected.",
                now: "Open the offer again and try once more. Still not? Tell the issuer the code below.",
            },
            "authorization_lost" => &Told {
                title: "Your login at the issuer was used up",
                what: "You logged in, but the issuer’s answer to our next step got lost. A login counts once.",
                now: "Open the offer again and log in once more.",
            },
            "authorization_state" => &Told {
                title: "We cannot finish this",
                what: "Collecting began in another browser or with somebody else, took too long, or was finished already. Nothing was collected now.",
                now: "Open the offer again under New for you, or with the same link.",
            },
            "authorization_issuer" => &Told {
                title: "The answer came from somebody else",
                what: "You logged in at one issuer, but the answer names another one. We gave it nothing.",
                now: "Open the offer again. Does it happen again? Then stop, and tell the issuer.",
            },
            "deferred_ended" => &Told {
                title: "The issuer no longer knows this credential",
                what: "The issuer was preparing it, and does not know it any more, or does not let us ask any more.",
                now: "Ask the issuer for a new link.",
            },
            "issuer_encryption" => &Told {
                title: "We cannot read the issuer’s answer",
                what: "The issuer encrypts in a way that this wallet does not know, or not for us. Nothing was kept.",
                now: "Tell the issuer the code below.",
            },
            "issuer_proof" => &Told {
                title: "This issuer asks for another kind of wallet",
                what: "The issuer wants a proof of keys that this wallet cannot give, such as of a phone’s own key store.",
                now: "Ask the issuer whether it can be done in another way.",
            },
            "offer_old" => &Told {
                title: "This offer is in an old form",
                what: "The issuer offers the credential in a form of before 2024, which this wallet does not read.",
                now: "Ask the issuer for an offer in the present form (OpenID4VCI 1.0).",
            },
            "invalid_proof"
            | "invalid_nonce"
            | "invalid_credential_request"
            | "invalid_encryption_parameters"
            | "unknown_credential_configuration"
            | "unknown_credential_identifier" => &Told {
                title: "The issuer does not understand our question",
                what: "The issuer refused how we asked for the credential. Nothing was kept.",
                now: "Try later. Still not? Tell the issuer the code below.",
            },
            "offer_grant" | "offer_format" => &Told {
                title: "This offer does not suit this wallet",
                what: "The school offers the credential in a way or a form that this wallet does not know.",
                now: "Ask the school whether it can be done in another way.",
            },
            "offer_issuer" => &Told {
                title: "This offer is somebody else’s",
                what: "The offer names another issuer than before. We collected nothing.",
                now: "Ask the school for a new link.",
            },
            "issuer_unknown" => &Told {
                title: "This issuer is not in the register",
                what: "We do not know who this is. So nothing comes from it unless you look at the offer and say that you know it.",
                now: "Ask the school whether the link is right. If you do not trust it, stop.",
            },
            "invalid_grant" | "invalid_client" | "credential_request_denied" => &Told {
                title: "The school does not give this credential",
                what: "The offer may be for somebody else, collected already, or expired. Nothing was kept.",
                now: "Is the credential for you? Ask the school for a new link.",
            },
            "credential_format"
            | "credential_signature"
            | "credential_issuer"
            | "credential_schema"
            | "credential_type"
            | "credential_holder_key"
            | "credential_revoked" => &Told {
                title: "This credential is not right",
                what: "What the school sent did not pass our checks. We did not keep it.",
                now: "Tell the school the code below.",
            },
            "connect_state" | "connect_issuer" => &Told {
                title: "We cannot finish this connection",
                what: "It began in another browser or with somebody else, took too long, or was finished already. Nothing was connected.",
                now: "Begin again on the page Schools.",
            },
            "login_refused" => {
                &Told { title: "You are not logged in", what: "Logging in was stopped at eduID.", now: "Try again if you want to log in." }
            }
            "login_code" | "login_unavailable" => &Told {
                title: "Logging in does not work now",
                what: "eduID does not answer, or not as it should. You are not logged in.",
                now: "Try again in a few minutes.",
            },
            "login_eduid" => &Told {
                title: "eduID did not tell enough",
                what: "eduID did not pass on an eduID number. We know you by it; without it we cannot open a wallet. Nothing was kept.",
                now: "Tell the operator of this service: the eduID number must be released at eduID.",
            },
            "offer_ambiguous" => &Told {
                title: "This offer is ambiguous",
                what: "The link holds two offers at once. We opened neither.",
                now: "Ask the school for a new link.",
            },
            "offer_uri_scheme" => &Told {
                title: "We do not trust this link",
                what: "The link points to a kind of address that a school never uses. We fetched nothing.",
                now: "Ask the school for a new link. Did you get this link by mail? See who sent it.",
            },
            "offer_uri_address" => &Told {
                title: "We do not trust this link",
                what: "The link points to an address inside a network. A school does not use that. We fetched nothing.",
                now: "Ask the school for a new link.",
            },
            "offer_media_type" => &Told {
                title: "We cannot read this offer",
                what: "The offer has a form that is not allowed.",
                now: "Ask the school for a new link.",
            },
            "offer_invalid" => &Told {
                title: "We cannot read this offer",
                what: "Something is wrong in the school’s offer.",
                now: "Ask the school for a new link.",
            },
            "offer_unknown_configuration" => &Told {
                title: "The school does not know this credential",
                what: "The offer names a credential that the school does not issue.",
                now: "Ask the school for a new link.",
            },
            "offer_expired" | "offer_gone" => &Told {
                title: "This offer has expired",
                what: "The time to collect it is over. The credential itself is not gone.",
                now: "Ask the school for a new offer.",
            },
            "offer_withdrawn" => &Told {
                title: "This offer was withdrawn",
                what: "The school withdrew or replaced the offer.",
                now: "See whether there is a newer offer, or ask the school.",
            },
            "tx_code_exhausted" => &Told {
                title: "Too many wrong codes",
                what: "The code was entered wrong too often. The offer is closed now.",
                now: "Ask the school for a new offer with a new code.",
            },
            "issuer_mismatch" => &Told {
                title: "The school says it has another address",
                what: "The address in the link and the address that the school names are not the same.",
                now: "Ask the school for a new link.",
            },
            "issuer_identifier" => &Told {
                title: "This is not an address of a school",
                what: "The address of the issuer does not have the right shape. We fetched nothing.",
                now: "Ask the school for a new link.",
            },
            "issuer_metadata" => &Told {
                title: "The school’s data are wrong",
                what: "The school tells in a wrong way how we can collect the credential.",
                now: "Try later. Still not? Tell the school the code below.",
            },
            "issuer_redirect" => &Told {
                title: "The school sends us elsewhere",
                what: "We do not follow that, because then we do not know whom we talk to.",
                now: "Try later. Still not? Tell the school the code below.",
            },
            "issuer_too_large" => &Told {
                title: "The school sends too much",
                what: "The school’s answer was larger than it may be, or did not end.",
                now: "Try later. Still not? Tell the school the code below.",
            },
            "issuer_signature" => &Told {
                title: "The school’s data are not genuine",
                what: "The signature under the school’s data is wrong.",
                now: "Contact the school.",
            },
            "client_prefix" => &Told {
                title: "This request is not allowed like this",
                what: "Whoever asks names itself in a way that is not allowed.",
                now: "Go back to the site that asked and start again.",
            },
            "client_federation" => &Told {
                title: "This asker is not known here",
                what: "Whoever asks proves who they are by OpenID Federation. This wallet is not set up for that.",
                now: "Ask them to ask in another way. Whoever runs your wallet can put them into the register.",
            },
            "client_mismatch" => &Told {
                title: "The request contradicts itself",
                what: "The link names another asker than the request itself.",
                now: "Go back to the site that asked and start again.",
            },
            "client_auth" => &Told {
                title: "We are not sure who asks",
                what: "The proof of who asks is wrong. That is why we do not show the request.",
                now: "Go back to the site that asked. Do you not trust it? Then stop.",
            },
            "request_typ" => &Told {
                title: "This is not a request for a credential",
                what: "The message is not of the right kind.",
                now: "Go back to the site that asked and start again.",
            },
            "request_redirect" => &Told {
                title: "The asker sends us elsewhere",
                what: "We do not follow that, because then we do not know whom we talk to.",
                now: "Go back to the site that asked and start again.",
            },
            "request_used" => &Told {
                title: "This request was answered already",
                what: "A request can be answered once. Nothing new was shared now.",
                now: "Under Activity you see what happened then.",
            },
            "request_changed" => &Told {
                title: "The request has changed",
                what: "The request is no longer the one you saw on the screen.",
                now: "Go back and look at the request again.",
            },
            "request_expired" => &Told {
                title: "This request has expired",
                what: "The time to answer is over.",
                now: "Go back to the site that asked and start again.",
            },
            "invalid_request" => &Told {
                title: "We cannot read this request",
                what: "Something is missing, or something in it is wrong.",
                now: "Go back to where you came from and start again.",
            },
            "invalid_request_uri" => &Told {
                title: "This link was used or has expired",
                what: "The link to the request works only shortly and only once.",
                now: "Go back to the site that asked and start again.",
            },
            "invalid_request_uri_method" => &Told {
                title: "We cannot fetch this request",
                what: "The asker wants to give the request in a way that does not exist.",
                now: "Go back to the site that asked.",
            },
            "invalid_transaction_data" => &Told {
                title: "We cannot answer this request",
                what: "The asker also wants approval of something that this wallet cannot show.",
                now: "Go back to the site that asked.",
            },
            "vp_formats_not_supported" => &Told {
                title: "We do not know this kind of credential",
                what: "The asker wants a kind of credential that this wallet cannot hold.",
                now: "Go back to the site that asked.",
            },
            "wallet_nonce" => &Told {
                title: "The request is not of now",
                what: "The asker’s answer does not fit what we just asked.",
                now: "Go back to the site that asked and start again.",
            },
            "login_state" => &Told {
                title: "Logging in did not work",
                what: "The login began in another browser, or too long ago.",
                now: "Start logging in again, in this window.",
            },
            "login_issuer" => &Told {
                title: "Logging in did not work",
                what: "The answer did not come from the service where you logged in.",
                now: "Start logging in again.",
            },
            "login_token" => {
                &Told { title: "Logging in did not work", what: "The answer of eduID is wrong.", now: "Start logging in again." }
            }
            "csrf" | "session_csrf" | "origin" => &Told {
                title: "This page was too old",
                what: "The form does not belong to your present visit. Nothing changed.",
                now: "Go back, load the page again and try once more.",
            },
            "four_eyes" => {
                &Told { title: "This needs a second person", what: "Who prepares something cannot approve it.", now: "Ask a colleague." }
            }
            "status_final" => &Told {
                title: "This was withdrawn already",
                what: "A withdrawn credential cannot change any more.",
                now: "Issue a new credential if needed.",
            },
            "import_too_large" => {
                &Told { title: "This file is too large", what: "We read files up to 5 MB.", now: "Choose a smaller file." }
            }
            "import_media" => &Told {
                title: "We do not accept this kind of file",
                what: "There may be something in it that is not safe.",
                now: "Choose the file as the school gave it.",
            },
            "import_signature" => &Told {
                title: "The signature is wrong",
                what: "The credential was changed or damaged. We did not keep it.",
                now: "Ask the school for the credential again.",
            },
            "import_subject" => &Told {
                title: "This credential is somebody else’s",
                what: "The credential was not issued to you. We did not keep it.",
                now: "Ask the school for a credential for you.",
            },
            "not_found" => &Told {
                title: "This page is not there",
                what: "The address is wrong, or what stood here is gone.",
                now: "See whether the address is right, or go to the start.",
            },
            "too_large" => &Told { title: "This is too large", what: "You sent more than we read here.", now: "Try with less." },
            "too_many_requests" | "too_many" => {
                &Told { title: "Wait a moment", what: "Too many requests came in a short time.", now: "Wait a minute and try again." }
            }
            "unavailable" => {
                &Told { title: "Not available for a moment", what: "The service cannot help you now.", now: "Try again in a few minutes." }
            }
            "upstream" => &Told {
                title: "The other side does not answer",
                what: "A service that we need does not answer, or not right.",
                now: "Try again in a few minutes.",
            },
            "request_ended" => &Told {
                title: "This request has ended",
                what: "The request was answered already, has expired or was withdrawn.",
                now: "Ask whoever asked for a new request.",
            },
            "request_gone" => &Told {
                title: "This request has ended",
                what: "The asker says that the request is over. Nothing was shared.",
                now: "Go back to the site that asked and start again.",
            },
            "request_too_large" => &Told {
                title: "The request is too large",
                what: "The asker sends more than we read.",
                now: "Go back to the site that asked.",
            },
            "request_unreachable" => &Told {
                title: "The asker does not answer",
                what: "We could not fetch the request. Nothing was shared.",
                now: "Try again in a few minutes.",
            },
            "request_uri_scheme" => &Told {
                title: "We do not trust this request",
                what: "The link points to a kind of address that we do not open. We fetched nothing.",
                now: "Go back to the site that asked.",
            },
            "request_uri_address" => &Told {
                title: "We do not trust this request",
                what: "The link points to an address inside a network. We fetched nothing.",
                now: "Go back to the site that asked.",
            },
            "asker_suspended" => &Told {
                title: "This organisation may not ask now",
                what: "The register has suspended this organisation. That is why we do not show the request.",
                now: "Contact the organisation itself.",
            },
            "authorization_over" => &Told {
                title: "This took too long",
                what: "The time to choose is over, or you chose already. Nothing was given.",
                now: "Start again in your wallet.",
            },
            "approver_only" => &Told {
                title: "You may not record this",
                what: "Only staff who are appointed to it record a decision of the examination board. Nothing changed.",
                now: "Ask a colleague who may, or your administrator.",
            },
            "award_decided" => &Told {
                title: "There is nothing to decide here",
                what: "This result does not wait for the examination board, or not any more. Nothing changed.",
                now: "See in the list of results how it stands.",
            },
            "offer_subject_mismatch" => &Told {
                title: "This credential is for somebody else",
                what: "You logged in with another eduID than the one that the credential is waiting for. Nothing was given.",
                now: "Start again in your wallet and log in with your own eduID.",
            },
            "nothing_to_share" => &Told {
                title: "There is nothing to share",
                what: "You have no credential that can be shared like this.",
                now: "Go to your credentials and choose one.",
            },
            "offer_answered" => &Told {
                title: "This offer was answered already",
                what: "You got this credential already, or you refused it.",
                now: "Look at your credentials or at Activity.",
            },
            "tx_code_required" => &Told {
                title: "A code belongs to it",
                what: "A code belongs to this offer, and it was not filled in yet.",
                now: "Look up the code that the institution gave you by another way, and fill it in.",
            },
            "internal" => &Told {
                title: "Something went wrong on our side",
                what: "This is our fault. What you did may not have worked.",
                now: "Try again in a few minutes. Still not? Name the code below.",
            },
            "tx_code_wrong" => &Told {
                title: "The code is wrong",
                what: "The code that you entered does not belong to this offer.",
                now: "Look again and try once more.",
            },
            "form" => &Told {
                title: "We could not read that form",
                what: "Something was missing, or there was too much in it. Nothing changed.",
                now: "Go back, load the page again and try once more.",
            },
            "host" => &Told {
                title: "This address is not ours",
                what: "You came here with a web address that does not belong to this service.",
                now: "See whether the web address is right.",
            },
            _ => return super::badges::told(crate::Lang::En, code),
        })
    },
    status: |status| match status {
        401 => &Told { title: "Log in first", what: "This page is only for those who are logged in.", now: "Log in and try again." },
        403 => &Told {
            title: "This is not allowed",
            what: "You have no access to this. Nothing changed.",
            now: "Go back, load the page again and try once more.",
        },
        404 => &Told {
            title: "This page is not there",
            what: "The address is wrong, or what stood here is gone.",
            now: "See whether the address is right, or go to the start.",
        },
        405 | 501 => &Told {
            title: "This page does not work like that",
            what: "This page cannot do what was asked.",
            now: "Go back and start again.",
        },
        409 => &Told {
            title: "This is no longer possible",
            what: "It has changed in the meantime, or it was done already.",
            now: "Load the page again to see how it is now.",
        },
        410 => &Told { title: "This is over", what: "What stood here has ended.", now: "Ask for a new link." },
        413 | 431 => &Told { title: "This is too large", what: "You sent more than we read here.", now: "Try with less." },
        429 => &Told { title: "Wait a moment", what: "Too many requests came in a short time.", now: "Wait a minute and try again." },
        502 | 504 => &Told {
            title: "The other side does not answer",
            what: "A service that we need does not answer, or not right.",
            now: "Try again in a few minutes.",
        },
        503 => &Told { title: "Not available for a moment", what: "The service cannot help you now.", now: "Try again in a few minutes." },
        500 => &Told {
            title: "Something went wrong on our side",
            what: "This is our mistake. What you did may not have worked.",
            now: "Try again in a few minutes. Still not? Mention the code below.",
        },
        _ => &Told {
            title: "We could not read that",
            what: "Something is wrong in what we got. Nothing changed.",
            now: "Go back to where you came from and start again.",
        },
    },
};
