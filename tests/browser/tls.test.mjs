// Behind TLS, under names of the world: others meet our issuer's metadata, did:web and jwt-vc-issuer there, and our verifier does.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { after, before, test } from 'node:test';
import { setGlobalConfig } from '@openid4vc/utils';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { Collector } from './lib/collector.mjs';
import { CredoWallet, compacts } from './lib/credo.mjs';
import { School } from './lib/redeem.mjs';
import { startWorld } from './lib/tls.mjs';

const SD_JWT = 'microcredential-sd-jwt';
const BADGE = 'microcredential-open-badge-jwt';
const own = { fetch: globalThis.fetch, agent: https.globalAgent };

let world, school;
before(async () => {
  // Nobody here takes plain HTTP.
  setGlobalConfig({ allowInsecureUrls: false });
  world = await startWorld();
  Object.assign(globalThis, { fetch: world.fetch });
  https.globalAgent = world.agent;
  school = new School({ ...world, institutions: [world.school], learners: [{ persona: 'samira', eduid: { school: randomUUID() } }] }, 'school');
});
after(async () => {
  globalThis.fetch = own.fetch;
  https.globalAgent = own.agent;
  await world?.stop();
});

async function offered(configuration) {
  const award = await school.api('POST', '/awards', { ...school.microcredential(), reference: randomUUID(), deliver: false }, 201);
  return school.api('POST', '/offers', { award: award.id, credential_configuration_ids: [configuration] }, 201);
}

test('Credo collects with DPoP, the key of jwt-vc-issuer verifies what it got, and our verifier finds all of it', async () => {
  const wallet = await CredoWallet.open(world.trust_anchors_pem, { insecure: false, fetch: world.fetch });
  try {
    const offer = await offered(SD_JWT);
    await wallet.read(offer.deep_link);
    await wallet.preAuthorized(offer.tx_code);
    assert.equal(wallet.token.accessTokenResponse.token_type, 'DPoP');
    const { credentials: [credential] } = await wallet.collect({ copies: 2 });
    await wallet.notify(credential, 'credential_accepted');
    const [compact] = compacts(credential);
    const [jwt] = compact.split('~');
    const { kid, alg } = decodeProtectedHeader(jwt);

    const metadata = await (await world.fetch(`${world.issuer}/.well-known/jwt-vc-issuer/school`)).json();
    assert.equal(metadata.issuer, world.school.credential_issuer);
    const keys = metadata.jwks?.keys ?? (await (await world.fetch(metadata.jwks_uri)).json()).keys;
    const key = keys.find((one) => one.kid === kid);
    await jwtVerify(jwt, await importJWK(key, alg));

    const checked = await world.fetch(`${world.verifier}/api/v1/verify`, { method: 'POST', headers: { 'content-type': 'application/dc+sd-jwt' }, body: compact });
    assert.equal(checked.status, 200, await checked.clone().text());
    const report = await checked.json();
    assert.equal(report.verdict, 'valid', JSON.stringify(report));
  } finally {
    await wallet.stop();
  }
});

test('an Open Badge is collected encrypted, and verified by the DID document that Credo resolves', async () => {
  const wallet = await CredoWallet.open(world.trust_anchors_pem, { insecure: false, fetch: world.fetch });
  try {
    const collector = new Collector(world.trust_anchors_pem, { dpop: true, enc: 'A256GCM' });
    const offer = await offered(BADGE);
    await collector.read(offer.deep_link);
    await collector.preAuthorized(offer.tx_code);
    const { credentials: [{ credential }] } = await collector.collect(BADGE);
    const { kid, alg } = decodeProtectedHeader(credential);
    assert.ok(kid.startsWith('did:web:issuer.world.example:school#'), kid);
    const { didDocument, didResolutionMetadata } = await wallet.agent.dids.resolve(kid.split('#')[0]);
    assert.ok(didDocument, JSON.stringify(didResolutionMetadata));
    const { publicKeyJwk } = didDocument.verificationMethod.find(({ id }) => id === kid);
    const { payload } = await jwtVerify(credential, await importJWK(publicKeyJwk, alg));
    assert.match(JSON.stringify(payload), /Data-analyse/);
  } finally {
    await wallet.stop();
  }
});
