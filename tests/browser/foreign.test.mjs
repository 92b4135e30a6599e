// A second, foreign pair of eyes: SD-JWT VCs verified and offers redeemed by software that others wrote.
import assert from 'node:assert/strict';
import { X509Certificate, createPublicKey, createPrivateKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { Openid4vciClient } from '@openid4vc/openid4vci';
import { clientAuthenticationNone } from '@openid4vc/oauth2';
import { call, startDemo } from './lib/demo.mjs';

let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo?.stop());

const samira = () => demo.learners.find((learner) => learner.persona === 'samira');
const school = () => demo.institutions.find((institution) => institution.slug === 'hogeschool-voorbeeld');

async function award(kind = {}) {
  const body = {
    kind: 'microcredential',
    reference: randomUUID(),
    template: 'data-analyse-basis',
    learner: { eduid: samira().eduid['hogeschool-voorbeeld'], given_name: 'Samira', family_name: 'de Vries', birthdate: '2004-05-17' },
    awarded_date: '2026-02-01',
    result: { type: '1-10', value: '8', passed: true },
    final: { by: 'examination board', on: '2026-02-03' },
    deliver: false,
    ...kind,
  };
  const answer = await call('POST', `${school().credential_issuer}/api/v1/awards`, { key: school().api_key, body });
  assert.equal(answer.status, 201, JSON.stringify(answer.value));
  return answer.value.id;
}

async function offer(configuration = 'microcredential-sd-jwt') {
  const body = { award: await award(), credential_configuration_ids: [configuration] };
  const answer = await call('POST', `${school().credential_issuer}/api/v1/offers`, { key: school().api_key, body });
  assert.equal(answer.status, 201, JSON.stringify(answer.value));
  return answer.value;
}

/** Our wallet's part played by foreign software: keys, a client, and what it needs to sign a proof. */
function foreignWallet() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const signJwt = async (signer, { header, payload }) => {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const input = `${part({ ...header, jwk })}.${part(payload)}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return { jwt: `${input}.${signature}`, signerJwk: jwk };
  };
  const client = new Openid4vciClient({
    allowInsecureUrls: true,
    callbacks: {
      fetch,
      hash: (data, algorithm) => digest(data, algorithm.toLowerCase()),
      generateRandom: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
      signJwt,
      verifyJwt: async () => ({ verified: false }),
      encryptJwe: () => assert.fail('nothing is to be encrypted'),
      decryptJwe: () => assert.fail('nothing is to be decrypted'),
      getX509CertificateMetadata: () => ({ sanDnsNames: [], sanUriNames: [] }),
      clientAuthentication: clientAuthenticationNone({ clientId: 'foreign-wallet' }),
    },
  });
  return { client, jwk, privateKey };
}

async function redeem(made, configuration = 'microcredential-sd-jwt') {
  const { client, jwk, privateKey } = foreignWallet();
  const credentialOffer = await client.resolveCredentialOffer(made.deep_link);
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const token = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({ credentialOffer, issuerMetadata, txCode: made.tx_code });
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata });
  const proof = await client.createCredentialRequestJwtProof({
    issuerMetadata,
    credentialConfigurationId: configuration,
    nonce,
    issuedAt: new Date(demo.now),
    signer: { method: 'jwk', alg: 'ES256', publicJwk: jwk },
  });
  const answer = await client.retrieveCredentials({
    issuerMetadata,
    accessToken: token.accessTokenResponse.access_token,
    credentialConfigurationId: configuration,
    proofs: { jwt: [proof.jwt] },
  });
  const compact = answer.credentialResponse.credentials[0].credential;
  return { client, issuerMetadata, token, answer, compact, jwk, privateKey };
}

/** Checks ES256 with the leaf of `x5c`, and that the chain leads to the anchors that the demo names. */
function byChain(data, signature) {
  const header = JSON.parse(Buffer.from(data.split('.')[0], 'base64url'));
  const chain = header.x5c.map((text) => new X509Certificate(Buffer.from(text, 'base64')));
  const anchors = readFileSync(demo.trust_anchors_pem, 'utf8').match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g).map((pem) => new X509Certificate(pem));
  chain.forEach((certificate, at) => {
    const above = chain[at + 1] ?? anchors.find((anchor) => certificate.checkIssued(anchor));
    assert.ok(above && certificate.verify(above.publicKey), 'the chain leads to an anchor');
  });
  return verify('sha256', Buffer.from(data), { key: chain[0].publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

const sdJwtVc = (extra = {}) =>
  new SDJwtVcInstance({
    hasher: digest,
    hashAlg: 'sha-256',
    saltGenerator: generateSalt,
    verifier: byChain,
    statusVerifier: byChain,
    statusListFetcher: async (uri) => (await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })).text(),
    ...extra,
  });

test('an offer is redeemed by @openid4vc/openid4vci and the credential verified by @sd-jwt/sd-jwt-vc', async () => {
  const { client, issuerMetadata, token, answer, compact, jwk } = await redeem(await offer());
  const now = Math.floor(new Date(demo.now).getTime() / 1000);
  const { payload, header } = await sdJwtVc().verify(compact, { currentDate: now });
  assert.equal(header.typ, 'dc+sd-jwt');
  assert.equal(payload.vct, demo.types.microcredential);
  assert.equal(payload.iss, school().credential_issuer);
  assert.equal(payload.given_name, 'Samira');
  assert.deepEqual({ kty: payload.cnf.jwk.kty, x: payload.cnf.jwk.x, y: payload.cnf.jwk.y }, { kty: jwk.kty, x: jwk.x, y: jwk.y });
  await client.sendNotification({
    issuerMetadata,
    accessToken: token.accessTokenResponse.access_token,
    notification: { notificationId: answer.credentialResponse.notification_id, event: 'credential_accepted' },
  });
});

test('a flipped bit is seen by @sd-jwt/sd-jwt-vc', async () => {
  const { compact } = await redeem(await offer());
  const [jwt, ...disclosures] = compact.split('~');
  const [header, payload, signature] = jwt.split('.');
  const bytes = Buffer.from(payload, 'base64url');
  bytes[20] ^= 1;
  const changed = [[header, bytes.toString('base64url'), signature].join('.'), ...disclosures].join('~');
  const now = Math.floor(new Date(demo.now).getTime() / 1000);
  await assert.rejects(sdJwtVc().verify(changed, { currentDate: now }));
});

test('a revocation is seen by @sd-jwt/jwt-status-list within two seconds', async () => {
  const { compact } = await redeem(await offer());
  const payload = JSON.parse(Buffer.from(compact.split('~')[0].split('.')[1], 'base64url'));
  const { uri, idx } = payload.status.status_list;
  const status = async () => getListFromStatusListJWT(await (await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } })).text()).getStatus(idx);
  assert.equal(await status(), 0);
  const listed = await call('GET', `${school().credential_issuer}/api/v1/credentials`, { key: school().api_key });
  const mine = listed.value.items.find((item) => item.status_list_index === idx || item.status_index === idx) ?? listed.value.items[0];
  const answer = await call('POST', `${school().credential_issuer}/api/v1/credentials/${mine.id}/status`, {
    key: school().api_key,
    body: { status: 'revoked', reason: 'test' },
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.value));
  await new Promise((resolve) => setTimeout(resolve, 2100));
  assert.equal(await status(), 1);
});

test('a presentation with key binding is made by foreign software from what we issued', async () => {
  const { compact, privateKey } = await redeem(await offer());
  const kbSigner = async (data) => sign('sha256', Buffer.from(data), { key: createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' })), dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const now = Math.floor(new Date(demo.now).getTime() / 1000);
  const presenter = sdJwtVc({ kbSigner, kbSignAlg: 'ES256' });
  const presentation = await presenter.present(
    compact,
    { given_name: true },
    { kb: { payload: { iat: now, aud: 'https://verifier.example', nonce: 'n-0S6_WzA2Mj' } } },
  );
  const kbVerifier = async (data, signature, payload) =>
    verify('sha256', Buffer.from(data), { key: createPublicKey({ key: payload.cnf.jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
  const { payload } = await sdJwtVc({ kbVerifier }).verify(presentation, { currentDate: now, keyBindingNonce: 'n-0S6_WzA2Mj' });
  assert.equal(payload.given_name, 'Samira');
  assert.equal(payload.family_name, undefined);
});
