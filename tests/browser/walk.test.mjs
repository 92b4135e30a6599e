// The walk in a real Chromium: from an institution's result to an employer's verdict, with and without JavaScript, in both languages.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { World, cards, look, open, press } from './lib/walk.mjs';

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.stop());

const words = {
  nl: { valid: /Echt en geldig/, new: /Nieuw voor je/ },
  en: { valid: /[Gg]enuine and valid/, new: /New for you/ },
};

for (const javaScript of [true, false]) {
  for (const language of ['nl', 'en']) {
    const name = `${language}-${javaScript ? 'js' : 'nojs'}`;
    const wide = javaScript;
    describe(`the walk, ${name}`, () => {
      let learner, card;
      const see = (page, what) => look(page, `walk-${what}-${name}`, { wide });
      const inLanguage = async (page) => assert.equal(await page.locator('html').getAttribute('lang'), language, page.url());
      before(async () => {
        learner = await world.visitor({ javaScript, language });
      });
      after(() => learner?.context.close());

      test('an award arrives in the connected wallet', async () => {
        const { page } = learner;
        await open(page, world.demo.wallet, language);
        await see(page, 'welcome');
        await world.signIn(page, 'samira');
        await inLanguage(page);
        const had = await cards(page);
        assert.ok(had.size >= 7, `${had.size} cards`);
        await world.award();
        card = await world.arrived(page, had);
        assert.match(await page.locator('main').innerText(), words[language].new);
        await see(page, 'overview');
        await press(page.locator(`a[href^="${card}"]`).first());
        await inLanguage(page);
        await see(page, 'credential');
        learner.clean();
      });

      test('shared, seen by an employer, stopped', async () => {
        const { page } = learner;
        await press(page.locator('main a[href*="/wallet/share?"]').first());
        await see(page, 'share-new');
        await press(page.locator('button[name="step"][value="make"]'));
        await inLanguage(page);
        await see(page, 'share-made');
        const link = await page.locator('#link').inputValue();
        assert.match(link, /\/s\/[A-Za-z0-9]{22}(\?lang=en)?$/);

        const employer = await world.visitor({ javaScript, language });
        await open(employer.page, link.split('?')[0], language);
        await inLanguage(employer.page);
        await see(employer.page, 'verdict');
        assert.match(await employer.page.locator('h1').innerText(), words[language].valid);
        assert.doesNotMatch(await employer.page.title(), /Samira|Vries/, 'no name in the title');

        await press(page.locator('form[action*="/stop"] button'));
        await inLanguage(page);
        await see(page, 'share-stopped');
        assert.equal((await employer.page.reload()).status(), 404, 'stopped at once');
        await see(employer.page, 'ended');
        employer.clean();
        learner.clean();
        await employer.context.close();
      });

      test('an employer asks, the learner shares, the employer has the verdict', async () => {
        const { page } = learner;
        const made = await world.ask({ use_case: 'microcredential', purpose: { nl: 'Sollicitatie data-analist', en: 'Application as data analyst' } });
        await open(page, made.wallet_link, language);
        await inLanguage(page);
        for (const id of ['who', 'why', 'what', 'how-long', 'not-shared']) assert.equal(await page.locator(`#${id}`).count(), 1, `landmark ${id}`);
        for (const box of await page.locator('main input[type="checkbox"]').all()) assert.equal(await box.isChecked(), false, 'optional parts are off');
        const sizes = await page
          .locator('button[value="share"], button[value="refuse"]')
          .evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect()).map(({ width, height }) => [width, height]));
        assert.ok(Math.abs(sizes[0][0] - sizes[1][0]) <= 2 && Math.abs(sizes[0][1] - sizes[1][1]) <= 2, `share and refuse are equal: ${sizes}`);
        await see(page, 'consent');
        await press(page.locator('button[name="choice"][value="share"]'));
        await inLanguage(page);
        await see(page, 'shared');
        const result = await world.result(made);
        assert.equal(result.state, 'received', JSON.stringify(result));
        assert.equal(result.report.verdict, 'valid');
        learner.clean();
      });

      test('refusing tells nothing', async () => {
        const { page } = learner;
        const made = await world.ask({ use_case: 'proof-of-enrolment', purpose: { nl: 'Inschrijving minor', en: 'Minor enrolment' } }, 'fii-portaal');
        await open(page, made.wallet_link, language);
        await press(page.locator('button[name="choice"][value="refuse"]'));
        await see(page, 'refused');
        const result = await world.result(made, 'fii-portaal');
        assert.equal(result.state, 'refused');
        assert.equal(result.claims ?? null, null);
        learner.clean();
      });

      test('the FII portal asks for a proof of enrolment and shows what it got', async () => {
        const { page } = learner;
        await page.goto(world.demo.sandbox.fii);
        await see(page, 'fii-portal');
        await press(page.locator('main button, form button').first());
        if ((await page.locator('a#continue').count()) > 0) await press(page.locator('a#continue'));
        assert.ok(page.url().startsWith(world.demo.wallet), page.url());
        await see(page, 'fii-consent');
        await press(page.locator('button[name="choice"][value="share"]'));
        await press(page.locator('a#continue'));
        assert.ok(page.url().startsWith(world.demo.sandbox.fii), page.url());
        assert.match(await page.locator('main').innerText(), /Communicatie/);
        await see(page, 'fii-answer');
        learner.clean();
      });

      test('the learner sees who has what, and what was done', async () => {
        const { page } = learner;
        for (const [what, path] of Object.entries({ shares: '/wallet/shares', activity: '/wallet/activity', schools: '/wallet/institutions', feed: '/wallet/feed', told: '/settings/notifications', privacy: '/settings/privacy' })) {
          await open(page, `${world.demo.wallet}${path}`, language);
          await inLanguage(page);
          await see(page, what);
        }
        await open(page, `${world.demo.wallet}/wallet/activity`, language);
        await press(page.locator('main a[href*="/wallet/activity/"]').first());
        await inLanguage(page);
        await see(page, 'activity-detail');
        await press(page.locator('form[action*="/auth/logout"] button'));
        await see(page, 'logged-out');
        learner.clean();
      });
    });
  }
}
