// Our wallet collects by a login at issuers that others wrote: pushed requests, PKCE, scopes, DPoP with nonces, `iss`, and wallets that their provider vouches for.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Harbour } from './lib/harbour.mjs';
import { World, cards, look, open, press } from './lib/walk.mjs';

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.stop());

const choose = (page, choice) => press(page.locator(`button[name="choice"][value="${choice}"]`));
const text = (page) => page.locator('main').innerText();

/** A learner who pasted the school's offer, said to know the school, and stands before the link that leads there. */
async function leaving(harbour, options = {}) {
  const learner = await world.learner('samira', options);
  const had = await cards(learner.page);
  await open(learner.page, `${world.demo.wallet}/wallet/scan`, options.language);
  await learner.page.locator('#link').fill(harbour.offer());
  await press(learner.page.locator('#by-link button'));
  const asked = harbour.asked.map(({ path }) => path);
  assert.deepEqual(asked.filter((path) => !path.startsWith('/.well-known/')), [], 'nothing but metadata before the learner says so');
  await choose(learner.page, 'know');
  const offer = learner.page.url();
  await choose(learner.page, 'accept');
  await press(learner.page.locator('a#continue'));
  return { ...learner, had, offer };
}

const path = (harbour, wanted) => harbour.asked.filter((one) => one.path === wanted);

for (const attested of [false, true]) {
  describe(`npm's oidc-provider as issuer and authorization server, wallets ${attested ? 'vouched for by their provider' : 'known by their keys'}`, () => {
    let harbour;
    before(async () => {
      harbour = await Harbour.start({ wallet: world.demo.wallet, attested });
    });
    after(() => harbour?.stop());

    test('a login, looked at, kept', async () => {
      const { page, context, clean, had } = await leaving(harbour, { javaScript: !attested });
      assert.deepEqual(harbour.failures.filter((failure) => !/nonce|challenge/i.test(failure)), []);
      await press(page.locator('button[name="person"][value="noor"]'));
      assert.match(await text(page), /Kust en binnenwater/, harbour.failures.join('\n'));
      await look(page, `receive-login-${attested ? 'attested' : 'known'}`);
      assert.equal(harbour.issued.length, 1);
      assert.deepEqual(harbour.issued[0], { account: 'noor', by: harbour.client.client_id, copies: 1 });
      // What it was sent: everything pushed, nothing in the address, nonces and challenges as demanded.
      for (const { headers } of path(harbour, '/token')) assert.ok(headers.dpop);
      assert.equal(path(harbour, '/token').length, 2, 'once more with the nonce that was demanded');
      const shown = [...path(harbour, '/request'), ...path(harbour, '/token')].map(({ headers }) => Boolean(headers['oauth-client-attestation'] && headers['oauth-client-attestation-pop']));
      assert.ok(shown.every((one) => one === attested), JSON.stringify(shown));
      if (attested) {
        assert.ok(path(harbour, '/challenge').length >= 2, 'challenges for the pushed request and the token, nonces for the proof');
        assert.ok(harbour.vouched.every(({ iss, sub, wallet_name }) => iss === world.demo.wallet && sub === harbour.client.client_id && wallet_name === 'Eduwallet'));
      }
      await choose(page, 'accept');
      assert.match(new URL(page.url()).pathname, /^\/wallet\/credentials\//);
      assert.match(await page.locator('main').textContent(), /Kust en binnenwater/);
      await open(page, `${world.demo.wallet}/wallet`);
      assert.equal((await cards(page)).size, had.size + 1);
      clean();
      await context.close();
    });

    test('turned back at the login, nothing is lost and it can be tried again', async () => {
      harbour.asked.length = 0;
      const { page, context, had } = await leaving(harbour);
      await press(page.locator('button[name="person"][value=""]'));
      assert.equal(await page.locator('main').getAttribute('data-error'), 'authorization_refused');
      assert.equal(path(harbour, '/token').length, 0);
      await open(page, `${world.demo.wallet}/wallet`);
      assert.deepEqual(await cards(page), had);
      await context.close();
    });

    test('an answer under another `iss` is not taken, and no code goes anywhere', async () => {
      harbour.asked.length = 0;
      const { page, context, had } = await leaving(harbour);
      harbour.pretends = 'https://elsewhere.example';
      await press(page.locator('button[name="person"][value="noor"]'));
      assert.equal(await page.locator('main').getAttribute('data-error'), 'authorization_issuer');
      assert.equal(path(harbour, '/token').length, 0);
      harbour.pretends = undefined;
      await open(page, `${world.demo.wallet}/wallet`);
      assert.deepEqual(await cards(page), had);
      await context.close();
    });
  });
}
