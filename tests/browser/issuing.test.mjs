// Credo and @openid4vc/openid4vci collect from our issuer.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { loader, verified } from './lib/badges.mjs';
import { Collector } from './lib/collector.mjs';
import { CredoWallet, compacts } from './lib/credo.mjs';
import { issued, sdJwtVc } from './lib/foreign.mjs';
import { School } from './lib/redeem.mjs';
import { World } from './lib/walk.mjs';

const MICROCREDENTIAL = 'microcredential-sd-jwt';

let world, school, back;
before(async () => {
  world = await World.start();
  school = new School(world.demo);
  back = createServer((_, response) => response.end('back'));
  await new Promise((resolve) => back.listen(0, '127.0.0.1', resolve));
});
after(async () => {
  back?.close();
  back?.closeAllConnections();
  await world?.stop();
});

const offered = (...how) => school.offered(...how);
const allow = (...how) => world.allow(...how);
const state = (offer) => school.state(offer);
const client = () => ({ clientId: 'demo-wallet', redirectUri: `http://localhost:${back.address().port}/back` });

describe('Credo as a wallet at our issuer', () => {
  let wallet;
  // What is fetched later comes with a notification id; version 0.4.6 of Credo's library has that check the wrong way round.
  const unnotified = async (url, how) => {
    const answer = await fetch(url, how);
    if (!`${url}`.endsWith('/deferred-credential') || answer.status !== 200) return answer;
    const { notification_id: id, ...rest } = await answer.json();
    assert.ok(id);
    return Response.json(rest);
  };
  before(async () => {
    wallet = await CredoWallet.open(world.demo.trust_anchors_pem, { fetch: unnotified });
  });
  after(() => wallet?.stop());

  for (const how of [
    { dpop: true, alg: 'ES256', bound: 'jwk' },
    { dpop: false, alg: 'ES256', bound: 'jwk' },
    { dpop: true, alg: 'EdDSA', bound: 'jwk' },
  ]) {
    test(`pre-authorized, ${how.dpop ? 'DPoP' : 'Bearer'}, ${how.alg} by ${how.bound}`, async () => {
      const offer = await offered();
      await wallet.read(offer.deep_link, how);
      await wallet.preAuthorized(offer.tx_code);
      assert.equal(wallet.token.accessTokenResponse.token_type, how.dpop ? 'DPoP' : 'Bearer');
      const { credentials: [credential] } = await wallet.collect(how);
      const [compact] = compacts(credential);
      const { payload } = issued(compact);
      assert.equal(payload.vct, world.demo.types.microcredential);
      assert.equal(payload.cnf.jwk.kty, how.alg === 'EdDSA' ? 'OKP' : 'EC');
      await wallet.notify(credential, 'credential_accepted');
      assert.equal(await state(offer), 'issued');
    });
  }

  test('a wrong transaction code is refused, and the right one works afterwards', async () => {
    const offer = await offered();
    await wallet.read(offer.deep_link);
    await assert.rejects(wallet.preAuthorized(offer.tx_code === '000000' ? '000001' : '000000'), (error) => {
      assert.equal(error.errorResponse.error, 'invalid_grant');
      return true;
    });
    await wallet.preAuthorized(offer.tx_code);
    assert.equal((await wallet.collect()).credentials.length, 1);
  });

  test('a batch: every copy has a key and a status of its own', async () => {
    const offer = await offered();
    await wallet.read(offer.deep_link);
    await wallet.preAuthorized(offer.tx_code);
    const { credentials: [credential] } = await wallet.collect({ copies: 4 });
    const copies = compacts(credential).map((compact) => issued(compact).payload);
    assert.equal(copies.length, 4);
    assert.equal(new Set(copies.map(({ cnf }) => cnf.jwk.x)).size, 4);
    assert.equal(new Set(copies.map(({ status }) => `${status.status_list.uri} ${status.status_list.idx}`)).size, 4);
    await wallet.notify(credential, 'credential_accepted');
  });

  for (const dpop of [true, false]) {
    test(`authorization code with PAR and PKCE, ${dpop ? 'DPoP' : 'Bearer'}, and refreshed`, async () => {
      const offer = await offered({ grant: 'authorization_code' });
      await wallet.read(offer.deep_link, { dpop });
      await wallet.authorized(client(), allow);
      assert.equal(wallet.token.accessTokenResponse.token_type, dpop ? 'DPoP' : 'Bearer');
      const first = wallet.token.accessToken;
      await wallet.refresh();
      assert.notEqual(wallet.token.accessToken, first);
      const { credentials: [credential] } = await wallet.collect({ copies: 2 });
      assert.equal(compacts(credential).length, 2);
      await wallet.notify(credential, 'credential_accepted');
      assert.equal(await state(offer), 'issued');
    });
  }

  test('a learner who says no sends the wallet back with access_denied', async () => {
    const offer = await offered({ grant: 'authorization_code' });
    await wallet.read(offer.deep_link);
    await assert.rejects(wallet.authorized(client(), (url) => allow(url, { choice: 'refuse' })), (error) => {
      assert.equal(error.errorResponse.error, 'access_denied');
      return true;
    });
  });

  test('an award that waits for its decision is fetched later, with a refreshed token', async () => {
    const { learner: { eduid, ...person }, ...award } = school.microcredential();
    const offer = await offered({ deferred: true }, { ...award, learner: person });
    await wallet.read(offer.deep_link);
    await wallet.preAuthorized(offer.tx_code);
    const { credentials, deferredCredentials: [waiting] } = await wallet.collect();
    assert.equal(credentials.length, 0);
    await new Promise((resolve) => setTimeout(resolve, 1000 * waiting.interval));
    const early = await wallet.fetchLater(waiting);
    assert.equal(early.deferredCredentials.length, 1);
    await school.api('PUT', `/awards/${offer.award}`, { ...award, reference: offer.reference, learner: { eduid, ...person }, deliver: false }, 200);
    await wallet.refresh();
    const { credentials: [credential] } = await wallet.fetchLater(waiting);
    assert.equal(issued(compacts(credential)[0]).payload.vct, world.demo.types.microcredential);
    assert.equal(await state(offer), 'issued');
  });
});

/** What others make of a credential of each format; gives its claims. */
const readers = {
  'dc+sd-jwt': async (compact) => (await sdJwtVc(world.demo.trust_anchors_pem).verify(compact, { currentDate: Math.floor(Date.now() / 1000) })).payload,
  jwt_vc_json: async (compact) => {
    const { kid, alg } = decodeProtectedHeader(compact);
    const { document } = await loader()(kid.split('#')[0]);
    const { publicKeyJwk } = document.verificationMethod.find(({ id }) => id === kid);
    return (await jwtVerify(compact, await importJWK(publicKeyJwk, alg))).payload;
  },
  ldp_vc: async (credential) => {
    const suite = new DataIntegrityProof({ cryptosuite });
    const proof = await verified(credential, { issuer: world.demo.issuer, checkStatus: (options) => checkStatus({ ...options, suite }) });
    assert.ok(proof.verified, JSON.stringify(proof.error));
    return credential;
  },
};

const configurations = {
  'microcredential-sd-jwt': 'dc+sd-jwt',
  'microcredential-open-badge': 'ldp_vc',
  'microcredential-open-badge-jwt': 'jwt_vc_json',
  'enrolment-sd-jwt': 'dc+sd-jwt',
  'enrolment-vc': 'ldp_vc',
};

describe('@openid4vc/openid4vci as a wallet at our issuer', () => {
  for (const [configuration, format] of Object.entries(configurations)) {
    const enrolment = configuration.startsWith('enrolment');
    const award = () => (enrolment ? school.enrolment() : school.microcredential());
    const collected = async (wallet, offer) => {
      const answer = await wallet.collect(configuration);
      const claims = await readers[format](answer.credentials[0].credential);
      assert.match(JSON.stringify(claims), enrolment ? /Communicatie/ : /Data-analyse/);
      await wallet.notify(answer.notification_id, 'credential_accepted');
      assert.equal(await state(offer), 'issued');
    };

    for (const how of [{ enc: 'A128GCM' }, { dpop: true, enc: 'A256GCM', alg: 'EdDSA' }]) {
      test(`${configuration}, pre-authorized, ${how.dpop ? 'DPoP' : 'Bearer'}, encrypted with ${how.enc}`, async () => {
        const offer = await offered({ credential_configuration_ids: [configuration] }, award());
        const wallet = new Collector(world.demo.trust_anchors_pem, how);
        await wallet.read(offer.deep_link);
        await wallet.preAuthorized(offer.tx_code);
        assert.equal(wallet.token.token_type, how.dpop ? 'DPoP' : 'Bearer');
        await collected(wallet, offer);
        const { header, ...seen } = wallet.seen[0];
        assert.deepEqual(seen, { path: '/hogeschool-voorbeeld/credential', status: 200, type: 'application/jwt' });
        assert.equal(header.enc, how.enc);
      });
    }

    test(`${configuration}, authorization code with DPoP`, async () => {
      const offer = await offered({ credential_configuration_ids: [configuration], grant: 'authorization_code' }, award());
      const wallet = new Collector(world.demo.trust_anchors_pem, { dpop: true, clientId: 'demo-wallet' });
      await wallet.read(offer.deep_link);
      const scope = enrolment ? 'enrolment' : 'microcredential';
      await wallet.authorized({ ...client(), scope }, (url) => allow(url, { shows: enrolment ? /Communicatie/ : /Data-analyse/ }));
      await collected(wallet, offer);
    });
  }

  test('what is refused by the learner is told to the issuer, and never told twice as kept', async () => {
    const offer = await offered();
    const wallet = new Collector(world.demo.trust_anchors_pem);
    await wallet.read(offer.deep_link);
    await wallet.preAuthorized(offer.tx_code);
    const { notification_id: id } = await wallet.collect(MICROCREDENTIAL);
    await wallet.notify(id, 'credential_deleted');
    await assert.rejects(wallet.notify('made-up', 'credential_accepted'), (error) => {
      assert.equal(error.response.response.status, 400);
      return true;
    });
  });
});
