// @openid4vc/openid4vci as a wallet that uses all of the protocol: both grants, DPoP, encryption, copies, later.
import { randomUUID } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from 'jose';
import { ForeignWallet } from './foreign.mjs';

const ENDPOINTS = /\/(credential|deferred-credential)$/;

/** A `ForeignWallet` that collects step by step. `dpop` binds its tokens to its key, `enc` has requests and answers encrypted. */
export class Collector extends ForeignWallet {
  constructor(anchorsPem, { dpop, enc, ...how } = {}) {
    super(anchorsPem, how);
    Object.assign(this, { enc, dpop: dpop && { signer: { method: 'jwk', alg: this.alg, publicJwk: this.jwk } }, seen: [] });
  }

  /** The library leaves encryption to what carries its requests; jose does it here. */
  async fetch(url, how = {}) {
    const path = new URL(url).pathname;
    if (!this.enc || !ENDPOINTS.test(path)) return fetch(url, how);
    const [key] = this.issuerMetadata.credentialIssuer.credential_request_encryption.jwks.keys;
    const own = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const jwk = { ...(await exportJWK(own.publicKey)), kid: randomUUID(), use: 'enc', alg: 'ECDH-ES' };
    const body = JSON.stringify({ ...JSON.parse(how.body), credential_response_encryption: { jwk, enc: this.enc } });
    const sealed = await new CompactEncrypt(Buffer.from(body)).setProtectedHeader({ alg: key.alg, enc: this.enc, kid: key.kid }).encrypt(await importJWK(key, key.alg));
    const headers = new Headers(how.headers);
    headers.set('content-type', 'application/jwt');
    const answer = await fetch(url, { ...how, headers, body: sealed });
    this.seen.push({ path, status: answer.status, type: answer.headers.get('content-type') });
    if (answer.headers.get('content-type') !== 'application/jwt') return answer;
    const { plaintext, protectedHeader } = await compactDecrypt(await answer.text(), own.privateKey);
    this.seen.at(-1).header = protectedHeader;
    return new Response(plaintext, { status: answer.status, headers: { 'content-type': 'application/json' } });
  }

  async read(link) {
    this.offer = await this.issuing.resolveCredentialOffer(link);
    this.issuerMetadata = await this.issuing.resolveIssuerMetadata(this.offer.credential_issuer);
  }

  keep({ accessTokenResponse, dpop }) {
    this.token = accessTokenResponse;
    if (this.dpop) this.dpop = { ...this.dpop, ...dpop };
  }

  async preAuthorized(txCode) {
    const { issuerMetadata, offer: credentialOffer, dpop } = this;
    this.keep(await this.issuing.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode, dpop }));
  }

  /** By way of the issuer's pages: `walk` gets the address to open, and gives the one that came back. */
  async authorized({ clientId, redirectUri, scope, details }, walk) {
    const { issuerMetadata, offer: credentialOffer, dpop } = this;
    const additionalRequestPayload = details && { authorization_details: JSON.stringify(details) };
    const asked = await this.issuing.initiateAuthorization({ clientId, redirectUri, scope, issuerMetadata, credentialOffer, dpop, additionalRequestPayload });
    const url = await walk(asked.authorizationRequestUrl);
    const [authorizationServerMetadata] = issuerMetadata.authorizationServers;
    const { code, error } = this.issuing.parseAndVerifyAuthorizationResponseRedirectUrl({ url, authorizationServerMetadata });
    if (error) throw new Error(error);
    const { codeVerifier: pkceCodeVerifier } = asked.pkce;
    this.keep(await this.issuing.retrieveAuthorizationCodeAccessTokenFromOffer({
      issuerMetadata, credentialOffer, authorizationCode: code, pkceCodeVerifier, redirectUri, dpop: asked.dpop ? { ...dpop, ...asked.dpop } : dpop,
    }));
  }

  /** The credential endpoint's answer: `credentials`, or the `transaction_id` of what is fetched later. */
  async collect(configuration) {
    const { issuerMetadata, dpop } = this;
    const { c_nonce: nonce } = await this.issuing.requestNonce({ issuerMetadata });
    const proof = await this.issuing.createCredentialRequestJwtProof({ issuerMetadata, credentialConfigurationId: configuration, nonce, signer: this.signer });
    const answer = await this.issuing.retrieveCredentials({
      issuerMetadata, dpop, accessToken: this.token.access_token, credentialConfigurationId: configuration, proofs: { jwt: [proof.jwt] },
    });
    if (this.dpop) this.dpop = { ...this.dpop, ...answer.dpop };
    return answer.credentialResponse;
  }

  notify(notificationId, event) {
    const { issuerMetadata, dpop } = this;
    return this.issuing.sendNotification({ issuerMetadata, dpop, accessToken: this.token.access_token, notification: { notificationId, event } });
  }
}
