// A fresh award at the demo's institution, offered, and redeemed by a wallet that others wrote.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { call } from './demo.mjs';
import { ForeignWallet } from './foreign.mjs';

/** The demo's institution as a system beside it sees it. */
export class School {
  constructor(demo, slug = 'hogeschool-voorbeeld') {
    Object.assign(this, { demo, ...demo.institutions.find((institution) => institution.slug === slug) });
  }

  /** One call of the machine API. */
  async api(method, path, body, expected) {
    const answer = await call(method, `${this.credential_issuer}/api/v1${path}`, { key: this.api_key, body });
    assert.equal(answer.status, expected, JSON.stringify(answer.value));
    return answer.value;
  }

  get learner() {
    const samira = this.demo.learners.find((learner) => learner.persona === 'samira');
    return { eduid: samira.eduid[this.slug], given_name: 'Samira', family_name: 'de Vries' };
  }

  microcredential() {
    return {
      kind: 'microcredential',
      template: 'data-analyse-basis',
      learner: { ...this.learner, birthdate: '2004-05-17' },
      awarded_date: '2026-02-01',
      result: { type: '1-10', value: '8', passed: true },
      final: { by: 'examination board', on: '2026-02-03' },
    };
  }

  enrolment() {
    return {
      kind: 'enrolment',
      learner: this.learner,
      programme: { crohoCreboCode: '34401', name: 'Communicatie' },
      phase: 'bachelor',
      modeOfStudy: 'full-time',
      startDate: '2026-09-01',
      endDate: '2027-08-31',
      state: 'associated',
      final: { by: 'student administration', on: '2026-09-01' },
    };
  }

  /** An award, and an offer of it as the API answers. */
  async offered(extra = {}, award = this.microcredential()) {
    const reference = randomUUID();
    const made = await this.api('POST', '/awards', { ...award, reference, deliver: false }, 201);
    const body = { award: made.id, credential_configuration_ids: ['microcredential-sd-jwt'], ...extra };
    return { award: made.id, reference, ...(await this.api('POST', '/offers', body, 201)) };
  }

  /** What an offer has come to. */
  async state({ id }) {
    return (await this.api('GET', `/offers/${id}`, undefined, 200)).state;
  }

  /** Awards, offers and redeems; gives the wallet, the offer's id, what was issued and how to notify. */
  async redeemed(award, configuration, how = {}) {
    const { id } = await this.api('POST', '/awards', { ...award, reference: randomUUID(), deliver: false }, 201);
    const made = await this.api('POST', '/offers', { award: id, credential_configuration_ids: [configuration] }, 201);
    const wallet = new ForeignWallet(this.demo.trust_anchors_pem, how);
    return { wallet, award: id, offer: made.id, ...(await wallet.redeem(made, configuration)) };
  }

  /** Changes the status of the credential that was issued last and waits until it is published. */
  async status(word) {
    const { items } = await this.api('GET', '/credentials', undefined, 200);
    const last = items.toSorted((one, other) => other.issued_at.localeCompare(one.issued_at))[0];
    await this.api('POST', `/credentials/${last.id}/status`, { status: word, reason: 'test' }, 200);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}
