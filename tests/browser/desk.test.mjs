// The desk: what was decided is looked at, a credential is revoked through the form, and whoever looks at it afterwards knows.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { World, cards, look, open, press } from './lib/walk.mjs';

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.stop());

const withdrawn = { nl: /Ingetrokken/, en: /[Ww]ithdrawn/ };

for (const { language, javaScript } of [{ language: 'nl', javaScript: true }, { language: 'en', javaScript: false }]) {
  describe(`the desk, ${language}, scripts ${javaScript ? 'on' : 'off'}`, () => {
    let staff, learner, employer;
    const see = (page, what) => look(page, `desk-${what}-${language}`, { wide: true });
    before(async () => {
      staff = await world.visitor({ language, javaScript });
      learner = await world.learner('samira', { language, javaScript });
      employer = await world.visitor({ language, javaScript });
    });
    after(() => Promise.all([staff, learner, employer].map((guest) => guest?.context.close())));

    test('staff sees results with what was decided and why', async () => {
      const { page } = staff;
      await open(page, `${world.institution().credential_issuer}/desk`, language);
      await world.signIn(page, 'admin-hogeschool');
      assert.match(page.url(), /\/hogeschool-voorbeeld\/desk/);
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      await see(page, 'results');
      await press(page.locator('nav a[href*="/desk/issued"]'));
      await see(page, 'issued');
      staff.clean();
    });

    test('revoked with a reason, seen by employer and learner', async () => {
      const overview = learner.page;
      const had = await cards(overview);
      await world.award();
      const credential = `${world.demo.wallet}${await world.arrived(overview, had)}`;
      await open(overview, credential, language);
      await press(overview.locator('main a[href*="/wallet/share?"]').first());
      await press(overview.locator('button[name="step"][value="make"]'));
      const link = (await overview.locator('#link').inputValue()).split('?')[0];
      await open(employer.page, link, language);
      await see(employer.page, 'shared-valid');

      const { page } = staff;
      await open(page, `${world.institution().credential_issuer}/desk/issued`, language);
      await press(page.locator('tbody tr', { hasText: 'Samira' }).first().locator('a'));
      await see(page, 'credential');
      await press(page.locator('a[href*="to=revoked"]'));
      await see(page, 'confirm');
      await page.locator('#reason').fill('Dubbel uitgereikt');
      await page.locator('input[name="sure"]').check();
      await press(page.locator('main form button.btn').first());
      assert.equal(await page.locator('html').getAttribute('lang'), language);
      assert.match(await page.locator('main').innerText(), withdrawn[language]);
      await see(page, 'revoked');

      // On our own pages within five seconds; the share page checks at each opening.
      for (const end = Date.now() + 5000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 200))) {
        await employer.page.reload();
        if (withdrawn[language].test(await employer.page.locator('main').innerText())) break;
      }
      const verdict = await employer.page.locator('main').innerText();
      assert.match(verdict, withdrawn[language]);
      assert.doesNotMatch(verdict, /Dubbel uitgereikt/, 'the reason stays with the learner');
      await see(employer.page, 'shared-revoked');
      await open(overview, credential, language);
      assert.match(await overview.locator('main').innerText(), withdrawn[language]);
      await see(overview, 'wallet-revoked');
      for (const guest of [staff, learner, employer]) guest.clean();
    });

    test('a learner is nobody at the desk', async () => {
      const { page, context, clean } = await world.visitor({ language, javaScript });
      await open(page, `${world.institution().credential_issuer}/desk`, language);
      await world.signIn(page, 'barry');
      await see(page, 'no-access');
      assert.equal(await page.locator('table').count(), 0);
      clean();
      await context.close();
    });
  });
}
