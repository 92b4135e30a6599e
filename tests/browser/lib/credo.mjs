// Credo without native parts: its keys are Node's, its records are in memory. As a wallet, and as what an issuer is made of.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  Agent, ConsoleLogger, InjectionSymbols, JsonTransformer, Kms, LogLevel, RecordDuplicateError, RecordNotFoundError, StorageVersionRecord, X509Module,
} from '@credo-ts/core';
import { OpenId4VcModule } from '@credo-ts/openid4vc';

const isEdwards = (algorithm) => algorithm === 'EdDSA' || algorithm === 'Ed25519';
const signing = (key) => ({ key, dsaEncoding: 'ieee-p1363' });

/** Credo's key store (`Kms.KeyManagementService`) over Node's crypto. */
class NodeKeys {
  backend = 'node';
  keys = new Map();

  isOperationSupported(_context, { operation }) {
    return ['createKey', 'sign', 'verify', 'importKey', 'deleteKey', 'randomBytes', 'encrypt', 'decrypt'].includes(operation);
  }

  keep(keyId, privateKey, publicJwk) {
    this.keys.set(keyId, { privateKey, publicJwk: { ...publicJwk, kid: keyId } });
    return { keyId, publicJwk: { ...publicJwk, kid: keyId } };
  }

  async getPublicKey(_context, keyId) {
    return this.keys.get(keyId)?.publicJwk ?? null;
  }

  async createKey(_context, { keyId = crypto.randomUUID(), type }) {
    const { privateKey, publicKey } = type.kty === 'EC' ? crypto.generateKeyPairSync('ec', { namedCurve: type.crv }) : crypto.generateKeyPairSync(type.crv.toLowerCase());
    return this.keep(keyId, privateKey, publicKey.export({ format: 'jwk' }));
  }

  async importKey(_context, { privateJwk: { d, kid = crypto.randomUUID(), ...publicJwk } }) {
    return this.keep(kid, crypto.createPrivateKey({ format: 'jwk', key: { d, ...publicJwk } }), publicJwk);
  }

  async deleteKey(_context, { keyId }) {
    return this.keys.delete(keyId);
  }

  async sign(_context, { keyId, algorithm, data }) {
    const { privateKey } = this.keys.get(keyId);
    return { signature: new Uint8Array(crypto.sign(isEdwards(algorithm) ? null : 'sha256', data, signing(privateKey))) };
  }

  async verify(_context, { key, algorithm, data, signature }) {
    const jwk = key.keyId ? this.keys.get(key.keyId).publicJwk : key.publicJwk;
    const publicKey = crypto.createPublicKey({ format: 'jwk', key: jwk });
    const verified = crypto.verify(isEdwards(algorithm) ? null : 'sha256', data, signing(publicKey), signature);
    return verified ? { verified, publicJwk: jwk } : { verified };
  }

  /** ECDH-ES with the concat KDF of RFC 7518 section 4.6.2, one round. */
  agree({ keyId, externalPublicJwk, apu = [], apv = [] }, algorithm) {
    const { privateKey } = this.keys.get(keyId);
    const secret = crypto.diffieHellman({ privateKey, publicKey: crypto.createPublicKey({ format: 'jwk', key: externalPublicJwk }) });
    const number = (value) => Buffer.from(Uint32Array.of(value).buffer).reverse();
    const part = (bytes) => Buffer.concat([number(bytes.length), Buffer.from(bytes)]);
    const bits = { A128GCM: 128, A256GCM: 256 }[algorithm];
    const round = [number(1), secret, part(algorithm), part(apu), part(apv), number(bits)];
    return crypto.createHash('sha256').update(Buffer.concat(round)).digest().subarray(0, bits / 8);
  }

  cipher(make, { keyAgreement }, { algorithm, aad, iv }) {
    const made = make(algorithm === 'A128GCM' ? 'aes-128-gcm' : 'aes-256-gcm', this.agree(keyAgreement, algorithm), iv);
    if (aad) made.setAAD(aad);
    return made;
  }

  async encrypt(_context, { key, encryption, data }) {
    const iv = encryption.iv ?? crypto.randomBytes(12);
    const cipher = this.cipher(crypto.createCipheriv, key, { ...encryption, iv });
    const encrypted = Buffer.concat([cipher.update(data), cipher.final()]);
    return { encrypted: new Uint8Array(encrypted), iv: new Uint8Array(iv), tag: new Uint8Array(cipher.getAuthTag()) };
  }

  async decrypt(_context, { key, decryption, encrypted }) {
    const cipher = this.cipher(crypto.createDecipheriv, key, decryption);
    cipher.setAuthTag(decryption.tag);
    return { data: new Uint8Array(Buffer.concat([cipher.update(encrypted), cipher.final()])) };
  }

  randomBytes(_context, { length }) {
    return new Uint8Array(crypto.randomBytes(length));
  }
}

const fits = (tags, query) =>
  Object.entries(query).every(([name, value]) => {
    if (name === '$or') return value.some((one) => fits(tags, one));
    if (name === '$and') return value.every((one) => fits(tags, one));
    if (name === '$not') return !fits(tags, value);
    if (value === undefined) return true;
    return Array.isArray(value) ? value.every((one) => tags[name]?.includes(one)) : tags[name] === value;
  });

/** Credo's records (`StorageService`), written out and read back as a database would. */
class Records {
  supportsCursorPagination = false;
  rows = new Map();
  index = new Map();

  /** Under these a row is found without looking at the others. */
  static terms = ({ type, tags }) => Object.entries(tags).filter(([, value]) => typeof value === 'string').map(([name, value]) => `${type}/${name}/${value}`);

  put(record) {
    record.updatedAt = new Date();
    const key = `${record.type}/${record.id}`;
    this.forget(key);
    const row = { type: record.type, value: JsonTransformer.toJSON(record), tags: record.getTags() };
    this.rows.set(key, row);
    for (const term of Records.terms(row)) this.index.set(term, (this.index.get(term) ?? new Set()).add(key));
  }

  forget(key) {
    const row = this.rows.get(key);
    if (row) for (const term of Records.terms(row)) this.index.get(term)?.delete(key);
    this.rows.delete(key);
  }

  read(recordClass, { value, tags }) {
    const record = JsonTransformer.fromJSON(value, recordClass);
    record.replaceTags(tags);
    return record;
  }

  async save(_context, record) {
    if (this.rows.has(`${record.type}/${record.id}`)) throw new RecordDuplicateError('there is one', { recordType: record.type });
    this.put(record);
  }

  async update(_context, record) {
    if (!this.rows.has(`${record.type}/${record.id}`)) throw new RecordNotFoundError('there is none', { recordType: record.type });
    this.put(record);
  }

  async delete(_context, { type, id }) {
    this.forget(`${type}/${id}`);
  }

  async deleteById(_context, { type }, id) {
    this.forget(`${type}/${id}`);
  }

  async getById(_context, recordClass, id) {
    const row = this.rows.get(`${recordClass.type}/${id}`);
    if (!row) throw new RecordNotFoundError('there is none', { recordType: recordClass.type });
    return this.read(recordClass, row);
  }

  async getAll(_context, recordClass) {
    return [...this.rows.values()].filter(({ type }) => type === recordClass.type).map((row) => this.read(recordClass, row));
  }

  async findByQuery(context, recordClass, query) {
    const term = Object.entries(query).find(([, value]) => typeof value === 'string');
    if (!term) return (await this.getAll(context, recordClass)).filter((record) => fits(record.getTags(), query));
    const keys = this.index.get(`${recordClass.type}/${term[0]}/${term[1]}`) ?? [];
    return [...keys].map((key) => this.rows.get(key)).filter(({ tags }) => fits(tags, query)).map((row) => this.read(recordClass, row));
  }
}

/** Credo wants folders of its own, and is given none. */
class NoDisk {
  dataPath = '/nowhere';
  cachePath = '/nowhere';
  tempPath = '/nowhere';
}

/** An agent, whose private keys `privateKey` tells. `openid4vc` makes it an issuer too; `trusted` are certificates in PEM. `CREDO_LOG=1` shows what it does. */
export async function credo({ openid4vc = {}, trusted, fetch = globalThis.fetch, insecure = true } = {}) {
  const keys = new NodeKeys();
  const records = new Records();
  records.put(new StorageVersionRecord({ storageVersion: '0.5' }));
  const agent = new Agent({
    config: { allowInsecureHttpUrls: insecure, logger: process.env.CREDO_LOG ? new ConsoleLogger(LogLevel.trace) : undefined },
    dependencies: { FileSystem: NoDisk, EventEmitterClass: EventEmitter, fetch, WebSocketClass: class {} },
    modules: {
      keyManagement: new Kms.KeyManagementModule({ backends: [keys] }),
      storage: { register: (manager) => manager.registerInstance(InjectionSymbols.StorageService, records), version: '1' },
      x509: new X509Module({ trustedCertificates: trusted }),
      openid4vc: new OpenId4VcModule(openid4vc),
    },
  });
  await agent.initialize();
  agent.records = (type) => [...records.rows.values()].filter((row) => row.type === type).map(({ value }) => value);
  agent.privateKey = (keyId) => keys.keys.get(keyId).privateKey;
  return agent;
}

/** Credo as a wallet, collecting one offer. What `dpop` switches off is what the authorization server says of itself. */
export class CredoWallet {
  static async open(anchorsPem, options = {}) {
    const trusted = anchorsPem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g);
    const wallet = new CredoWallet();
    wallet.agent = await credo({ trusted, ...options });
    return wallet;
  }

  get holder() {
    return this.agent.openid4vc.holder;
  }

  stop() {
    return this.agent.shutdown();
  }

  async read(link, { dpop = true } = {}) {
    this.offer = await this.holder.resolveCredentialOffer(link);
    if (!dpop) for (const server of this.offer.metadata.authorizationServers) delete server.dpop_signing_alg_values_supported;
  }

  async preAuthorized(txCode) {
    this.token = await this.holder.requestToken({ resolvedCredentialOffer: this.offer, txCode });
  }

  /** By way of the issuer's pages: `walk` gets the address to open, and gives the one that came back. */
  async authorized({ clientId, redirectUri, scope }, walk) {
    const resolvedCredentialOffer = this.offer;
    const asked = await this.holder.resolveOpenId4VciAuthorizationRequest(resolvedCredentialOffer, { clientId, redirectUri, scope });
    const authorizationResponseRedirectUrl = await walk(asked.authorizationRequestUrl);
    const answer = this.holder.parseAuthorizationCodeFromAuthorizationResponse({ authorizationResponseRedirectUrl, resolvedCredentialOffer });
    const { codeVerifier, dpop } = asked;
    this.clientId = clientId;
    this.token = await this.holder.requestToken({ resolvedCredentialOffer, code: answer.authorizationCode, clientId, redirectUri, codeVerifier, dpop });
  }

  async refresh() {
    const { refreshToken, dpop } = this.token;
    assert.ok(refreshToken, 'there is a refresh token');
    this.token = await this.holder.refreshToken({ refreshToken, dpop, issuerMetadata: this.offer.metadata, clientId: this.clientId });
  }

  /** As many keys as copies, each named in its proof by itself or by a `did:jwk`. */
  async bind({ alg, bound, copies }) {
    const keys = await Promise.all(Array.from({ length: copies }, () => this.agent.kms.createKeyForSignatureAlgorithm({ algorithm: alg })));
    if (bound === 'jwk') return { method: 'jwk', keys: keys.map(({ publicJwk }) => Kms.PublicJwk.fromPublicJwk(publicJwk)) };
    const dids = await Promise.all(keys.map(({ keyId }) => this.agent.dids.create({ method: 'jwk', options: { keyId } })));
    return { method: 'did', didUrls: dids.map(({ didState }) => didState.didDocument.verificationMethod[0].id) };
  }

  /** The answer of the credential endpoint, verified by Credo; the copies of what came lie in `credentials`. */
  async collect({ alg = 'ES256', bound = 'jwk', copies = 1, configurations } = {}) {
    const answer = await this.holder.requestCredentials({
      ...this.token,
      resolvedCredentialOffer: this.offer,
      clientId: this.clientId,
      credentialConfigurationIds: configurations,
      verifyCredentialStatus: true,
      credentialBindingResolver: () => this.bind({ alg, bound, copies }),
    });
    this.token.dpop = answer.dpop;
    return answer;
  }

  async fetchLater(waiting) {
    const { accessToken, dpop } = this.token;
    const answer = await this.holder.requestDeferredCredentials({ ...waiting, issuerMetadata: this.offer.metadata, accessToken, dpop, verifyCredentialStatus: true });
    this.token.dpop = answer.dpop;
    return answer;
  }

  notify({ notificationId }, notificationEvent) {
    const { accessToken, dpop } = this.token;
    return this.holder.sendNotification({ metadata: this.offer.metadata, notificationId, notificationEvent, accessToken, dpop });
  }
}

/** The compact forms of a credential that Credo keeps. */
export const compacts = ({ record }) => record.credentialInstances.map(({ compactSdJwtVc }) => compactSdJwtVc);
