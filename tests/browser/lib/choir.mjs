// A choir school that nobody registered, made of @openid4vc/openid4vci, @sd-jwt/sd-jwt-vc and jose: everything it hears and says of a credential is encrypted.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { createServer } from 'node:http';
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { Openid4vciIssuer } from '@openid4vc/openid4vci';
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';

const PRE_AUTHORIZED = 'urn:ietf:params:oauth:grant-type:pre-authorized_code';
const es256 = (privateKey, data) => sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');

function verifyJwt({ publicJwk }, { compact }) {
  const [header, payload, signature] = compact.split('.');
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  const verified = verify('sha256', Buffer.from(`${header}.${payload}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  return { verified, signerJwk: publicJwk };
}

export class Choir {
  codes = new Map();
  tokens = new Map();
  nonces = new Set();
  heard = [];
  notified = [];

  static async start() {
    const choir = new Choir();
    choir.server = createServer((request, response) => choir.answer(request, response));
    await new Promise((resolve) => choir.server.listen(0, '127.0.0.1', resolve));
    choir.identifier = `http://localhost:${choir.server.address().port}`;
    choir.signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    choir.opening = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    choir.library = new Openid4vciIssuer({ callbacks: { fetch, hash: (data, name) => digest(data, name.toLowerCase()), verifyJwt } });
    choir.metadata = choir.library.createCredentialIssuerMetadata(choir.describe());
    return choir;
  }

  /** Itself, as the library wants to be told. */
  get known() {
    const knownCredentialConfigurations = this.library.getKnownCredentialConfigurationsSupported(this.metadata);
    return { credentialIssuer: this.metadata, authorizationServers: [{ issuer: this.identifier }], knownCredentialConfigurations };
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  describe() {
    const { identifier } = this;
    const key = { ...this.opening.publicKey.export({ format: 'jwk' }), kid: 'opening', use: 'enc', alg: 'ECDH-ES' };
    const song = {
      format: 'dc+sd-jwt',
      vct: `${identifier}/vct/song`,
      cryptographic_binding_methods_supported: ['jwk'],
      credential_signing_alg_values_supported: ['ES256'],
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      credential_metadata: { display: [{ name: 'Zangdiploma', locale: 'nl' }, { name: 'Singing diploma', locale: 'en' }] },
    };
    return {
      credential_issuer: identifier,
      credential_endpoint: `${identifier}/credential`,
      nonce_endpoint: `${identifier}/nonce`,
      notification_endpoint: `${identifier}/notification`,
      credential_request_encryption: { jwks: { keys: [key] }, enc_values_supported: ['A128GCM'], encryption_required: true },
      credential_response_encryption: { alg_values_supported: ['ECDH-ES'], enc_values_supported: ['A128GCM'], encryption_required: true },
      display: [{ name: 'Choir school', locale: 'en' }],
      credential_configurations_supported: { song },
    };
  }

  /** The link of an offer without a transaction code. */
  async offer(title) {
    const code = randomUUID();
    this.codes.set(code, title);
    const { credentialOffer } = await this.library.createCredentialOffer({
      issuerMetadata: this.known,
      credentialConfigurationIds: ['song'],
      grants: { [PRE_AUTHORIZED]: { 'pre-authorized_code': code } },
    });
    return credentialOffer;
  }

  async answer(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const json = (status, value) => response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value));
    const routes = {
      '/.well-known/openid-credential-issuer': () => json(200, this.metadata),
      '/.well-known/oauth-authorization-server': () => json(200, {
        issuer: this.identifier, token_endpoint: `${this.identifier}/token`, grant_types_supported: [PRE_AUTHORIZED], 'pre-authorized_grant_anonymous_access_supported': true,
      }),
      '/.well-known/jwt-vc-issuer': () => json(200, { issuer: this.identifier, jwks: { keys: [{ ...this.signing.publicKey.export({ format: 'jwk' }), kid: 'signing', alg: 'ES256' }] } }),
      '/token': () => this.token(new URLSearchParams(body), json),
      '/nonce': () => {
        const nonce = randomUUID();
        this.nonces.add(nonce);
        json(200, this.library.createNonceResponse({ cNonce: nonce }));
      },
      '/credential': () => this.credential(request, body, response),
      '/notification': () => {
        this.notified.push(JSON.parse(body));
        response.writeHead(204).end();
      },
    };
    try {
      await (routes[request.url] ?? (() => json(404, {})))();
    } catch (error) {
      this.heard.push(error.stack);
      json(500, {});
    }
  }

  token(form, json) {
    const code = form.get('pre-authorized_code');
    if (!this.codes.has(code)) return json(400, { error: 'invalid_grant' });
    const token = randomUUID();
    this.tokens.set(token, this.codes.get(code));
    this.codes.delete(code);
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: 300 });
  }

  async credential(request, body, response) {
    assert.equal(request.headers['content-type'], 'application/jwt');
    const title = this.tokens.get(request.headers.authorization.replace('Bearer ', ''));
    assert.ok(title);
    const { plaintext } = await compactDecrypt(body, this.opening.privateKey);
    const credentialRequest = JSON.parse(Buffer.from(plaintext));
    // The library still wants the `alg` of drafts, which OpenID4VCI 1.0 section 8.2 leaves to the key.
    credentialRequest.credential_response_encryption.alg = credentialRequest.credential_response_encryption.jwk.alg;
    const parsed = this.library.parseCredentialRequest({ issuerMetadata: this.known, credentialRequest });
    const [jwt] = parsed.proofs.jwt;
    const { nonce } = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    assert.ok(this.nonces.delete(nonce));
    const { signer } = await this.library.verifyCredentialRequestJwtProof({ issuerMetadata: this.known, expectedNonce: nonce, jwt });
    const sdJwt = new SDJwtVcInstance({ signer: (data) => es256(this.signing.privateKey, data), signAlg: 'ES256', hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt });
    const payload = { iss: this.identifier, vct: `${this.identifier}/vct/song`, iat: Math.floor(Date.now() / 1000), song: title, cnf: { jwk: signer.publicJwk } };
    const credential = await sdJwt.issue(payload, { _sd: ['song'] }, { header: { kid: 'signing' } });
    const answer = this.library.createCredentialResponse({ credentialRequest: parsed, credentials: [{ credential }], notificationId: 'sung' });
    const { jwk, enc } = credentialRequest.credential_response_encryption;
    const header = { alg: jwk.alg, enc, kid: jwk.kid };
    const sealed = await new CompactEncrypt(Buffer.from(JSON.stringify(answer))).setProtectedHeader(header).encrypt(await importJWK(jwk));
    response.writeHead(200, { 'content-type': 'application/jwt', 'cache-control': 'no-store' }).end(sealed);
  }
}
