// A second, foreign pair of eyes at each border: offers redeemed, credentials verified and requests answered by software that others wrote.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeList } from '@digitalbazaar/vc-bitstring-status-list';
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { verified } from './lib/badges.mjs';
import { call, startDemo } from './lib/demo.mjs';
import { issued, sdJwtVc } from './lib/foreign.mjs';
import { School } from './lib/redeem.mjs';

const MICROCREDENTIAL = 'microcredential-sd-jwt';

let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo?.stop());

const school = () => new School(demo);
const employer = () => demo.verifiers.find((verifier) => verifier.slug === 'werkgever-voorbeeld');
const now = () => Math.floor(Date.now() / 1000);
const verifyCredential = (compact, options = {}) => sdJwtVc(demo.trust_anchors_pem).verify(compact, { currentDate: now(), ...options });
const ours = (...call) => school().api(...call);

/** A fresh award, offered, and redeemed by a foreign wallet. */
const redeemed = ({ award = school().microcredential(), configuration = MICROCREDENTIAL, ...how } = {}) => school().redeemed(award, configuration, how);

for (const how of [{ alg: 'ES256' }, { alg: 'EdDSA' }, { alg: 'ES256', bound: 'did:jwk' }]) {
  test(`an offer is redeemed by @openid4vc/openid4vci with ${how.alg} by ${how.bound ?? 'jwk'}, and verified by @sd-jwt/sd-jwt-vc`, async () => {
    const { wallet, compact, offer, notify } = await redeemed(how);
    const { payload, header } = await verifyCredential(compact);
    assert.equal(header.typ, 'dc+sd-jwt');
    assert.equal(payload.vct, demo.types.microcredential);
    assert.equal(payload.iss, school().credential_issuer);
    assert.equal(payload.given_name, 'Samira');
    assert.equal(payload.family_name, 'de Vries');
    const { kty, crv, x, y } = payload.cnf.jwk;
    assert.deepEqual({ kty, crv, x, y }, { kty: wallet.jwk.kty, crv: wallet.jwk.crv, x: wallet.jwk.x, y: wallet.jwk.y });
    await notify('credential_accepted');
    assert.equal((await ours('GET', `/offers/${offer}`, undefined, 200)).state, 'issued');
  });
}

test('a proof of enrolment is redeemed and verified', async () => {
  const { compact } = await redeemed({ award: school().enrolment(), configuration: 'enrolment-sd-jwt' });
  const { payload } = await verifyCredential(compact);
  assert.equal(payload.vct, demo.types.enrolment);
  assert.match(JSON.stringify(payload), /Communicatie/);
});

test('a flipped bit is seen by @sd-jwt/sd-jwt-vc, in what was signed and in a disclosure', async () => {
  const { compact } = await redeemed();
  await verifyCredential(compact);
  const [jwt, disclosure, ...others] = compact.split('~');
  const flip = (part) => {
    const bytes = Buffer.from(part, 'base64url');
    bytes[bytes.length - 4] ^= 1;
    return bytes.toString('base64url');
  };
  const [header, payload, signature] = jwt.split('.');
  await assert.rejects(verifyCredential([[header, flip(payload), signature].join('.'), disclosure, ...others].join('~')));
  await assert.rejects(verifyCredential([[header, payload, flip(signature)].join('.'), disclosure, ...others].join('~')), /Signature/);
  // A disclosure that nothing refers to may be passed over by a verifier; its claim must not appear.
  const [, name] = JSON.parse(Buffer.from(disclosure, 'base64url'));
  const seen = await verifyCredential([jwt, flip(disclosure), ...others].join('~')).catch(() => ({ payload: {} }));
  assert.equal(seen.payload[name], undefined);
});

test('another anchor vouches for nothing of ours', async () => {
  const { compact } = await redeemed();
  const other = await startDemo();
  try {
    await assert.rejects(sdJwtVc(other.trust_anchors_pem).verify(compact, { currentDate: now() }), /anchor/);
  } finally {
    await other.stop();
  }
});

test('a suspension and a revocation are seen by @sd-jwt/jwt-status-list and @digitalbazaar/vc-bitstring-status-list within two seconds', async () => {
  const { compact } = await redeemed();
  const { uri, idx } = issued(compact).payload.status.status_list;
  const status = async () => {
    const answer = await fetch(uri, { headers: { accept: 'application/statuslist+jwt' } });
    assert.equal(answer.headers.get('content-type'), 'application/statuslist+jwt');
    return getListFromStatusListJWT(await answer.text()).getStatus(idx);
  };
  const bit = async (purpose) => {
    const answer = await fetch(`${uri}/${purpose}`, { headers: { accept: 'application/vc' } });
    assert.equal(answer.headers.get('content-type'), 'application/vc');
    const list = await answer.json();
    const proof = await verified(list);
    assert.ok(proof.verified, JSON.stringify(proof.error));
    return (await decodeList(list.credentialSubject)).getStatus(idx);
  };
  // Which of the issued credentials is this one? The one whose status moves with it: the last that was issued.
  const { items } = await ours('GET', '/credentials', undefined, 200);
  const mine = items.toSorted((one, other) => other.issued_at.localeCompare(one.issued_at))[0];
  for (const [word, value] of [['suspended', 2], ['valid', 0], ['revoked', 1]]) {
    await ours('POST', `/credentials/${mine.id}/status`, { status: word, reason: 'test' }, 200);
    for (const end = Date.now() + 2000; (await status()) !== value && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await status(), value, word);
    assert.deepEqual([await bit('revocation'), await bit('suspension')], [value === 1, value === 2], word);
    if (value === 0) await verifyCredential(compact);
    else await assert.rejects(verifyCredential(compact), /Status is not valid/);
  }
});

test('a presentation by @sd-jwt/sd-jwt-vc of what we issued holds two claims and is bound', async () => {
  const { compact, wallet } = await redeemed({ alg: 'EdDSA' });
  const presentation = await wallet.present(compact, { given_name: true, family_name: true }, { audience: 'https://verifier.example', nonce: 'n-0S6_WzA2Mj' });
  const { payload, kb } = await verifyCredential(presentation, { keyBindingNonce: 'n-0S6_WzA2Mj' });
  assert.equal(payload.given_name, 'Samira');
  assert.equal(payload.birthdate, undefined);
  assert.equal(kb.payload.aud, 'https://verifier.example');
});

const ask = async (extra) => {
  const body = { use_case: 'microcredential', purpose: { nl: 'Sollicitatie', en: 'Application' }, retention_days: 30, ...extra };
  const answer = await call('POST', `${demo.verifier}/api/v1/requests`, { key: employer().api_key, body });
  assert.equal(answer.status, 201, JSON.stringify(answer.value));
  return answer.value;
};
const result = async ({ id }) => (await call('GET', `${demo.verifier}/api/v1/requests/${id}`, { key: employer().api_key })).value;

for (const alg of ['ES256', 'EdDSA']) {
  for (const prefix of ['x509_hash', 'x509_san_dns', 'redirect_uri']) {
    for (const mode of ['direct_post', 'direct_post.jwt']) {
      test(`our request (${prefix}, ${mode}) is answered by @openid4vc/openid4vp with ${alg}, and found valid`, async () => {
        const { compact, wallet } = await redeemed({ alg });
        const asked = await ask({ client_id_prefix: prefix, response_mode: mode });
        const { client, response } = await wallet.answer(asked.authorization_request, compact);
        assert.equal(client.prefix, prefix);
        assert.equal(response.status, 200, await response.clone().text());
        const { state, report, claims } = await result(asked);
        assert.equal(state, 'received');
        assert.equal(report.verdict, 'valid', JSON.stringify(report));
        assert.match(JSON.stringify(claims), /Samira/);
      });
    }
  }
}
