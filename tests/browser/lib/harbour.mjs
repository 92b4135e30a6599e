// A sailing school that nobody registered, made of npm's oidc-provider: its authorization server and its credential issuer, with a login, pushed requests, PKCE, DPoP with nonces, scopes only, and wallets that are vouched for or known by their keys.
import { X509Certificate, createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import Provider from 'oidc-provider';

const people = ['noor'];
const es256 = (privateKey, data) => sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const loginPage = (uid) => `<!doctype html><html lang="nl"><title>Inloggen bij de haven</title><main><h1>Inloggen bij de haven</h1><form method="post" action="/interaction/${uid}">
<button name="person" value="noor">Noor</button><button name="person" value="">terug</button></form></main></html>`;

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

async function json(fetch, url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}

/** `attested`: wallets must be vouched for; else they are known by the keys of their own metadata. `identifier`: its name behind a proxy, which `leads` there. */
export class Harbour {
  asked = [];
  failures = [];
  issued = [];
  vouched = [];

  static async start({ wallet, attested, identifier, leads, fetch = globalThis.fetch }) {
    const harbour = new Harbour();
    Object.assign(harbour, { wallet, attested });
    harbour.server = createServer((request, response) => harbour.answer(request, response));
    await new Promise((resolve) => harbour.server.listen(0, '127.0.0.1', resolve));
    const { port } = harbour.server.address();
    harbour.identifier = identifier ?? `http://localhost:${port}`;
    leads?.(port);
    harbour.signing = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    // Nobody registered this school, so the wallet meets it under an identity of its own.
    const own = createHash('sha256').update(harbour.identifier).digest('base64url').slice(0, 22);
    harbour.client = await json(fetch, `${wallet}/client-metadata/${own}`);
    harbour.attester = await json(fetch, `${wallet}/client-attester.json`);
    harbour.provider = harbour.provide();
    harbour.provider.proxy = Boolean(identifier);
    harbour.rest = harbour.provider.callback();
    for (const event of ['server_error', 'grant.error', 'pushed_authorization_request.error', 'credential.error', 'challenge.error']) {
      harbour.provider.on(event, (_, error) => harbour.failures.push(`${event}: ${error.message} ${error.error_detail ?? error.error_description ?? ''} ${error.cause?.stack ?? ''}`));
    }
    return harbour;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  provide() {
    const { client_id, redirect_uris, jwks } = this.client;
    const method = this.attested ? { token_endpoint_auth_method: 'attest_jwt_client_auth' } : { token_endpoint_auth_method: 'private_key_jwt', jwks };
    const key = this.signing.privateKey.export({ format: 'jwk' });
    const sailing = {
      format: 'dc+sd-jwt',
      vct: `${this.identifier}/vct/sailing`,
      scope: 'sailing',
      cryptographic_binding_methods_supported: ['jwk'],
      credential_signing_alg_values_supported: ['ES256'],
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      credential_metadata: { display: [{ name: 'Vaarbewijs', locale: 'nl' }, { name: 'Sailing licence', locale: 'en' }] },
    };
    return new Provider(this.identifier, {
      clients: [{ client_id, redirect_uris, grant_types: ['authorization_code'], response_types: ['code'], scope: 'sailing', dpop_bound_access_tokens: true, id_token_signed_response_alg: 'ES256', require_pushed_authorization_requests: true, ...method }],
      clientAuthMethods: [method.token_endpoint_auth_method],
      enabledJWA: { attestSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256'], dPoPSigningAlgValues: ['ES256'] },
      scopes: ['sailing'],
      jwks: { keys: [{ ...key, kid: 'as', alg: 'ES256', use: 'sig' }] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      pkce: { required: () => true },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      cookies: { keys: ['a key of this run'] },
      features: {
        devInteractions: { enabled: false },
        userinfo: { enabled: false },
        pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
        dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => this.identifier,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({ scope: 'sailing', audience: `${this.identifier}/credential`, accessTokenFormat: 'opaque' }),
        },
        attestClientAuth: { enabled: this.attested, ack: 'draft-12', challengeSecret: randomBytes(32), getAttestationSignaturePublicKey: (_, header, payload) => this.believe(header, payload), assertAttestationJwtAndPop: () => {} },
        openid4vci: {
          enabled: true,
          ack: 'experimental-01',
          nonceSecret: randomBytes(32),
          credentialConfigurationsSupported: { sailing },
          credentialEndpointExpectedAudience: () => `${this.identifier}/credential`,
          issueCredential: (_, { proofs, account }) => this.issue(proofs, account.accountId),
        },
      },
    });
  }

  /** The key of an attestation, by a chain that leads to the anchor which the wallet's operator published. */
  believe({ x5c }, { iss, sub, wallet_name }) {
    const [leaf] = x5c.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
    const anchors = this.attester.x5c_trust_anchors.map((der) => new X509Certificate(Buffer.from(der, 'base64')));
    const known = iss === this.attester.issuer && anchors.some((anchor) => leaf.checkIssued(anchor) && leaf.verify(anchor.publicKey));
    if (!known) throw new Error('nobody who is known here vouches for it');
    this.vouched.push({ iss, sub, wallet_name });
    return leaf.publicKey;
  }

  async issue(proofs, account) {
    const sdJwt = new SDJwtVcInstance({ signer: (data) => es256(this.signing.privateKey, data), signAlg: 'ES256', hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt });
    const credentials = [];
    for (const proof of proofs.jwt) {
      const { jwk } = decodeProtectedHeader(proof);
      const payload = { iss: this.identifier, vct: `${this.identifier}/vct/sailing`, iat: Math.floor(Date.now() / 1000), waters: 'Kust en binnenwater', cnf: { jwk } };
      credentials.push({ credential: await sdJwt.issue(payload, { _sd: ['waters'] }, { header: { kid: 'as' } }) });
    }
    this.issued.push({ account, by: decodeJwt(proofs.jwt[0]).iss, copies: credentials.length });
    return { credentials };
  }

  /** An offer that is fetched with a login. */
  offer() {
    const offer = { credential_issuer: this.identifier, credential_configuration_ids: ['sailing'], grants: { authorization_code: { issuer_state: randomUUID() } } };
    return `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`;
  }

  async answer(request, response) {
    const { pathname } = new URL(request.url, this.identifier);
    this.asked.push({ path: pathname, headers: request.headers });
    if (pathname === '/.well-known/jwt-vc-issuer') {
      const keys = [{ ...this.signing.publicKey.export({ format: 'jwk' }), kid: 'as', alg: 'ES256' }];
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ issuer: this.identifier, jwks: { keys } }));
    }
    // A test may have it answer the browser under another name.
    const setHeader = response.setHeader.bind(response);
    response.setHeader = (name, value) => {
      const back = this.pretends && /^location$/i.test(name) && value.includes('/wallet/collected/');
      return setHeader(name, back ? value.replace(/iss=[^&]*/, `iss=${encodeURIComponent(this.pretends)}`) : value);
    };
    if (!pathname.startsWith('/interaction/')) return this.rest(request, response);
    return this.interact(request, response).catch((error) => {
      this.failures.push(error.stack);
      response.writeHead(500).end();
    });
  }

  /** Asks who it is, and takes that for consent. */
  async interact(request, response) {
    const { uid, prompt, params, grantId, session } = await this.provider.interactionDetails(request, response);
    const finish = (result) => this.provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
    if (prompt.name === 'consent') {
      const grant = grantId ? await this.provider.Grant.find(grantId) : new this.provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope('sailing');
      grant.addResourceScope(this.identifier, 'sailing');
      return finish({ consent: { grantId: await grant.save() } });
    }
    if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(loginPage(uid));
    const person = (await body(request)).get('person');
    return finish(people.includes(person) ? { login: { accountId: person } } : { error: 'access_denied', error_description: 'turned back' });
  }
}
