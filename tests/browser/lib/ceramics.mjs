// A school that nobody registered, made of Credo: it offers one course.
import { randomInt, randomUUID } from 'node:crypto';
import express from 'express';
import { Kms } from '@credo-ts/core';
import { credo } from './credo.mjs';

const DAY = 86_400_000;

/** What a test decides of an offer: `copies`, `dpop`, and whether the course is given at once or when `decided` says so. */
export class Ceramics {
  later = new Map();
  asked = [];

  static async start() {
    const school = new this();
    const app = express();
    app.use((request, _, next) => {
      school.asked.push({ path: request.path, headers: request.headers });
      next();
    });
    school.server = await new Promise((resolve) => {
      const server = app.listen(0, '127.0.0.1', () => resolve(server));
    });
    school.origin = `http://localhost:${school.server.address().port}`;
    school.identifier = `${school.origin}/oid4vci/ceramics`;
    school.agent = await credo({
      openid4vc: {
        app,
        issuer: {
          baseUrl: `${school.origin}/oid4vci`,
          credentialRequestToCredentialMapper: (request) => school.answer(request),
          deferredCredentialRequestToCredentialMapper: ({ transaction }) => school.fetched(transaction),
        },
      },
    });
    await school.sign();
    await school.open();
    return school;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.agent.shutdown();
  }

  /** A key with a certificate that nobody but the school itself vouches for. */
  async sign() {
    const { keyId, publicJwk } = await this.agent.kms.createKeyForSignatureAlgorithm({ algorithm: 'ES256' });
    const certificate = await this.agent.x509.createCertificate({
      authorityKey: Kms.PublicJwk.fromPublicJwk(publicJwk),
      issuer: { commonName: 'Ceramics school' },
      validity: { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 90 * DAY) },
      extensions: { subjectAlternativeName: { name: [{ type: 'dns', value: 'localhost' }, { type: 'url', value: this.identifier }] } },
    });
    certificate.publicJwk.keyId = keyId;
    this.signer = { method: 'x5c', x5c: [certificate], issuer: this.identifier };
  }

  async open() {
    const course = {
      format: 'dc+sd-jwt',
      vct: `${this.origin}/vct/course`,
      scope: 'course',
      cryptographic_binding_methods_supported: ['jwk'],
      proof_types_supported: { jwt: { proof_signing_alg_values_supported: ['ES256'] } },
      credential_metadata: {
        display: [{ name: 'Cursus keramiek', locale: 'nl' }, { name: 'Ceramics course', locale: 'en' }],
        claims: [{ path: ['course'], display: [{ name: 'Cursus', locale: 'nl' }, { name: 'Course', locale: 'en' }] }],
      },
    };
    await this.agent.openid4vc.issuer.createIssuer({
      issuerId: 'ceramics',
      dpopSigningAlgValuesSupported: ['ES256'],
      batchCredentialIssuance: { batchSize: 4 },
      display: [{ name: 'Ceramics school', locale: 'en' }],
      credentialConfigurationsSupported: { course },
    });
  }

  /** An offer: its link, and the transaction code that goes with it. */
  async offer({ title = 'Keramiek voor beginners', dpop = false, deferred = false } = {}) {
    const { credentialOffer, issuanceSession } = await this.agent.openid4vc.issuer.createCredentialOffer({
      issuerId: 'ceramics',
      credentialConfigurationIds: ['course'],
      preAuthorizedCodeFlowConfig: { txCode: { length: 4, input_mode: 'numeric', description: 'Op de kaart bij de oven' } },
      authorization: { requireDpop: dpop, requireWalletAttestation: false },
      generateRefreshTokens: deferred,
      issuanceMetadata: { title, deferred, number: randomInt(1000) },
    });
    const session = () => this.agent.openid4vc.issuer.getIssuanceSessionById(issuanceSession.id);
    return { link: credentialOffer, code: issuanceSession.userPin, session };
  }

  credentials(keys, { title }) {
    // Rounded to a day, as SD-JWT VC asks of what is issued in batches.
    const nbf = (Math.floor(Date.now() / DAY) * DAY) / 1000;
    const credentials = keys.map((holder) => ({
      payload: { vct: `${this.origin}/vct/course`, course: title, level: 'NLQF 4', nbf },
      holder,
      issuer: this.signer,
      disclosureFrame: { _sd: ['course', 'level'] },
    }));
    return { type: 'credentials', format: 'dc+sd-jwt', credentials };
  }

  answer({ holderBinding, issuanceSession: { issuanceMetadata: about } }) {
    this.copies = holderBinding.keys.length;
    if (!about.deferred) return this.credentials(holderBinding.keys, about);
    const transactionId = randomUUID();
    this.later.set(transactionId, { keys: holderBinding.keys, about });
    return { type: 'deferral', transactionId, interval: 1 };
  }

  fetched({ transactionId }) {
    const { keys, about } = this.later.get(transactionId);
    return this.decided ? this.credentials(keys, about) : { type: 'deferral', transactionId, interval: 1 };
  }
}
