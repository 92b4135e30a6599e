// How long software that others wrote takes for the work that `cargo xtask bench formats` measures of ours: medians of one thread.
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs';
import { StatusList, createHeaderAndPayload } from '@sd-jwt/jwt-status-list';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';

/** Milliseconds of each of `count` runs after a tenth to warm up, as a median. */
async function median(count, work) {
  for (let at = 0; at < count / 10; at++) await work();
  const times = [];
  for (let at = 0; at < count; at++) {
    const started = process.hrtime.bigint();
    await work();
    times.push(Number(process.hrtime.bigint() - started) / 1e6);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(times.length / 2)];
}

const say = (name, milliseconds) => {
  const shown = milliseconds < 1 ? `${(milliseconds * 1000).toFixed(0)} µs` : `${milliseconds.toFixed(1)} ms`;
  console.log(`${name}: ${shown}, ${Math.round(1000 / milliseconds)}/s`);
};

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signer = (key) => (data) => sign('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const verifier = (key) => (data, signature) => verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));

const issuer = pair();
const holder = pair();
const instance = new SDJwtVcInstance({
  signer: signer(issuer.privateKey),
  signAlg: 'ES256',
  verifier: verifier(issuer.publicKey),
  hasher: digest,
  hashAlg: 'sha-256',
  saltGenerator: generateSalt,
  kbSigner: signer(holder.privateKey),
  kbSignAlg: 'ES256',
  kbVerifier: (data, signature, payload) => verifier(createPublicKey({ key: payload.cnf.jwk, format: 'jwk' }))(data, signature),
});
const names = Array.from({ length: 12 }, (_, at) => `claim_${at}`);
const claims = {
  iss: 'https://issuer.example/school',
  vct: 'https://issuer.example/vct/1',
  iat: Math.floor(Date.now() / 1000),
  cnf: { jwk: holder.publicKey.export({ format: 'jwk' }) },
  ...Object.fromEntries(names.map((name) => [name, `the value of ${name}`])),
};
const issue = () => instance.issue(claims, { _sd: names });
say('@sd-jwt/sd-jwt-vc: issue with 12 disclosures', await median(2000, issue));
const presented = await instance.present(
  await issue(),
  Object.fromEntries(names.map((name) => [name, true])),
  { kb: { payload: { iat: claims.iat, aud: 'https://verifier.example', nonce: 'n-0S6_WzA2Mj' } } },
);
say('@sd-jwt/sd-jwt-vc: verify with key binding', await median(2000, () => instance.verify(presented, { keyBindingNonce: 'n-0S6_WzA2Mj' })));

// The badge that our own measurement uses, signed by them and verified by them; contexts from the repository.
const contexts = new Map();
const folder = new URL('../../schemas/contexts/', import.meta.url);
for (const [url, { file }] of Object.entries(JSON.parse(readFileSync(new URL('index.json', folder))))) contexts.set(url, JSON.parse(readFileSync(new URL(file, folder))));
const key = await Ed25519Multikey.generate();
const did = `did:key:${key.publicKeyMultibase}`;
Object.assign(key, { id: `${did}#${key.publicKeyMultibase}`, controller: did });
const method = await key.export({ publicKey: true, includeContext: true });
const controller = { '@context': 'https://www.w3.org/ns/did/v1', id: did, verificationMethod: [method], assertionMethod: [key.id] };
const documentLoader = async (url) => {
  const document = contexts.get(url) ?? { [did]: controller, [key.id]: method }[url];
  if (!document) throw new Error(`not loaded: ${url}`);
  return { document, documentUrl: url };
};
const badge = JSON.parse(readFileSync(new URL('../../crates/vc/examples/badge.json', import.meta.url)));
badge.issuer.id = did;
const suite = () => new DataIntegrityProof({ signer: key.signer(), cryptosuite });
const signed = await vc.issue({ credential: badge, suite: suite(), documentLoader });
// Ours does not look at the status here either.
const checkStatus = async () => ({ verified: true });
const check = async () => {
  const result = await vc.verifyCredential({ credential: signed, suite: new DataIntegrityProof({ cryptosuite }), documentLoader, checkStatus });
  if (!result.verified) throw result.error;
};
say('@digitalbazaar/vc: verify an Open Badge', await median(100, check));

const list = new StatusList(new Array(1 << 20).fill(0), 2);
let at = 0;
const republish = () => {
  list.setStatus(at++, 1);
  const { header, payload } = createHeaderAndPayload(list, { iss: claims.iss, sub: 'https://issuer.example/status/1', iat: claims.iat }, { alg: 'ES256', typ: 'statuslist+jwt' });
  const text = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${signer(issuer.privateKey)(text)}`;
};
say('@sd-jwt/jwt-status-list: republish 2^20 entries after one change', await median(20, republish));
