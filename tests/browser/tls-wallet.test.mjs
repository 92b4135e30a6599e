// Our wallet behind TLS, under a name of the world: it collects from our issuer and from one that others wrote, each behind TLS too.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { launch, visitor } from './lib/browser.mjs';
import { Harbour } from './lib/harbour.mjs';
import { startProvider } from './lib/provider.mjs';
import { School } from './lib/redeem.mjs';
import { startWorld } from './lib/tls.mjs';
import { cards, open, press } from './lib/walk.mjs';

let world, eduid, harbour, browser, school;
const own = { fetch: globalThis.fetch };
before(async () => {
  world = await startWorld({ roles: 'wallet,issuer,verifier,worker', others: ['eduid', 'harbour'] });
  const client = { client_id: 'eduwallet', redirect_uris: [`${world.wallet}/auth/callback`], token_endpoint_auth_method: 'none' };
  eduid = await startProvider(client, 'https://eduid.world.example');
  world.leads('eduid', eduid.port);
  harbour = await Harbour.start({ wallet: world.wallet, attested: true, identifier: 'https://harbour.world.example', leads: (port) => world.leads('harbour', port), fetch: world.fetch });
  browser = await launch([`--host-resolver-rules=MAP *.world.example 127.0.0.1:${world.port}`]);
  globalThis.fetch = world.fetch;
  school = new School({ ...world, institutions: [world.school], learners: [{ persona: 'samira', eduid: { school: randomUUID() } }] }, 'school');
});
after(async () => {
  globalThis.fetch = own.fetch;
  await browser?.close();
  await harbour?.stop();
  await eduid?.stop();
  await world?.stop();
});

const choose = (page, choice) => press(page.locator(`button[name="choice"][value="${choice}"]`));

async function signedIn() {
  const learner = await visitor(browser, { ignoreHTTPSErrors: true });
  await open(learner.page, `${world.wallet}/wallet`);
  if (new URL(learner.page.url()).hostname === 'wallet.world.example') await press(learner.page.locator('main a[href*="/auth/login"], a#continue').first());
  await press(learner.page.locator('button[name="person"][value="samira"]'));
  assert.equal(learner.page.url(), `${world.wallet}/wallet`, eduid.failures.join('\n'));
  return learner;
}

test('from our own issuer, with a transaction code', async () => {
  const { page, context } = await signedIn();
  const award = await school.api('POST', '/awards', { ...school.microcredential(), reference: randomUUID(), deliver: false }, 201);
  const offer = await school.api('POST', '/offers', { award: award.id, credential_configuration_ids: ['microcredential-sd-jwt'] }, 201);
  assert.ok(offer.credential_offer_uri.startsWith('https://issuer.world.example/'));
  await open(page, `${world.wallet}/credential-offer?credential_offer_uri=${encodeURIComponent(offer.credential_offer_uri)}`);
  await page.locator('input[name="tx_code"]').fill(offer.tx_code);
  await choose(page, 'accept');
  assert.match(await page.locator('main').innerText(), /Data-analyse/);
  await choose(page, 'accept');
  assert.match(new URL(page.url()).pathname, /^\/wallet\/credentials\//);
  await context.close();
});

test('from an issuer that others wrote, with a login there, vouched for, and verified by its jwt-vc-issuer', async () => {
  const { page, context } = await signedIn();
  const had = await cards(page);
  await open(page, `${world.wallet}/wallet/scan`);
  await page.locator('#link').fill(harbour.offer());
  await press(page.locator('#by-link button'));
  await choose(page, 'know');
  await choose(page, 'accept');
  await press(page.locator('a#continue'));
  await press(page.locator('button[name="person"][value="noor"]'));
  assert.match(await page.locator('main').innerText(), /Kust en binnenwater/, harbour.failures.join('\n'));
  await choose(page, 'accept');
  await open(page, `${world.wallet}/wallet`);
  assert.equal((await cards(page)).size, had.size + 1);
  assert.ok(harbour.vouched.length >= 2 && harbour.vouched.every(({ iss }) => iss === world.wallet));
  assert.ok(harbour.asked.some(({ path }) => path === '/.well-known/jwt-vc-issuer'));
  await context.close();
});
