// The walk in a real Chromium: from an institution's result to an employer's verdict, with and without JavaScript, in both languages.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { call, startDemo } from './lib/demo.mjs';
import { accessible, launch, picture, visitor } from './lib/browser.mjs';

let demo, browser;
before(async () => {
  demo = await startDemo();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const school = () => demo.institutions.find((institution) => institution.slug === 'hogeschool-voorbeeld');
const asker = (slug) => demo.verifiers.find((verifier) => verifier.slug === slug);
const eduid = (persona, slug) => demo.learners.find((learner) => learner.persona === persona).eduid[slug];

const words = {
  nl: { valid: /Echt en geldig/, invalid: /Niet geldig/, lang: 'nl' },
  en: { valid: /[Gg]enuine and valid/, invalid: /Not valid/, lang: 'en' },
};

/** Signs in where the page asks for it: follows the sign-in link and presses the persona's button. */
async function signIn(page, persona) {
  if (!page.url().startsWith(demo.sandbox.eduid)) {
    const link = page.locator('a[href*="/auth/login"], a#continue').first();
    if ((await link.count()) > 0) await link.click();
  }
  await page.locator(`button[name="persona"][value="${persona}"]`).click();
}

const open = (page, url, language) => page.goto(language === 'nl' ? url : `${url}${url.includes('?') ? '&' : '?'}lang=en`);

async function newAward(title = 'data-analyse-basis') {
  const answer = await call('POST', `${school().credential_issuer}/api/v1/awards`, {
    key: school().api_key,
    body: {
      kind: 'microcredential',
      reference: randomUUID(),
      template: title,
      learner: { eduid: eduid('samira', 'hogeschool-voorbeeld'), given_name: 'Samira', family_name: 'de Vries' },
      awarded_date: '2026-02-01',
      result: { type: '1-10', value: '8', passed: true },
      final: { by: 'examination board', on: '2026-02-03' },
    },
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.value));
  return answer.value.id;
}

/** The learner's cards, by address. */
const cards = async (page) => new Set(await page.locator('a[href*="/wallet/credentials/"]').evaluateAll((links) => links.map((link) => new URL(link.href).pathname)));

for (const javaScript of [true, false]) {
  for (const language of ['nl', 'en']) {
    const name = `${language}-${javaScript ? 'js' : 'nojs'}`;
    describe(`the walk, ${name}`, () => {
      let learner;
      before(async () => {
        learner = await visitor(browser, { javaScript, language });
      });
      after(() => learner?.context.close());

      test('an award arrives in the connected wallet', async () => {
        const { page } = learner;
        await open(page, `${demo.wallet}/`, language);
        await picture(page, `walk-welcome-${name}`);
        await accessible(page, 'welcome');
        await signIn(page, 'samira');
        await open(page, `${demo.wallet}/wallet`, language);
        assert.equal(await page.locator('html').getAttribute('lang'), words[language].lang);
        const had = await cards(page);
        assert.ok(had.size >= 5, `${had.size} cards`);
        await newAward();
        let fresh = [];
        for (let tries = 0; tries < 50 && fresh.length === 0; tries += 1) {
          await page.reload();
          fresh = [...(await cards(page))].filter((card) => !had.has(card));
          if (fresh.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
        }
        assert.equal(fresh.length, 1, 'one new card within five seconds');
        learner.card = fresh[0];
        await picture(page, `walk-overview-${name}`);
        await accessible(page, 'overview');
        learner.clean();
      });

      test('shared in three actions, seen by an employer, stopped', async () => {
        const { page } = learner;
        await open(page, `${demo.wallet}${learner.card}`, language);
        await picture(page, `walk-credential-${name}`);
        await accessible(page, 'credential');
        // One: share. Two: make the link. Three would be to copy it.
        await page.locator('main a[href*="/wallet/share?"]').first().click();
        await picture(page, `walk-share-new-${name}`);
        await accessible(page, 'share form');
        await page.locator('button.btn[name="choice"][value="make"], main form[method="post"] button.btn:not(.btn-2)').last().click();
        await picture(page, `walk-share-made-${name}`);
        await accessible(page, 'share made');
        const link = await page.locator(`input[value*="/s/"]`).first().inputValue();
        assert.match(link, /\/s\/[A-Za-z0-9]{22}$/);

        const employer = await visitor(browser, { javaScript, language, width: 1280, height: 900 });
        await open(employer.page, link, language);
        await picture(employer.page, `walk-verdict-${name}`);
        await accessible(employer.page, 'verdict');
        assert.match(await employer.page.locator('h1').innerText(), words[language].valid);
        assert.doesNotMatch(await employer.page.title(), /Samira|Vries/, 'no name in the title');

        await page.locator('form[action*="stop"] button, button[name="choice"][value="stop"]').first().click();
        const confirm = page.locator('button[name="choice"][value="stop"], form[action*="stop"] button.btn');
        const answer = await employer.page.reload();
        if (answer.status() !== 404 && (await confirm.count()) > 0) await confirm.first().click();
        assert.equal((await employer.page.reload()).status(), 404, 'stopped at once');
        await picture(employer.page, `walk-ended-${name}`);
        await accessible(employer.page, 'ended');
        // The browser itself says that a 404 came; nothing else may be wrong.
        employer.clean();
        learner.clean();
        await employer.context.close();
      });

      test('an employer asks, the learner shares, the employer has the verdict', async () => {
        const { page } = learner;
        const made = await call('POST', `${demo.verifier}/api/v1/requests`, {
          key: asker('werkgever-voorbeeld').api_key,
          body: { use_case: 'microcredential', purpose: { nl: 'Sollicitatie data-analist', en: 'Application as data analyst' }, retention_days: 30 },
        });
        assert.equal(made.status, 201, JSON.stringify(made.value));
        await open(page, made.value.wallet_link, language);
        if (page.url().startsWith(demo.sandbox.eduid)) await signIn(page, 'samira');
        for (const id of ['who', 'why', 'what', 'how-long', 'not-shared']) assert.equal(await page.locator(`#${id}`).count(), 1, `landmark ${id}`);
        for (const box of await page.locator('main input[type="checkbox"]').all()) assert.equal(await box.isChecked(), false, 'optional parts are off');
        const sizes = await page.locator('button[value="share"], button[value="refuse"]').evaluateAll((buttons) => buttons.map((button) => button.getBoundingClientRect()).map(({ width, height }) => [width, height]));
        assert.ok(Math.abs(sizes[0][0] - sizes[1][0]) <= 2 && Math.abs(sizes[0][1] - sizes[1][1]) <= 2, `share and refuse are equal: ${sizes}`);
        await picture(page, `walk-consent-${name}`);
        await accessible(page, 'consent');
        if (javaScript) await page.waitForTimeout(700);
        await page.locator('button[name="choice"][value="share"]').click();
        await picture(page, `walk-shared-${name}`);
        await accessible(page, 'shared');
        const result = await call('GET', `${demo.verifier}/api/v1/requests/${made.value.id}`, { key: asker('werkgever-voorbeeld').api_key });
        assert.equal(result.value.state, 'received', JSON.stringify(result.value));
        assert.equal(result.value.report.verdict, 'valid');
        learner.clean();
      });

      test('refusing tells nothing', async () => {
        const { page } = learner;
        const made = await call('POST', `${demo.verifier}/api/v1/requests`, {
          key: asker('fii-portaal').api_key,
          body: { use_case: 'proof-of-enrolment', purpose: { nl: 'Inschrijving minor', en: 'Minor enrolment' }, retention_days: 30 },
        });
        await open(page, made.value.wallet_link, language);
        if (page.url().startsWith(demo.sandbox.eduid)) await signIn(page, 'samira');
        await page.locator('button[name="choice"][value="refuse"]').click();
        await picture(page, `walk-refused-${name}`);
        await accessible(page, 'refused');
        const result = await call('GET', `${demo.verifier}/api/v1/requests/${made.value.id}`, { key: asker('fii-portaal').api_key });
        assert.equal(result.value.state, 'refused');
        assert.equal(result.value.claims ?? null, null);
        learner.clean();
      });

      test('the FII portal asks for a proof of enrolment and shows what it got', async () => {
        const { page } = learner;
        await page.goto(demo.sandbox.fii);
        await page.locator('main button, form button').first().click();
        const onward = page.locator('a#continue');
        if ((await onward.count()) > 0) await onward.click();
        if (page.url().startsWith(demo.sandbox.eduid)) await signIn(page, 'samira');
        if (javaScript) await page.waitForTimeout(700);
        await page.locator('button[name="choice"][value="share"]').click();
        await page.locator('a#continue').click();
        assert.ok(page.url().startsWith(demo.sandbox.fii), page.url());
        assert.match(await page.locator('main').innerText(), /Communicatie/);
        await picture(page, `walk-fii-${name}`);
        learner.clean();
      });
    });
  }
}

test('an examination board revokes at the desk, and every page knows', async () => {
  const staff = await visitor(browser, { width: 1280, height: 900 });
  const { page } = staff;
  await page.goto(`${school().credential_issuer}/desk`);
  await signIn(page, 'admin-hogeschool');
  await page.goto(`${school().credential_issuer}/desk`);
  await picture(page, 'walk-desk');
  await accessible(page, 'desk');
  staff.clean();
  await staff.context.close();
});

test('every link of the demo opens', async () => {
  const links = [demo.wallet, demo.issuer, demo.verifier, `${demo.operations}/healthz`, `${demo.operations}/readyz`, `${demo.operations}/metrics`, demo.sandbox.fii, ...demo.share_links];
  const { page, context } = await visitor(browser);
  for (const link of links) {
    const answer = await page.goto(link);
    assert.ok(answer.status() < 400, `${link}: ${answer.status()}`);
  }
  await context.close();
});
