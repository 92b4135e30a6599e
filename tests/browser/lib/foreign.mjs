// A wallet and a verifier made of software that others wrote; of ours they get the credential and the trust anchors, nothing else.
import assert from 'node:assert/strict';
import { X509Certificate, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { Openid4vciClient } from '@openid4vc/openid4vci';
import { Openid4vpClient } from '@openid4vc/openid4vp';
import { clientAuthenticationNone } from '@openid4vc/oauth2';
import { setGlobalConfig } from '@openid4vc/utils';
import { CompactEncrypt, importJWK } from 'jose';

// The demo is plain HTTP on loopback.
setGlobalConfig({ allowInsecureUrls: true });

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));

/** What an SD-JWT's issuer signed: header, payload and signature, unverified. */
export function issued(compact) {
  const [header, payload, signature] = compact.split('~')[0].split('.');
  return { header: decode(header), payload: decode(payload), signature };
}

const certificates = (pem) => pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g).map((text) => new X509Certificate(text));

/** The leaf of `x5c`, when it leads to one of the anchors and every certificate is valid at `now`. */
export function leaf(x5c, anchorsPem, now = Date.now()) {
  const chain = x5c.map((text) => new X509Certificate(Buffer.from(text, 'base64')));
  const anchors = certificates(anchorsPem);
  chain.forEach((certificate, at) => {
    const above = chain[at + 1] ?? anchors.find((anchor) => certificate.checkIssued(anchor));
    assert.ok(above, 'the chain leads to an anchor');
    assert.ok(certificate.verify(above.publicKey), 'the certificate is signed by the one above');
    assert.ok(new Date(certificate.validFrom) <= now && now < new Date(certificate.validTo), 'the certificate is valid now');
  });
  return chain[0];
}

function checked(data, signature, key, alg) {
  const how = alg === 'EdDSA' ? null : 'sha256';
  return verify(how, Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

/** A verifier of SD-JWT VCs that knows the anchors; follows the status that a credential names. */
export function sdJwtVc(anchorsPem, extra = {}) {
  const byChain = (data, signature) => {
    const header = decode(data.split('.')[0]);
    assert.equal(header.alg, 'ES256');
    return checked(data, signature, leaf(header.x5c, anchorsPem).publicKey, 'ES256');
  };
  const kbVerifier = (data, signature, payload) =>
    checked(data, signature, createPublicKey({ key: payload.cnf.jwk, format: 'jwk' }), decode(data.split('.')[0]).alg);
  return new SDJwtVcInstance({ hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt, verifier: byChain, statusVerifier: byChain, kbVerifier, ...extra });
}

const kinds = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};

/** The claims that a DCQL credential query names, as `present` wants them. */
function frameOf({ claims }) {
  const frame = {};
  for (const { path } of claims) {
    path.slice(0, -1).reduce((at, step) => (at[step] ??= {}), frame)[path.at(-1)] = true;
  }
  return frame;
}

/** Somebody else's wallet, with one holder key of its own. `bound` is how its proofs name the key: `jwk` or `did:jwk`. */
export class ForeignWallet {
  constructor(anchorsPem, { alg = 'ES256', bound = 'jwk', clientId = 'foreign-wallet' } = {}) {
    const { privateKey, publicKey } = kinds[alg]();
    Object.assign(this, { anchorsPem, alg, bound, privateKey, jwk: publicKey.export({ format: 'jwk' }) });
    const callbacks = {
      fetch: (...request) => this.fetch(...request),
      hash: (data, name) => digest(data, name.toLowerCase()),
      generateRandom: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      signJwt: (_, { header, payload }) => {
        const input = `${encode(header)}.${encode(payload)}`;
        return { jwt: `${input}.${this.sign(input)}`, signerJwk: this.jwk };
      },
      verifyJwt: (signer, { compact }) => this.verifyRequest(signer, compact),
      encryptJwe: (encryptor, data) => this.encrypt(encryptor, data),
      decryptJwe: () => assert.fail('nothing is to be decrypted'),
      getX509CertificateMetadata: (text) => {
        const names = new X509Certificate(Buffer.from(text, 'base64')).subjectAltName.split(', ');
        const of = (kind) => names.filter((name) => name.startsWith(kind)).map((name) => name.slice(kind.length));
        return { sanDnsNames: of('DNS:'), sanUriNames: of('URI:') };
      },
      clientAuthentication: clientAuthenticationNone({ clientId }),
    };
    this.issuing = new Openid4vciClient({ callbacks });
    this.presenting = new Openid4vpClient({ callbacks });
  }

  fetch(...request) {
    return fetch(...request);
  }

  sign(input) {
    const how = this.alg === 'EdDSA' ? null : 'sha256';
    return sign(how, Buffer.from(input), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  }

  async verifyRequest(signer, compact) {
    assert.equal(signer.method, 'x5c');
    const [header, payload, signature] = compact.split('.');
    const certificate = leaf(signer.x5c, this.anchorsPem);
    const verified = checked(`${header}.${payload}`, signature, certificate.publicKey, signer.alg);
    return { verified, signerJwk: certificate.publicKey.export({ format: 'jwk' }) };
  }

  async encrypt({ publicJwk, alg, enc, apu, apv }, data) {
    const party = (text) => (text ? Buffer.from(text, 'base64url') : undefined);
    const sealed = new CompactEncrypt(Buffer.from(data))
      .setProtectedHeader({ alg, enc, kid: publicJwk.kid })
      .setKeyManagementParameters({ apu: party(apu), apv: party(apv) });
    return { jwe: await sealed.encrypt(await importJWK(publicJwk, alg)), encryptionJwk: publicJwk };
  }

  get signer() {
    if (this.bound === 'jwk') return { method: 'jwk', alg: this.alg, publicJwk: this.jwk };
    return { method: 'did', alg: this.alg, didUrl: `did:jwk:${encode(this.jwk)}#0` };
  }

  /** Redeems an offer as the issuer's API answered it; gives the credential and what it takes to notify. */
  async redeem(made, configuration) {
    const client = this.issuing;
    const credentialOffer = await client.resolveCredentialOffer(made.deep_link);
    const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
    const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode: made.tx_code });
    const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
    const proof = await client.createCredentialRequestJwtProof({ issuerMetadata, credentialConfigurationId: configuration, nonce, signer: this.signer });
    const accessToken = accessTokenResponse.access_token;
    const { credentialResponse } = await client.retrieveCredentials({
      issuerMetadata,
      accessToken,
      credentialConfigurationId: configuration,
      proofs: { jwt: [proof.jwt] },
    });
    const notify = (event) =>
      client.sendNotification({ issuerMetadata, accessToken, notification: { notificationId: credentialResponse.notification_id, event } });
    return { compact: credentialResponse.credentials[0].credential, notify };
  }

  /** The claims named in `frame`, bound to one verifier and one nonce. */
  present(compact, frame, { audience, nonce }) {
    const presenter = sdJwtVc(this.anchorsPem, { kbSigner: (data) => this.sign(data), kbSignAlg: this.alg });
    const iat = Math.floor(Date.now() / 1000);
    return presenter.present(compact, frame, { kb: { payload: { iat, aud: audience, nonce } } });
  }

  /** Reads a verifier's request and answers its one credential query with the claims of `compact` that it names. */
  async answer(authorizationRequest, compact) {
    const { params } = this.presenting.parseOpenid4vpAuthorizationRequest({ authorizationRequest });
    const { authorizationRequestPayload, client, dcql } = await this.presenting.resolveOpenId4vpAuthorizationRequest({ authorizationRequestPayload: params });
    const { nonce } = authorizationRequestPayload;
    const query = dcql.query.credentials[0];
    const presentation = await this.present(compact, frameOf(query), { audience: client.effective, nonce });
    const encrypted = authorizationRequestPayload.response_mode === 'direct_post.jwt';
    const response = await this.presenting.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload,
      authorizationResponsePayload: { vp_token: { [query.id]: [presentation] } },
      ...(encrypted && {
        jarm: {
          encryption: { nonce: '' },
          serverMetadata: {
            authorization_signing_alg_values_supported: [],
            authorization_encryption_alg_values_supported: ['ECDH-ES'],
            authorization_encryption_enc_values_supported: ['A256GCM', 'A128GCM'],
          },
        },
      }),
    });
    const sent = await this.presenting.submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload,
      authorizationResponsePayload: response.authorizationResponsePayload,
      jarm: response.jarm,
    });
    return { request: authorizationRequestPayload, client, response: sent.response };
  }
}
