// Every format of ours beside software that others wrote: what they sign we accept, what we sign they accept, and a flipped bit nobody.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { SignJWT, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import jsonld from 'jsonld';
import { SUITES, check, didJwk, loader, report, signed, signed2020, verified } from './lib/badges.mjs';
import { startDemo } from './lib/demo.mjs';
import { School } from './lib/redeem.mjs';

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

for (const alg of ['ES256', 'EdDSA']) {
  test(`a credential of VCDM 2.0 signed as a JWT by jose with ${alg} is accepted`, async () => {
    const { did, key } = didJwk(alg);
    const text = await new SignJWT(badge(did)).setProtectedHeader({ alg, kid: `${did}#0`, typ: 'vc+jwt', cty: 'vc' }).sign(key);
    accepted(text, 'vc+jwt');
    refused(`${text.slice(0, -4)}AAAA`);
  });

  test(`a badge signed as a JWT by jose with ${alg} in the dialect of Open Badges is accepted`, async () => {
    const { did, key } = didJwk(alg);
    const credential = badge(did);
    const claims = { ...credential, iss: did, jti: credential.id, nbf: 1_769_904_000 };
    const text = await new SignJWT(claims).setProtectedHeader({ alg, kid: `${did}#0`, typ: 'JWT' }).sign(key);
    accepted(text, 'jwt_vc_json');
    const other = await new SignJWT({ ...claims, iss: 'did:example:other' }).setProtectedHeader({ alg, kid: `${did}#0`, typ: 'JWT' }).sign(key);
    refused(other);
  });
}

let demo;
before(async () => {
  demo = await startDemo();
});
after(() => demo?.stop());

const school = () => new School(demo);
const W3C = [
  ['microcredential-open-badge', () => school().microcredential(), 'OpenBadgeCredential'],
  ['enrolment-vc', () => school().enrolment(), 'AcademicEnrollmentCredential'],
];

const changed = (credential) => ({ ...credential, validFrom: '2020-01-01T00:00:00Z' });

for (const [configuration, award, type] of W3C) {
  for (const alg of ['ES256', 'EdDSA']) {
    test(`${configuration} for a holder with ${alg} is verified by @digitalbazaar/vc, and not when it changes`, async () => {
      const { compact: credential, wallet } = await school().redeemed(award(), configuration, { alg });
      assert.ok(credential.type.includes(type));
      assert.ok(Array.isArray(credential.proof));
      assert.match(credential.issuer.id ?? credential.issuer, /^did:web:localhost%3A\d+:hogeschool-voorbeeld$/);
      const holder = JSON.parse(Buffer.from(credential.credentialSubject.id.slice('did:jwk:'.length), 'base64url'));
      assert.equal(holder.x, wallet.jwk.x);
      const status = { issuer: demo.issuer, checkStatus: (options) => checkStatus({ ...options, suite: new DataIntegrityProof({ cryptosuite }) }) };
      const seen = await verified(credential, status);
      assert.ok(seen.verified, JSON.stringify(seen.error));
      assert.equal((await verified(changed(credential), status)).verified, false);
    });
  }
}

test('a badge is verified by jsonld and the cryptography of Node alone', async () => {
  const { compact: credential } = await school().redeemed(school().microcredential(), 'microcredential-open-badge');
  const documentLoader = loader({ issuer: demo.issuer });
  const { proof: [proof], ...document } = credential;
  const { proofValue, ...options } = proof;
  const canonical = (value) => jsonld.canonize(value, { algorithm: 'URDNA2015', format: 'application/n-quads', documentLoader, safe: true });
  const hash = async (value) => createHash('sha256').update(await canonical(value)).digest();
  const data = Buffer.concat([await hash({ '@context': document['@context'], ...options }), await hash(document)]);
  const { document: method } = await documentLoader(proof.verificationMethod);
  const raw = base58(method.publicKeyMultibase.slice(1)).subarray(2);
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
  assert.ok(verify(null, data, key, base58(proofValue.slice(1))));
});

/** Base58 of Bitcoin, as Multibase `z` has it. */
function base58(text) {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  let number = 0n;
  for (const letter of text) number = number * 58n + BigInt(alphabet.indexOf(letter));
  const hex = number.toString(16);
  const zeros = text.match(/^1*/)[0].length;
  return Buffer.concat([Buffer.alloc(zeros), Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')]);
}

test('a suspension and a revocation are seen by @digitalbazaar/vc-bitstring-status-list', async () => {
  const { compact: credential } = await school().redeemed(school().microcredential(), 'microcredential-open-badge');
  const states = async () => {
    const options = { credential, documentLoader: loader({ issuer: demo.issuer }), suite: new DataIntegrityProof({ cryptosuite }) };
    const { verified: could, results, error } = await checkStatus(options);
    assert.ok(could, JSON.stringify(error));
    return Object.fromEntries(results.map(({ status, credentialStatus }) => [credentialStatus.statusPurpose, status]));
  };
  assert.deepEqual(await states(), { revocation: false, suspension: false });
  await school().status('suspended');
  assert.deepEqual(await states(), { revocation: false, suspension: true });
  await school().status('revoked');
  assert.equal((await states()).revocation, true);
});

test('a badge as JWT is verified by jose with the key of the DID document', async () => {
  const { compact } = await school().redeemed(school().microcredential(), 'microcredential-open-badge-jwt');
  const { kid, alg } = decodeProtectedHeader(compact);
  const { document } = await loader()(kid.split('#')[0]);
  const method = document.verificationMethod.find(({ id }) => id === kid);
  assert.ok(document.assertionMethod.includes(kid));
  const { payload } = await jwtVerify(compact, await importJWK(method.publicKeyJwk, alg));
  assert.equal(payload.vc, undefined);
  assert.equal(payload.iss, payload.issuer.id);
  assert.equal(payload.jti, payload.id);
  assert.equal(payload.sub, payload.credentialSubject.id);
  const [header, body, signature] = compact.split('.');
  const flipped = Buffer.from(body, 'base64url');
  flipped[40] ^= 1;
  await assert.rejects(jwtVerify([header, flipped.toString('base64url'), signature].join('.'), await importJWK(method.publicKeyJwk, alg)));
});

test('copies of one badge share no value but the public ones', async () => {
  const one = await school().redeemed(school().microcredential(), 'microcredential-open-badge');
  const other = await school().redeemed(school().microcredential(), 'microcredential-open-badge');
  assert.notEqual(one.compact.id, other.compact.id);
  assert.notEqual(one.compact.proof[0].proofValue, other.compact.proof[0].proofValue);
  const places = ({ compact }) => compact.credentialStatus.map(({ statusListCredential, statusListIndex }) => `${statusListCredential}#${statusListIndex}`);
  assert.equal(places(one).filter((place) => places(other).includes(place)).length, 0);
});
