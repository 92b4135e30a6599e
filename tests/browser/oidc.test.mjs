// Logging in at a provider that others wrote, as an operator who ran `init` and `serve` would offer it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { freeBase } from './lib/demo.mjs';
import { accessible, launch, picture, visitor } from './lib/browser.mjs';
import { startProvider } from './lib/provider.mjs';
import { serveWallet } from './lib/serve.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const clients = [
  { name: 'RS256, client secret', secret: 'a secret of more than thirty-two characters', alg: 'RS256', javaScript: true },
  { name: 'ES256, public client', secret: null, alg: 'ES256', javaScript: false },
];

for (const { name, secret, alg, javaScript } of clients) {
  describe(`oidc-provider with eduID's claims: ${name}`, () => {
    let url, provider, wallet;
    before(async () => {
      url = `http://localhost:${await freeBase()}`;
      provider = await startProvider({
        client_id: 'eduwallet-test',
        redirect_uris: [`${url}/auth/callback`],
        id_token_signed_response_alg: alg,
        ...(secret ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' } : { token_endpoint_auth_method: 'none' }),
      });
      wallet = await serveWallet({ url, discovery: provider.discovery, clientId: 'eduwallet-test', secret });
    });
    after(async () => {
      await wallet?.stop();
      await provider?.stop();
    });

    const at = async (work) => {
      const guest = await visitor(browser, { javaScript });
      try {
        await work(guest.page);
        assert.deepEqual(provider.failures, []);
        guest.clean();
      } finally {
        await guest.context.close();
      }
    };
    const choose = (page, person) => page.locator(`button[name="person"][value="${person}"]`).click();

    test('a person logs in from the front page and is greeted', () =>
      at(async (page) => {
        await page.goto(url);
        await page.locator('main a[href^="/auth/login"]').first().click();
        assert.ok(page.url().startsWith(provider.issuer), page.url());
        await choose(page, 'samira');
        assert.equal(page.url(), `${url}/wallet`);
        assert.match(await page.locator('h1').innerText(), /Samira/);
        await picture(page, `oidc-first-${alg}`);
        await accessible(page, 'an empty wallet');
        const asked = provider.asked.at(-1);
        assert.equal(asked.code_challenge_method, 'S256');
        assert.ok(asked.nonce.length >= 22 && asked.state.length >= 22);
        // Logged out here; eduID's own session is eduID's, so the next login asks nothing.
        await page.locator('form[action="/auth/logout"] button').click();
        await page.goto(`${url}/wallet/scan`);
        assert.equal(page.url(), `${url}/wallet/scan`, 'back at the page that asked for the login');
      }));

    test('turned back, and not released: no session', () =>
      at(async (page) => {
        for (const [person, code] of [['', 'login_refused'], ['forgotten', 'login_eduid']]) {
          await page.goto(`${url}/wallet`);
          await choose(page, person);
          assert.equal(await page.locator('main').getAttribute('data-error'), code);
          await picture(page, `oidc-${code}`);
          await accessible(page, code);
          assert.ok(!(await page.context().cookies(url)).some((cookie) => cookie.name === `ew_wallet_${new URL(url).port}`));
        }
      }));
  });
}
