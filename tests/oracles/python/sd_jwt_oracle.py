"""Answers questions about SD-JWTs with the `sd-jwt` package: one JSON question per line in, one JSON answer per line out."""

import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier


def key(jwk):
    return JWK.from_json(json.dumps(jwk))


def concealed(value):
    """Objects and arrays with each member and element selectively disclosable where it is wrapped as {"$sd": value}."""
    if isinstance(value, list):
        return [SDObj(concealed(item["$sd"])) if wrapped(item) else concealed(item) for item in value]
    if isinstance(value, dict):
        return {SDObj(name) if wrapped(item) else name: concealed(item["$sd"] if wrapped(item) else item) for name, item in value.items()}
    return value


def wrapped(value):
    return isinstance(value, dict) and list(value) == ["$sd"]


def issue(question):
    issuer = SDJWTIssuer(
        concealed(question["claims"]),
        key(question["issuer"]),
        key(question["holder"]) if "holder" in question else None,
        add_decoy_claims=question.get("decoys", False),
        serialization_format=question.get("serialization", "compact"),
        extra_header_parameters=question.get("header", {}),
    )
    return issuer.sd_jwt_issuance


def present(question):
    holder = SDJWTHolder(question["sd_jwt"])
    holder.create_presentation(question["disclose"], question["nonce"], question["aud"], key(question["holder"]))
    return holder.sd_jwt_presentation


def verify(question):
    verifier = SDJWTVerifier(
        question["sd_jwt"],
        lambda issuer, header: key(question["issuer"]),
        question.get("aud"),
        question.get("nonce"),
        serialization_format=question.get("serialization", "compact"),
    )
    return verifier.get_verified_payload()


for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = {"ok": {"issue": issue, "present": present, "verify": verify}[question["do"]](question)}
    except Exception as error:  # Whatever it does not like is its answer.
        answer = {"refused": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
