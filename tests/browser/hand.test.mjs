// What a learner does by hand: answer somebody unproven, paste an offer, disconnect and connect a school, delete; by keyboard; at 320 pixels.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { World, cards, look, open, press } from './lib/walk.mjs';

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.stop());

for (const { language, javaScript } of [{ language: 'nl', javaScript: true }, { language: 'en', javaScript: false }]) {
  const name = `${language}-${javaScript ? 'js' : 'nojs'}`;
  const see = (page, what) => look(page, `hand-${what}-${name}`, { wide: true });

  describe(`by hand, ${name}`, () => {
    test('an employer whom nobody registered asks one question; only a typed host name lets it through', async () => {
      const employer = await world.visitor({ language, javaScript });
      const asking = employer.page;
      await open(asking, `${world.demo.verifier}/ask`, language);
      await see(asking, 'ask');
      await asking.locator('input[name="use_case"][value="microcredential"]').check();
      await asking.locator('#name').fill('Bakkerij Voorbeeld');
      await asking.locator('#contact').fill('baas@bakkerij.example');
      await asking.locator('#purpose').fill('Sollicitatie');
      await asking.locator('input[name="ground"]').first().check();
      await asking.locator('#days').fill('7');
      await press(asking.locator('main form[action*="/ask"] button'));
      assert.match(asking.url(), /\/asked\//);
      await see(asking, 'asked');
      const question = await asking.locator('#link').inputValue();

      const learner = await world.learner('samira', { language, javaScript });
      const { page } = learner;
      await open(page, question, language);
      await see(page, 'question');
      await press(page.locator('#open, main a[href*="/authorize"]').first());
      assert.ok(page.url().startsWith(world.demo.wallet), page.url());
      await see(page, 'unproven');
      assert.equal(await page.locator('.note.bad').count() > 0, true, 'the unproven asker stands out');
      const expected = await page.locator('input[name="confirm"]').getAttribute('data-expect');
      assert.equal(expected, 'localhost');
      const share = page.locator('button[name="choice"][value="share"]');
      assert.equal(await share.evaluate((button) => button.classList.contains('btn') && !button.classList.contains('btn-2')), false, 'no primary button');
      await page.locator('input[name="confirm"]').fill('elders.example');
      await press(share);
      assert.equal(await page.locator('#confirm-wrong').count(), 1);
      await see(page, 'unproven-wrong');
      await page.locator('input[name="confirm"]').fill(expected);
      await press(page.locator('button[name="choice"][value="share"]'));
      await see(page, 'unproven-shared');
      await asking.reload();
      await see(asking, 'asked-answered');
      assert.match(await asking.locator('main').innerText(), /Samira/);
      learner.clean();
      employer.clean();
      await Promise.all([learner, employer].map(({ context }) => context.close()));
    });

    test('an offer link is pasted, its code typed, and the credential accepted', async () => {
      const award = await world.award({ deliver: false });
      const made = await world.issuer('POST', '/offers', { award, credential_configuration_ids: ['microcredential-sd-jwt'] }, 201);
      const learner = await world.learner('samira', { language, javaScript });
      const { page } = learner;
      const had = await cards(page);
      await press(page.locator('main a[href*="/wallet/scan"]').first());
      await see(page, 'scan');
      await page.locator('#link').fill('dit is geen code');
      await press(page.locator('#by-link button'));
      await see(page, 'scan-wrong');
      await page.locator('#link').fill(made.deep_link);
      await press(page.locator('#by-link button'));
      await see(page, 'offer');
      await page.locator('input[name="tx_code"]').fill(made.tx_code === '000000' ? '000001' : '000000');
      await press(page.locator('button[name="choice"][value="accept"]'));
      await see(page, 'offer-wrong-code');
      await page.locator('input[name="tx_code"]').fill(made.tx_code);
      await press(page.locator('button[name="choice"][value="accept"]'));
      await see(page, 'offer-arrived');
      assert.match(await page.locator('main').innerText(), /Samira de Vries/);
      await press(page.locator('button[name="choice"][value="accept"]'));
      await see(page, 'offer-accepted');
      await open(page, `${world.demo.wallet}/wallet`, language);
      assert.equal((await cards(page)).size, had.size + 1);
      assert.equal((await world.issuer('GET', `/offers/${made.id}`, undefined, 200)).state, 'issued');
      learner.clean();
      await learner.context.close();
    });

    test('a credential is deleted, and its links end with it', async () => {
      const learner = await world.learner('samira', { language, javaScript });
      const { page } = learner;
      const had = await cards(page);
      await world.award();
      const card = await world.arrived(page, had);
      await open(page, `${world.demo.wallet}${card}`, language);
      await press(page.locator('main a[href*="/wallet/share?"]').first());
      await press(page.locator('button[name="step"][value="make"]'));
      const link = (await page.locator('#link').inputValue()).split('?')[0];
      await open(page, `${world.demo.wallet}${card}`, language);
      await press(page.locator('a[href*="/delete"]'));
      await see(page, 'delete');
      await press(page.locator('button[name="choice"][value="delete"]'));
      await open(page, `${world.demo.wallet}/wallet`, language);
      assert.ok(!(await cards(page)).has(card));
      assert.equal((await page.goto(`${world.demo.wallet}${card}`)).status(), 404);
      assert.equal((await page.goto(link)).status(), 404);
      learner.clean();
      await learner.context.close();
    });

    test('a school is disconnected, keeps what comes, and is connected again', async () => {
      const learner = await world.learner('barry', { language, javaScript });
      const { page } = learner;
      await press(page.locator('nav a[href*="/wallet/institutions"]'));
      await press(page.locator('main a[href*="/institutions/roc-voorbeeld/"]').first());
      await see(page, 'school');
      await press(page.locator('form[action*="/disconnect"] button'));
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await see(page, 'school-disconnected');
      await open(page, `${world.demo.wallet}/wallet`, language);
      const had = await cards(page);
      const barry = { eduid: world.eduid('barry', 'roc-voorbeeld'), given_name: 'Barry', family_name: 'Jansen' };
      const body = {
        kind: 'microcredential', reference: `hand-${name}`, template: 'zorgtechnologie', learner: barry, awarded_date: '2026-03-01',
        result: { type: 'pass-or-fail', value: 'passed', passed: true }, final: { by: 'examination board', on: '2026-03-03' },
      };
      await world.issuer('POST', '/awards', body, 201, 'roc-voorbeeld');
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await page.reload();
      assert.deepEqual(await cards(page), had, 'nothing comes from a school that is not connected');

      await open(page, `${world.demo.wallet}/wallet/institutions/roc-voorbeeld/connect`, language);
      await see(page, 'connect');
      await press(page.locator('form[action*="/connect"] button.btn').first());
      await see(page, 'connect-continue');
      await press(page.locator('a#continue'));
      await world.signIn(page, 'barry');
      assert.ok(page.url().startsWith(world.demo.issuer), page.url());
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await see(page, 'connect-choice');
      await press(page.locator('button[name="choice"][value="allow"]'));
      assert.ok(page.url().startsWith(world.demo.wallet), page.url());
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await see(page, 'connected');
      await open(page, `${world.demo.wallet}/wallet`, language);
      await world.arrived(page, had);
      learner.clean();
      await learner.context.close();
    });
  });
}

/** Tabs until the element that matches has the focus; what has it must be seen to have it. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate((wanted) => {
      const at = document.activeElement;
      // The link of a tile covers it, and the tile shows the focus.
      const { outlineStyle, outlineWidth } = getComputedStyle(at.closest('.tile') ?? at);
      const { top, bottom } = at.getBoundingClientRect();
      const middle = document.elementFromPoint(at.getBoundingClientRect().x + at.getBoundingClientRect().width / 2, (top + bottom) / 2);
      const shown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      const covered = middle !== null && !at.contains(middle) && !middle.contains(at) && middle.closest('label') !== at.closest('label');
      return { here: at.matches(wanted), tag: at.outerHTML.slice(0, 120), shown: shown || at.matches('input[type="radio"], input[type="checkbox"]'), covered };
    }, selector);
    assert.ok(found.shown, `focus is visible on ${found.tag}`);
    assert.ok(!found.covered, `focus is not hidden on ${found.tag}`);
    if (found.here) return;
  }
  assert.fail(`${selector} cannot be reached by keyboard`);
}

test('sharing with the keyboard alone', async () => {
  const guest = await world.visitor();
  const { page } = guest;
  const enter = async () => {
    const arrived = page.waitForNavigation();
    await page.keyboard.press('Enter');
    await arrived;
  };
  await page.goto(world.demo.wallet);
  await tabTo(page, 'main a[href*="/auth/login"]');
  await enter();
  // The sandbox's own page is not ours to judge.
  await press(page.locator('button[name="persona"][value="samira"]'));
  await tabTo(page, 'main .tiles a[href*="/wallet/credentials/"]');
  await enter();
  await tabTo(page, 'main a[href*="/wallet/share?"]');
  await enter();
  await tabTo(page, '#label');
  await page.keyboard.type('Met het toetsenbord');
  await tabTo(page, 'button[name="step"][value="make"]');
  await enter();
  const link = await page.locator('#link').inputValue();
  assert.match(await page.locator('main').innerText(), /Met het toetsenbord/);
  const made = await world.ask({ use_case: 'microcredential', purpose: { nl: 'Sollicitatie', en: 'Application' } });
  await page.goto(made.wallet_link);
  // Enter in a field decides nothing on the consent page.
  await tabTo(page, 'summary');
  await page.waitForTimeout(700);
  await tabTo(page, 'button[name="choice"][value="share"]');
  await enter();
  assert.equal((await world.result(made)).state, 'received');
  await page.goto(link);
  await tabTo(page, 'summary');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('details[open]').count(), 1);
  guest.clean();
  await guest.context.close();
});

test('nothing scrolls sideways at 320 pixels, and everything can be pressed', async () => {
  const guest = await world.learner('samira', { width: 320, height: 640 });
  const { page } = guest;
  const request = await world.ask({ use_case: 'microcredential', purpose: { nl: 'Sollicitatie data-analist', en: 'Application' } });
  const [card] = await cards(page);
  const id = card.split('/').at(-1);
  const { wallet, verifier, issuer, share_links: links } = world.demo;
  const pages = [
    `${wallet}/`, `${wallet}/wallet`, `${wallet}${card}`, `${wallet}/wallet/share?c=${id}`, `${wallet}/wallet/shares`, `${wallet}/wallet/activity`,
    `${wallet}/wallet/institutions`, `${wallet}/wallet/scan`, `${wallet}/settings/privacy`, `${wallet}/wallet/feed`, `${wallet}/settings/notifications`, request.wallet_link, links[0], `${wallet}/verify`,
    `${verifier}/`, `${verifier}/ask`, request.page, issuer, `${issuer}/hogeschool-voorbeeld`, `${wallet}/help`, `${wallet}/privacy`,
  ];
  const wrong = [];
  for (const [at, url] of pages.entries()) {
    await page.goto(url);
    await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
    const seen = await page.evaluate(() => {
      const inText = (element) => element.matches('p a:not(.btn):not(.tap), li a:not(.btn):not(.tap), dd a, span a, h3 a, .foot a, summary, .skip, .aside a, .demo-bar a');
      const controls = [...document.querySelectorAll('a[href], button, input:not([type="hidden"]):not([type="radio"]):not([type="checkbox"])')];
      const small = controls.filter((control) => !inText(control) && control.checkVisibility() && !control.closest('.vh')).filter((control) => control.getBoundingClientRect().height < 43.5);
      return { width: document.documentElement.scrollWidth, small: small.map((control) => control.outerHTML.slice(0, 120)) };
    });
    if (seen.width > 320) wrong.push(`${url}: ${seen.width} wide`);
    if (seen.small.length > 0) wrong.push(`${url}: small ${seen.small.join(' ')}`);
    await page.screenshot({ path: new URL(`../../build/screenshots/narrow-${at}.png`, import.meta.url).pathname, fullPage: true });
  }
  assert.deepEqual(wrong, []);
  guest.clean();
  await guest.context.close();
});
