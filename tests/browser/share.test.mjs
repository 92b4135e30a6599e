// What sharing may cost: three actions, sixty kilobytes, one glance, one sheet of paper; and codes that cameras read.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import jsQR from 'jsqr';
import { session } from './lib/browser.mjs';
import { World, cards, open, press } from './lib/walk.mjs';

let world, learner, link, clicks, copied;
before(async () => {
  world = await World.start();
  learner = await world.learner('samira');
  await learner.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: world.demo.wallet });
  const { page } = learner;
  const had = await cards(page);
  await world.award();
  await page.goto(`${world.demo.wallet}${await world.arrived(page, had)}`);
  clicks = 0;
  const counted = async (act, target) => {
    clicks += 1;
    await act(target);
  };
  await counted(press, page.locator('main a[href*="/wallet/share?"]').first());
  await counted(press, page.locator('button[name="step"][value="make"]'));
  await counted((target) => target.click(), page.locator('button[data-copy="link"]'));
  copied = await page.evaluate(() => navigator.clipboard.readText());
  link = await page.locator('#link').inputValue();
});
after(async () => {
  await learner?.context.close();
  await world?.stop();
});

test('a link is made and copied in three actions', () => {
  assert.equal(clicks, 3);
  assert.equal(copied, link);
  learner.clean();
});

test('it has an end, and says when in three places', async () => {
  const { page } = learner;
  const month = /\d{1,2}\s(januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)\s\d{4}/;
  const until = (await page.locator('main').innerText()).match(/[Tt]ot\s(.+\d{4})/)?.[1];
  assert.match(until, month);
  const seen = async (url) => {
    await page.goto(url);
    return (await page.locator('main').innerText()).replaceAll(/\s/g, ' ');
  };
  const [day] = until.replaceAll(/\s/g, ' ').match(month);
  assert.ok((await seen(`${world.demo.wallet}/wallet/shares`)).includes(day));
  assert.ok((await seen(link)).includes(day));
});

test('the page weighs at most 60 KB in six requests, all of them ours', async () => {
  const guest = await world.visitor({ width: 360, height: 740 });
  const client = await session(guest.page);
  await client.send('Network.enable');
  const sizes = new Map();
  client.on('Network.responseReceived', ({ requestId, response }) => sizes.set(requestId, { url: response.url, bytes: 0 }));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (sizes.has(requestId)) sizes.get(requestId).bytes = encodedDataLength;
  });
  await guest.page.goto(link, { waitUntil: 'networkidle' });
  const all = [...sizes.values()].filter(({ url }) => !url.startsWith('data:'));
  const total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const said = JSON.stringify(all);
  assert.ok(all.length <= 6, said);
  assert.ok(all.every(({ url }) => url.startsWith(world.demo.wallet)), said);
  assert.ok(total > 5_000 && total <= 60 * 1024, `${total} bytes: ${said}`);
  console.log(`the share page: ${all.length} requests, ${total} bytes`);

  const verdict = await guest.page.locator('h1').boundingBox();
  assert.ok(verdict.y + verdict.height <= 600, `the verdict ends at ${verdict.y + verdict.height}`);
  assert.equal(await guest.page.evaluate(() => document.querySelector('main').innerText.trim().startsWith(document.querySelector('h1').innerText.trim())), true, 'the verdict is read first');
  guest.clean();
  await guest.context.close();
});

/** Pages of a PDF as Chromium writes it. */
const sheets = (pdf) => pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g).length;

/** What a camera reads from a picture with white around it; decoded on an empty page, which has no policy. */
async function read(png) {
  const blank = await world.visitor();
  const { data, width, height } = await blank.page.evaluate(async (encoded) => {
    const image = new Image();
    image.src = `data:image/png;base64,${encoded}`;
    await image.decode();
    const [width, height] = [image.width + 80, image.height + 80];
    const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 40, 40);
    let text = '';
    for (const byte of context.getImageData(0, 0, width, height).data) text += String.fromCharCode(byte);
    return { data: btoa(text), width, height };
  }, png.toString('base64'));
  await blank.context.close();
  return jsQR(Uint8ClampedArray.from(Buffer.from(data, 'base64')), width, height)?.data;
}

for (const language of ['nl', 'en']) {
  describe(`on paper, ${language}`, () => {
    test('the verdict is one sheet of A4', async () => {
      const guest = await world.visitor({ language });
      await open(guest.page, link, language);
      assert.equal(sheets(await guest.page.pdf({ format: 'A4' })), 1);
      assert.equal(sheets(await guest.page.pdf({ format: 'A4', printBackground: true })), 1);
      await guest.context.close();
    });

    test('the certificate is one sheet of A4, with a code of thirty millimetres that reads at 150 dots per inch', async () => {
      const guest = await world.visitor({ language, width: 794, height: 1123, deviceScaleFactor: 150 / 96 });
      const { page } = guest;
      await open(page, `${link}/certificate`, language);
      assert.equal(sheets(await page.pdf({ format: 'A4', path: new URL(`../../build/screenshots/certificate-${language}.pdf`, import.meta.url).pathname })), 1);
      await page.emulateMedia({ media: 'print' });
      const code = page.locator('.qr').first();
      const { x, y, width, height } = await code.boundingBox();
      const modules = await code.evaluate((svg) => svg.viewBox.baseVal.width);
      const printed = ((width * (modules - 8)) / modules / 96) * 25.4;
      assert.ok(printed >= 30, `${printed} mm`);
      // Its quiet zone reaches into the paper's margin.
      assert.equal(await read(await page.screenshot({ clip: { x: Math.max(x, 0), y, width: width + Math.min(x, 0), height } })), link);
      await page.screenshot({ path: new URL(`../../build/screenshots/certificate-print-${language}.png`, import.meta.url).pathname, fullPage: true });
      guest.clean();
      await guest.context.close();
    });
  });
}

for (const scheme of ['light', 'dark']) {
  test(`codes on the screen can be read, ${scheme}`, async () => {
    const guest = await world.learner('samira', { scheme });
    const { page } = guest;
    await page.goto(`${world.demo.wallet}/wallet/shares`);
    await press(page.locator('main .rule a[href*="/wallet/shares/"]').first());
    assert.equal(await read(await page.locator('figure .qr').screenshot()), await page.locator('#link').inputValue());
    const asked = await world.ask({ use_case: 'microcredential', purpose: { nl: 'Sollicitatie', en: 'Application' } });
    await page.goto(asked.page);
    assert.equal(await read(await page.locator('.qr').first().screenshot()), asked.cross_device_link);
    guest.clean();
    await guest.context.close();
  });
}
