// Status lists that others wrote and serve: read and verified by us, for each word that they know, and refused when they are bent.
import assert from 'node:assert/strict';
import { randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { createCredential, createList } from '@digitalbazaar/vc-bitstring-status-list';
import { StatusList, createHeaderAndPayload } from '@sd-jwt/jwt-status-list';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { SignJWT } from 'jose';
import { check, didJwk, reportOnline, signerOf } from './lib/badges.mjs';

const now = () => Math.floor(Date.now() / 1000);

/** Whatever a test serves, by path: media type and text. */
const served = new Map();
let server;
let origin;
before(async () => {
  server = createServer((request, response) => {
    const [type, text] = served.get(request.url) ?? [];
    if (!text) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': type }).end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://localhost:${server.address().port}`;
});
after(() => server?.close());

/** The state and code of a report's status, and the reason where it is not known. */
function status(seen) {
  assert.equal(check(seen, 'signature'), 'passed ok', JSON.stringify(seen));
  const { detail } = seen.checks.find((one) => one.check === 'status') ?? { detail: {} };
  return [check(seen, 'status'), detail?.reason].filter(Boolean).join(' ');
}

/** An issuer by its did:jwk, with what `@sd-jwt/sd-jwt-vc` and jose sign for it. */
function issuerOf(alg) {
  const { did, key } = didJwk(alg);
  const kid = `${did}#0`;
  const signer = (data) => sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  const instance = new SDJwtVcInstance({ signer, signAlg: alg, hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt });
  return {
    credential: (uri, idx) => {
      const claims = { iss: did, iat: now(), vct: 'https://issuer.example/types/1', status: { status_list: { idx, uri } }, name: 'Zorgtechnologie' };
      return instance.issue(claims, { _sd: ['name'] }, { header: { kid } });
    },
    list: (values, bits, uri, { typ, ...claims } = {}) => {
      const list = new StatusList(values, bits);
      const made = createHeaderAndPayload(list, { iss: did, sub: uri, iat: now(), exp: now() + 3600, ttl: 60, ...claims }, { alg, kid, ...(typ && { typ }) });
      return new SignJWT(made.payload).setProtectedHeader({ ...made.header, ...(typ && { typ }) }).sign(key);
    },
  };
}

for (const alg of ['ES256', 'EdDSA']) {
  for (const bits of [1, 2, 4, 8]) {
    test(`a list of ${bits} bits made by @sd-jwt/jwt-status-list and signed with ${alg} is read and verified`, async () => {
      const issuer = issuerOf(alg);
      const path = `/token/${randomUUID()}`;
      const uri = `${origin}${path}`;
      const words = ['passed ok', 'failed revoked', 'failed suspended', 'not_checked status_unknown unknown_value'].slice(0, 2 ** bits);
      const values = Array.from({ length: 4096 }, (_, index) => index % words.length);
      served.set(path, ['application/statuslist+jwt', await issuer.list(values, bits, uri)]);
      for (const [value, word] of words.entries()) {
        assert.equal(status(await reportOnline(await issuer.credential(uri, 4 * 1000 - words.length + value))), word);
      }
      assert.equal(status(await reportOnline(await issuer.credential(uri, 4096))), 'failed status_out_of_range');
    });
  }
}

test('a bent list of @sd-jwt/jwt-status-list says nothing', async () => {
  const issuer = issuerOf('ES256');
  const path = `/token/${randomUUID()}`;
  const uri = `${origin}${path}`;
  const credential = await issuer.credential(uri, 7);
  const values = new Array(64).fill(0);
  const good = await issuer.list(values, 2, uri);
  const [header, payload, signature] = good.split('.');
  const flipped = Buffer.from(payload, 'base64url').toString().replace(/"ttl":60/, '"ttl":61');
  const refused = 'not_checked status_unknown list_refused';
  for (const [what, text, expected] of [
    ['as it was made', good, 'passed ok'],
    ['a payload of another', [header, Buffer.from(flipped).toString('base64url'), signature].join('.'), refused],
    ['for another address', await issuer.list(values, 2, `${uri}/other`), refused],
    ['over', await issuer.list(values, 2, uri, { iat: now() - 7200, exp: now() - 3600 }), refused],
    ['another typ', await issuer.list(values, 2, uri, { typ: 'JWT' }), refused],
    ['by somebody else', await issuerOf('ES256').list(values, 2, uri), 'not_checked status_unknown list_of_another_issuer'],
  ]) {
    served.set(path, ['application/statuslist+jwt', text]);
    assert.equal(status(await reportOnline(credential)), expected, what);
  }
  served.delete(path);
  assert.equal(status(await reportOnline(credential)), 'not_checked status_unknown not_fetched');
});

const SUITES = ['eddsa-rdfc-2022', 'eddsa-jcs-2022', 'ecdsa-rdfc-2019', 'ecdsa-jcs-2019'];

/** A credential with a place in the list of each purpose. */
function listed(issuer, lists, index) {
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: `urn:uuid:${randomUUID()}`,
    type: ['VerifiableCredential'],
    issuer,
    validFrom: '2026-02-01T00:00:00Z',
    credentialSubject: { id: 'did:example:samira' },
    credentialStatus: Object.entries(lists).map(([statusPurpose, statusListCredential]) => ({
      type: 'BitstringStatusListEntry',
      statusPurpose,
      statusListIndex: String(index),
      statusListCredential,
    })),
  };
}

for (const suite of SUITES) {
  test(`lists made by @digitalbazaar/vc-bitstring-status-list and signed with ${suite} are read and verified`, async () => {
    const { did, sign: signed } = await signerOf(suite);
    const lists = {};
    for (const statusPurpose of ['revocation', 'suspension']) {
      const path = `/bits/${randomUUID()}`;
      lists[statusPurpose] = `${origin}${path}`;
      const list = await createList({ length: 131_072 });
      list.setStatus(statusPurpose === 'revocation' ? 94_567 : 131_071, true);
      const credential = { ...(await createCredential({ id: lists[statusPurpose], list, statusPurpose })), issuer: did };
      served.set(path, ['application/vc', JSON.stringify(await signed(credential))]);
    }
    for (const [index, expected] of [[0, 'passed ok'], [94_567, 'failed revoked'], [131_071, 'failed suspended'], [131_072, 'failed status_out_of_range']]) {
      assert.equal(status(await reportOnline(JSON.stringify(await signed(listed(did, lists, index))))), expected, `${index}`);
    }
  });
}

test('a bent list of @digitalbazaar/vc-bitstring-status-list says nothing', async () => {
  const { did, sign: signed } = await signerOf('eddsa-rdfc-2022');
  const other = await signerOf('eddsa-rdfc-2022');
  const path = `/bits/${randomUUID()}`;
  const id = `${origin}${path}`;
  const list = async ({ length = 131_072, statusPurpose = 'revocation', address = id, issuer = did } = {}) => ({
    ...(await createCredential({ id: address, list: await createList({ length }), statusPurpose })),
    issuer,
  });
  const revoked = await createList({ length: 131_072 });
  revoked.setStatus(7, true);
  const good = await signed(await list());
  const bent = { ...good, credentialSubject: { ...good.credentialSubject, encodedList: await revoked.encode() } };
  const credential = JSON.stringify(await signed(listed(did, { revocation: id }, 7)));
  const refused = 'not_checked status_unknown list_refused';
  for (const [what, document, expected] of [
    ['as it was made', good, 'passed ok'],
    ['other bits', bent, refused],
    ['without a proof', await list(), refused],
    ['shorter than one may be', await signed(await list({ length: 8192 })), refused],
    ['for another purpose', await signed(await list({ statusPurpose: 'suspension' })), refused],
    ['for another address', await signed(await list({ address: `${id}/other` })), refused],
    ['by somebody else', await other.sign(await list({ issuer: other.did })), 'not_checked status_unknown list_of_another_issuer'],
    ['by somebody else in the name of the issuer', await other.sign(await list()), refused],
  ]) {
    served.set(path, ['application/vc', JSON.stringify(document)]);
    assert.equal(status(await reportOnline(credential)), expected, what);
  }
});
