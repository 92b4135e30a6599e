// W3C credentials made and checked by software that others wrote; every context comes from the repository, nothing is fetched but DIDs of the demo.
import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import { cryptosuite as ecdsaRdfc } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { cryptosuite as eddsaRdfc } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { Ed25519VerificationKey2020 } from '@digitalbazaar/ed25519-verification-key-2020';
import * as vc from '@digitalbazaar/vc';
import { binary, root } from './demo.mjs';

const folder = join(root, 'schemas', 'contexts');
const contexts = new Map(
  Object.entries(JSON.parse(readFileSync(join(folder, 'index.json')))).map(([url, { file }]) => [url, JSON.parse(readFileSync(join(folder, file)))]),
);

const OURS = 'https://w3id.org/eduwallet-nl/';

/** Loads contexts from the repository, ours from the issuer that serves them, what is given, and what the demo serves: DIDs and status lists. */
export function loader({ issuer } = {}) {
  return async (url) => {
    const document = contexts.get(url) ?? (await didWeb(url)) ?? (await served(url, issuer));
    if (!document) throw new Error(`not loaded: ${url}`);
    return { contextUrl: null, document, documentUrl: url };
  };
}

async function served(url, issuer) {
  const address = url.startsWith(OURS) && issuer ? `${issuer}/${url.slice(OURS.length)}` : url;
  if (!address.startsWith('http://localhost:')) return undefined;
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

async function didWeb(url) {
  if (!url.startsWith('did:web:localhost%3A')) return undefined;
  const [did, fragment] = url.split('#');
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  const document = await (await fetch(`http://${[host, ...path].join('/')}/did.json`)).json();
  if (!fragment) return document;
  const method = document.verificationMethod.find(({ id }) => id === url);
  return method && { '@context': 'https://w3id.org/security/multikey/v1', ...method };
}

const suites = {
  'eddsa-rdfc-2022': { keys: Ed25519Multikey, sign: () => eddsaRdfc, verify: () => eddsaRdfc },
  'eddsa-jcs-2022': { keys: Ed25519Multikey, sign: eddsaJcs.createSignCryptosuite, verify: eddsaJcs.createVerifyCryptosuite },
  'ecdsa-rdfc-2019': { keys: EcdsaMultikey, curve: 'P-256', sign: () => ecdsaRdfc, verify: () => ecdsaRdfc },
  'ecdsa-rdfc-2019 P-384': { keys: EcdsaMultikey, curve: 'P-384', sign: () => ecdsaRdfc, verify: () => ecdsaRdfc },
  'ecdsa-jcs-2019': { keys: EcdsaMultikey, curve: 'P-256', sign: ecdsaJcs.createSignCryptosuite, verify: ecdsaJcs.createVerifyCryptosuite },
};

/** The names of the cryptosuites that they sign with. */
export const SUITES = Object.keys(suites);

/** A fresh did:key that signs credentials with a cryptosuite: `{ did, sign }`. */
export async function signerOf(suite) {
  const { keys, curve, sign } = suites[suite];
  const key = await keys.generate(curve ? { curve } : {});
  const { publicKeyMultibase } = await key.export({ publicKey: true });
  const did = `did:key:${publicKeyMultibase}`;
  Object.assign(key, { id: `${did}#${publicKeyMultibase}`, controller: did });
  const proof = () => new DataIntegrityProof({ signer: key.signer(), cryptosuite: sign() });
  return { did, sign: (credential) => vc.issue({ credential, suite: proof(), documentLoader: loader() }) };
}

/** A credential, signed by a fresh did:key with a cryptosuite. */
export async function signed(suite, credential) {
  const { did, sign } = await signerOf(suite);
  return sign(credential(did));
}

/** A credential, signed by a fresh did:key with the suite that came before the cryptosuites. */
export async function signed2020(credential) {
  const key = await Ed25519VerificationKey2020.generate();
  const did = `did:key:${key.publicKeyMultibase}`;
  Object.assign(key, { id: `${did}#${key.publicKeyMultibase}`, controller: did });
  return vc.issue({ credential: credential(did), suite: new Ed25519Signature2020({ key }), documentLoader: loader() });
}

/** A fresh key of Node and its did:jwk, for jose and `@sd-jwt`: `{ did, key }`. */
export function didJwk(alg) {
  const pair = alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = Buffer.from(JSON.stringify(pair.publicKey.export({ format: 'jwk' }))).toString('base64url');
  return { did: `did:jwk:${jwk}`, key: pair.privateKey };
}

/** What `@digitalbazaar/vc` makes of a credential: `{ verified, error }`. */
export function verified(credential, { issuer, suite = 'eddsa-rdfc-2022', checkStatus } = {}) {
  const proof = new DataIntegrityProof({ cryptosuite: suites[suite].verify() });
  return vc.verifyCredential({ credential, suite: proof, documentLoader: loader({ issuer }), checkStatus });
}

/** Our report on any text, offline. */
export function report(text, extra = []) {
  const child = spawnSync(binary(), ['verify', '-', '--json', '--offline', ...extra], { input: text, encoding: 'utf8' });
  if (!child.stdout.startsWith('{')) throw new Error(`no report: ${child.stdout}${child.stderr}`);
  return JSON.parse(child.stdout);
}

/** Our report on any text, with what it fetches from this machine. */
export async function reportOnline(text, extra = []) {
  const child = spawn(binary(), ['verify', '-', '--json', '--allow-localhost', ...extra], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  let trouble = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  child.stderr.on('data', (bytes) => (trouble += bytes));
  child.stdin.end(text);
  await new Promise((resolve) => child.once('close', resolve));
  if (!said.startsWith('{')) throw new Error(`no report: ${said}${trouble}`);
  return JSON.parse(said);
}

/** The state and code of one check of a report, as `state code`. */
export function check({ checks }, name) {
  const found = checks.find((one) => one.check === name);
  return found && `${found.state} ${found.code}`;
}
