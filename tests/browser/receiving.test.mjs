// Our wallet collects from issuers that others wrote and nobody registered: what is shown, what is sent, what is kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Ceramics } from './lib/ceramics.mjs';
import { Choir } from './lib/choir.mjs';
import { World, cards, look, open, press } from './lib/walk.mjs';

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.stop());

const choose = (page, choice) => press(page.locator(`button[name="choice"][value="${choice}"]`));
const text = (page) => page.locator('main').innerText();

/** A learner who pasted a link; ends at the offer's page. */
async function pasted(link, options) {
  const learner = await world.learner('samira', options);
  const had = await cards(learner.page);
  await open(learner.page, `${world.demo.wallet}/wallet/scan`, options?.language);
  await learner.page.locator('#link').fill(link);
  await press(learner.page.locator('#by-link button'));
  return { ...learner, had };
}

describe('Credo as an issuer at our wallet', () => {
  let school;
  before(async () => {
    school = await Ceramics.start();
  });
  after(() => school?.stop());

  for (const { language, javaScript, dpop } of [
    { language: 'nl', javaScript: true, dpop: true },
    { language: 'en', javaScript: false, dpop: false },
  ]) {
    test(`an unknown issuer is marked, its course looked at and kept, ${dpop ? 'DPoP' : 'Bearer'}, ${language}`, async () => {
      const offer = await school.offer({ dpop });
      school.asked.length = 0;
      const { page, context, clean, had } = await pasted(offer.link, { language, javaScript });
      assert.match(await text(page), /localhost/);
      assert.equal(await page.locator('input[name="tx_code"], button[value="accept"]').count(), 0, 'no code field before the press');
      await look(page, `receive-stranger-${language}`);
      assert.ok(!school.asked.some(({ path }) => /token|nonce|credential$/.test(path)), JSON.stringify(school.asked));
      await choose(page, 'know');
      await page.locator('input[name="tx_code"]').fill(offer.code);
      await choose(page, 'accept');
      assert.match(await text(page), /Keramiek voor beginners/);
      await look(page, `receive-looked-at-${language}`);
      assert.equal(school.copies, 4, 'as many copies as the issuer gives, and no more than five');
      const token = school.asked.find(({ path }) => path.endsWith('/token'));
      assert.ok(token.headers.dpop, 'the issuer speaks DPoP, so the wallet does');
      await choose(page, 'accept');
      await look(page, `receive-kept-${language}`);
      assert.match(new URL(page.url()).pathname, /^\/wallet\/credentials\//);
      // Beside the claims of the types that we know, what it says is folded.
      const said = await page.locator('main').textContent();
      for (const part of [/Keramiek voor beginners/, /NLQF 4/, /oid4vci\/ceramics/]) assert.match(said, part);
      await open(page, `${world.demo.wallet}/wallet`, language);
      assert.equal((await cards(page)).size, had.size + 1);
      assert.equal((await offer.session()).state, 'Completed');
      clean();
      await context.close();
    });
  }

  test('a wrong code is told and typed again', async () => {
    const offer = await school.offer();
    const { page, context, clean } = await pasted(offer.link);
    await choose(page, 'know');
    await page.locator('input[name="tx_code"]').fill(offer.code === '0000' ? '0001' : '0000');
    await choose(page, 'accept');
    assert.equal(await page.locator('input[name="tx_code"]').count(), 1);
    await page.locator('input[name="tx_code"]').fill(offer.code);
    await choose(page, 'accept');
    assert.match(await text(page), /Keramiek voor beginners/);
    clean();
    await context.close();
  });

  test('refused after looking, nothing stays', async () => {
    const offer = await school.offer();
    const { page, context, clean, had } = await pasted(offer.link);
    await choose(page, 'know');
    await page.locator('input[name="tx_code"]').fill(offer.code);
    await choose(page, 'accept');
    await choose(page, 'refuse');
    await open(page, `${world.demo.wallet}/wallet`);
    assert.deepEqual(await cards(page), had);
    clean();
    await context.close();
  });

  test('what is being prepared is shown so, fetched in the background, and looked at', async () => {
    const offer = await school.offer({ title: 'Glazuren', deferred: true });
    school.decided = false;
    const { page, context, clean } = await pasted(offer.link);
    await choose(page, 'know');
    await page.locator('input[name="tx_code"]').fill(offer.code);
    await choose(page, 'accept');
    assert.doesNotMatch(await text(page), /Glazuren/);
    await look(page, 'receive-prepared');
    school.decided = true;
    for (const end = Date.now() + 30_000; !/Glazuren/.test(await text(page)); await page.reload()) {
      assert.ok(Date.now() < end, `still being prepared: ${await text(page)}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    await choose(page, 'accept');
    assert.match(await page.locator('main').textContent(), /Glazuren/);
    assert.equal((await offer.session()).state, 'Completed');
    clean();
    await context.close();
  });
});

test('@openid4vc/openid4vci as an issuer that hears and answers encrypted only, verified by its jwt-vc-issuer, told that it is kept', async () => {
  const choir = await Choir.start();
  try {
    const { page, context, clean } = await pasted(await choir.offer('Canon in vier stemmen'));
    await choose(page, 'know');
    await choose(page, 'accept');
    assert.deepEqual(choir.heard, []);
    assert.match(await text(page), /Canon in vier stemmen/);
    assert.deepEqual(choir.notified, [], 'nobody is told before it is kept');
    await choose(page, 'accept');
    assert.match(await page.locator('main').textContent(), /Canon in vier stemmen/);
    for (const end = Date.now() + 5000; choir.notified.length === 0 && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(choir.notified, [{ notification_id: 'sung', event: 'credential_accepted' }]);
    clean();
    await context.close();
  } finally {
    await choir.stop();
  }
});
