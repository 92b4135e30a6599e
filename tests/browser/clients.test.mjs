// Clients that know nothing of each other's libraries: a strict OAuth client at our authorization server, and a wallet of draft 15.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { verified } from './lib/badges.mjs';
import { issued, sdJwtVc } from './lib/foreign.mjs';
import { startOlder } from './lib/older.mjs';
import { School } from './lib/redeem.mjs';
import { SphereonWallet } from './lib/sphereon.mjs';
import { World } from './lib/walk.mjs';

const MICROCREDENTIAL = 'microcredential-sd-jwt';

let world, school;
before(async () => {
  world = await World.start();
  school = new School(world.demo);
});
after(() => world?.stop());

describe('oauth4webapi at our authorization server', () => {
  // The demo is plain HTTP on loopback.
  const how = { [oauth.allowInsecureRequests]: true };
  const client = { client_id: 'demo-wallet' };
  const details = JSON.stringify([{ type: 'openid_credential', credential_configuration_id: MICROCREDENTIAL }]);
  let back, redirect, server;
  before(async () => {
    const issuer = new URL(school.credential_issuer);
    server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...how }));
    back = createServer((_, response) => response.end('back'));
    await new Promise((resolve) => back.listen(0, '127.0.0.1', resolve));
    redirect = `http://localhost:${back.address().port}/back`;
  });
  after(() => {
    back?.close();
    back?.closeAllConnections();
  });

  /** Again with the nonce that the server asked for, once. */
  const withNonce = (ask) => ask().catch((error) => (oauth.isDPoPNonceError(error) ? ask() : Promise.reject(error)));

  /** By way of the issuer's pages; gives the verified answer with what redeems it. */
  async function asked(wants, DPoP, choice) {
    const { credential_offer: { grants } } = await school.offered({ grant: 'authorization_code' });
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    const request = {
      response_type: 'code', ...client, redirect_uri: redirect, state, issuer_state: grants.authorization_code.issuer_state, ...wants,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    };
    const { request_uri } = await withNonce(async () =>
      oauth.processPushedAuthorizationResponse(server, client, await oauth.pushedAuthorizationRequest(server, client, oauth.None(), request, { DPoP, ...how })));
    const url = `${server.authorization_endpoint}?${new URLSearchParams({ ...client, request_uri })}`;
    const came = new URL(await world.allow(url, { choice }));
    // It insists on `iss` (RFC 9207), because our metadata promises it.
    const answer = oauth.validateAuthResponse(server, client, came, state);
    const redeem = async () =>
      oauth.processAuthorizationCodeResponse(server, client, await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), answer, redirect, verifier, { DPoP, ...how }));
    return { answer, redeem };
  }

  const credential = (token, DPoP) => {
    const url = new URL(`${school.credential_issuer}/credential`);
    return oauth.protectedResourceRequest(token, 'POST', url, new Headers({ 'content-type': 'application/json' }), '{}', { DPoP, ...how });
  };

  for (const { name, wants, dpop } of [
    { name: 'authorization_details, DPoP with nonces', wants: { authorization_details: details }, dpop: true },
    { name: 'scope, Bearer', wants: { scope: 'microcredential' }, dpop: false },
  ]) {
    test(`PAR, PKCE, ${name}: a token, refreshed, and good at the credential endpoint until its code is tried again`, async () => {
      const DPoP = dpop ? oauth.DPoP(client, await oauth.generateKeyPair('ES256')) : undefined;
      const { redeem } = await asked(wants, DPoP);
      const token = await withNonce(redeem);
      assert.equal(token.token_type, dpop ? 'dpop' : 'bearer');
      const refreshed = await withNonce(async () =>
        oauth.processRefreshTokenResponse(server, client, await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token.refresh_token, { DPoP, ...how })));
      assert.notEqual(refreshed.access_token, token.access_token);
      // The token is believed: what is refused is that nothing was asked for.
      const answer = await withNonce(() => credential(refreshed.access_token, DPoP));
      assert.deepEqual([answer.status, (await answer.json()).error], [400, 'invalid_credential_request']);
      await assert.rejects(withNonce(redeem), ({ error }) => error === 'invalid_grant');
      await assert.rejects(credential(refreshed.access_token, DPoP), ({ status, cause: [challenge] }) => {
        assert.deepEqual([status, challenge.scheme, challenge.parameters.error], [401, 'dpop', 'invalid_token']);
        return true;
      });
    });
  }

  test('a learner who says no comes back as access_denied, with iss and state', async () => {
    await assert.rejects(asked({ scope: 'microcredential' }, undefined, 'refuse'), ({ error }) => error === 'access_denied');
  });
});

describe("Sphereon's wallet of draft 15 at an institution that opened the bridges", () => {
  let older;
  before(async () => {
    older = await startOlder();
  });
  after(() => older?.stop());

  const forms = {
    'microcredential-sd-jwt': async (compact) => {
      const now = Math.floor(Date.now() / 1000);
      return (await sdJwtVc(older.school.demo.trust_anchors_pem).verify(compact, { currentDate: now })).payload;
    },
    'microcredential-vc-sd-jwt': (compact) => {
      const { header, payload } = issued(compact);
      assert.equal(header.typ, 'vc+sd-jwt');
      return payload;
    },
    'microcredential-open-badge': async (badge) => {
      const suite = new DataIntegrityProof({ cryptosuite });
      const proof = await verified(badge, { issuer: new URL(older.school.credential_issuer).origin, checkStatus: (options) => checkStatus({ ...options, suite }) });
      assert.ok(proof.verified, JSON.stringify(proof.error));
      return badge;
    },
    'microcredential-open-badge-jwt': decodeJwt,
  };

  for (const [configuration, read] of Object.entries(forms)) {
    for (const dpop of [false, true]) {
      test(`${configuration}, pre-authorized, ${dpop ? 'DPoP' : 'Bearer'}`, async () => {
        const offer = await older.school.offered({ credential_configuration_ids: [configuration] });
        const wallet = await SphereonWallet.open({ dpop });
        await wallet.preAuthorized(offer);
        assert.equal(wallet.token.token_type, dpop ? 'DPoP' : 'Bearer');
        const { credentials: [{ credential }], notification_id: id } = await wallet.collect(configuration);
        assert.match(JSON.stringify(await read(credential)), /Data-analyse/);
        // Notifications it sends without proof of its key, which a bound token needs.
        if (!dpop) assert.equal((await wallet.notify(id, 'credential_accepted')).error, false);
        assert.equal(await older.school.state(offer), 'issued');
      });
    }
  }

  test('where the bridges are closed its one proof is none, and the offer is not used up', async () => {
    const offer = await school.offered();
    const wallet = await SphereonWallet.open();
    await wallet.preAuthorized(offer);
    await assert.rejects(wallet.collect(MICROCREDENTIAL), /failed with status: 400/);
    assert.equal(await school.state(offer), 'claimed');
  });
});
