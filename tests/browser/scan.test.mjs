// A code that a learner takes a photo of, or holds before the camera: what a person at a phone does, with real pictures.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launch, visitor } from './lib/browser.mjs';
import { film, photographed, png, table } from './lib/codes.mjs';
import { World, cards, look, open, press } from './lib/walk.mjs';

let world, folder;
before(async () => {
  world = await World.start();
  folder = mkdtempSync(join(tmpdir(), 'eduwallet-scan-'));
});
after(async () => {
  await world?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** An offer that the desk makes, and a photo of the code on its screen. */
async function offered() {
  const award = await world.award({ deliver: false });
  const { page, context } = await world.visitor({ width: 1280 });
  const desk = `${world.institution().credential_issuer}/desk`;
  await open(page, desk);
  await world.signIn(page, 'admin-hogeschool');
  await open(page, `${desk}/awards/${award}/offer`);
  await press(page.locator('main .bar button.btn'));
  const txCode = (await page.locator('#tx-code').innerText()).replace(/\D/g, '');
  const photo = await photographed(page, page.locator('figure.qr-l svg'));
  await context.close();
  return { made: { tx_code: txCode }, photo };
}

const given = (page, bytes) => page.locator('#photo').setInputFiles({ name: 'IMG 1.png', mimeType: 'image/png', buffer: bytes });

/** Gives a photo: with scripts choosing it is enough, without them its button is pressed. */
async function give(page, bytes, javaScript) {
  const arrived = page.waitForNavigation();
  await given(page, bytes);
  if (!javaScript) await page.locator('#by-photo button').click();
  await arrived;
}

for (const { language, javaScript, scheme } of [
  { language: 'nl', javaScript: true, scheme: 'light' },
  { language: 'en', javaScript: false, scheme: 'dark' },
]) {
  const name = `${language}-${javaScript ? 'js' : 'nojs'}`;
  describe(`a photo, ${name}`, () => {
    test('of an offer leads to the offer, and the credential says that it came so', async () => {
      const { made, photo } = await offered();
      const { page, context, clean } = await world.learner('samira', { language, javaScript, scheme, width: 360 });
      await open(page, `${world.demo.wallet}/wallet/scan`, language);
      assert.equal(await page.locator('#camera').isVisible(), javaScript, 'the camera is there where it works');
      await look(page, `scan-${name}`, { wide: true });
      await give(page, png(photo), javaScript);
      assert.match(new URL(page.url()).pathname, /^\/wallet\/offers\//);
      await page.locator('input[name="tx_code"]').fill(made.tx_code);
      await press(page.locator('button[name="choice"][value="accept"]'));
      await press(page.locator('button[name="choice"][value="accept"]'));
      assert.match(new URL(page.url()).pathname, /^\/wallet\/credentials\//);
      const came = language === 'nl' ? /met een foto van een code/ : /by a photo of a code/;
      assert.match(await page.locator('main').textContent(), came);
      await look(page, `scan-kept-${name}`);
      await open(page, `${world.demo.wallet}/wallet/activity`, language);
      assert.match(await page.locator('main').innerText(), came);
      clean();
      await context.close();
    });

    test('without a code is told in three sentences, and nothing came', async () => {
      const { page, context, clean } = await world.learner('samira', { language, javaScript, scheme, width: 360 });
      const had = await cards(page);
      await open(page, `${world.demo.wallet}/wallet/scan`, language);
      await give(page, png(table(640, 480)), javaScript);
      const told = await page.locator('#photo-problem p').allInnerTexts();
      const expected =
        language === 'nl'
          ? [/^We vonden geen code/, /^Is er iets verloren\? Nee\. Er is niets geopend, opgehaald of gedeeld\.$/, /^Wat nu\? Maak een nieuwe foto/]
          : [/^We found no code/, /^Was anything lost\? No\. Nothing was opened, collected or shared\.$/, /^What now\? Take a new photo/];
      assert.equal(told.length, 3, told.join(' / '));
      expected.forEach((sentence, at) => assert.match(told[at], sentence));
      await look(page, `scan-no-code-${name}`, { wide: true });
      await give(page, Buffer.from('geen foto'), javaScript);
      assert.equal(await page.locator('#photo-problem p').count(), 3);
      await open(page, `${world.demo.wallet}/wallet`, language);
      assert.deepEqual(await cards(page), had);
      clean();
      await context.close();
    });
  });
}

test('a code before the camera leads to the offer; the camera is for that page alone', async () => {
  const { made, photo } = await offered();
  const file = join(folder, 'camera.y4m');
  film(file, photo);
  const browser = await launch([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ]);
  try {
    const { page, context, clean } = await visitor(browser, { width: 360 });
    await context.grantPermissions(['camera'], { origin: world.demo.wallet });
    await open(page, `${world.demo.wallet}/wallet`);
    await world.signIn(page, 'samira');
    const refused = () => page.evaluate(() => navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'seen', ({ name }) => name));
    assert.equal(await refused(), 'NotAllowedError', 'the overview may not look');
    await open(page, `${world.demo.wallet}/wallet/scan`);
    const arrived = page.waitForURL(/\/wallet\/offers\//, { timeout: 30_000 });
    await page.locator('#camera button').click();
    await arrived;
    await page.locator('input[name="tx_code"]').fill(made.tx_code);
    await press(page.locator('button[name="choice"][value="accept"]'));
    await press(page.locator('button[name="choice"][value="accept"]'));
    assert.match(await page.locator('main').textContent(), /met een code die je scande/);
    clean();
    await context.close();
  } finally {
    await browser.close();
  }
});
