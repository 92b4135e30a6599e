// Every format of ours beside software that others wrote: what they sign we accept, what we sign they accept, and a flipped bit nobody.
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import { SUITES, check, report, signed, signed2020 } from './lib/badges.mjs';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const V1 = 'https://www.w3.org/2018/credentials/v1';
const OB = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';

const achievement = () => ({
  id: 'https://issuer.example/achievements/1',
  type: ['Achievement'],
  name: 'Zorgtechnologie',
  description: 'Werken met zorgtechnologie.',
  criteria: { narrative: 'Getoetst in de praktijk.' },
});
const badge = (issuer) => ({
  '@context': [V2, OB],
  id: `urn:uuid:${randomUUID()}`,
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'Zorgtechnologie',
  issuer: { id: issuer, type: ['Profile'], name: 'ROC Voorbeeld' },
  validFrom: '2026-02-01T00:00:00Z',
  credentialSubject: {
    type: ['AchievementSubject'],
    // Booleans and fractions are where implementations differ.
    identifier: [{ type: 'IdentityObject', hashed: true, identityHash: `sha256$${'ab'.repeat(32)}`, identityType: 'emailAddress', salt: 'x' }],
    creditsEarned: 2.5,
    achievement: achievement(),
  },
});
const older = (issuer) => {
  const { validFrom, ...rest } = badge(issuer);
  return { ...rest, '@context': [V1, 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json', 'https://w3id.org/security/suites/ed25519-2020/v1'], issuanceDate: validFrom };
};

function accepted(text, format) {
  const seen = report(text);
  assert.equal(check(seen, 'format'), 'passed ok', JSON.stringify(seen));
  assert.equal(check(seen, 'signature'), 'passed ok', JSON.stringify(seen));
  assert.match(check(seen, 'issuer'), /^failed issuer_unknown$/);
  assert.equal(seen.verdict, 'attention');
  assert.equal(seen.credentials[0].format, format);
  assert.match(JSON.stringify(seen.credentials[0].claims), /Zorgtechnologie/);
}

function refused(text) {
  const seen = report(text);
  assert.notEqual(seen.verdict, 'valid');
  assert.notEqual(check(seen, 'signature'), 'passed ok');
  assert.doesNotMatch(JSON.stringify(seen.credentials), /Zorgtechnologie|Zorgtechnologia/);
}

for (const suite of SUITES) {
  test(`a badge signed by @digitalbazaar with ${suite} is accepted, and not when a letter of it changes`, async () => {
    const text = JSON.stringify(await signed(suite, badge));
    accepted(text, 'ldp_vc');
    refused(text.replaceAll('Zorgtechnologie', 'Zorgtechnologia'));
    refused(text.replace('2.5', '2.6'));
    refused(text.replace('"hashed":true', '"hashed":false'));
  });
}

test('a badge of VCDM 1.1 signed by @digitalbazaar with Ed25519Signature2020 is accepted', async () => {
  const text = JSON.stringify(await signed2020(older));
  accepted(text, 'ldp_vc');
  refused(text.replaceAll('Zorgtechnologie', 'Zorgtechnologia'));
});

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A key and its did:jwk, for jose. */
function holderOf(alg) {
  const pair = alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const did = `did:jwk:${encoded(pair.publicKey.export({ format: 'jwk' }))}`;
  return { did, key: pair.privateKey };
}

for (const alg of ['ES256', 'EdDSA']) {
  test(`a credential of VCDM 2.0 signed as a JWT by jose with ${alg} is accepted`, async () => {
    const { did, key } = holderOf(alg);
    const text = await new SignJWT(badge(did)).setProtectedHeader({ alg, kid: `${did}#0`, typ: 'vc+jwt', cty: 'vc' }).sign(key);
    accepted(text, 'vc+jwt');
    refused(`${text.slice(0, -4)}AAAA`);
  });

  test(`a badge signed as a JWT by jose with ${alg} in the dialect of Open Badges is accepted`, async () => {
    const { did, key } = holderOf(alg);
    const credential = badge(did);
    const claims = { ...credential, iss: did, jti: credential.id, nbf: 1_769_904_000 };
    const text = await new SignJWT(claims).setProtectedHeader({ alg, kid: `${did}#0`, typ: 'JWT' }).sign(key);
    accepted(text, 'jwt_vc_json');
    const other = await new SignJWT({ ...claims, iss: 'did:example:other' }).setProtectedHeader({ alg, kid: `${did}#0`, typ: 'JWT' }).sign(key);
    refused(other);
  });
}
