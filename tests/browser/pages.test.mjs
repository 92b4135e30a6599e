// Every page × state × language × theme that `web` has, in a real browser: policy, accessibility, no sideways scroll, a picture each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './lib/demo.mjs';
import { accessible, launch, pictures, session, visitor } from './lib/browser.mjs';

const gallery = join(root, 'build', 'gallery');
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const kinds = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml', '.js': 'text/javascript' };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 360, height: 740 };
const WIDE = { width: 1280, height: 900 };
const THEMES = ['light', 'dark'];
const AT_ONCE = 2;

let server, origin, browser;
before(async () => {
  rmSync(gallery, { recursive: true, force: true });
  execFileSync('cargo', ['run', '--quiet', '--locked', '-p', 'eduwallet-web', '--example', 'gallery', '--', gallery], { cwd: root, stdio: 'inherit' });
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    try {
      const body = readFileSync(join(gallery, path));
      const kind = kinds[Object.keys(kinds).find((ending) => path.endsWith(ending))] ?? 'application/octet-stream';
      const cached = kind.startsWith('text/html') ? 'no-store' : 'max-age=3600';
      response.writeHead(200, { 'content-type': kind, 'content-security-policy': policy, 'cache-control': cached }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

const listed = () => [...readFileSync(join(gallery, 'index.html'), 'utf8').matchAll(/href="([^"]+)\.html"/g)].map(([, name]) => name);

const width = (page) => page.evaluate(() => document.documentElement.scrollWidth);

/** The whole page at this size, written fast rather than small. */
async function keep(page, name, size) {
  const client = await session(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width: size.width, height: Math.min(height, 12_000), scale: 1 };
  const { data } = await client.send('Page.captureScreenshot', { clip, captureBeyondViewport: true, optimizeForSpeed: true });
  writeFileSync(join(pictures, `${name}.png`), Buffer.from(data, 'base64'));
}

/** One sample: both themes on the phone with everything folded open, then the narrowest phone, then wide. */
async function visit({ page, trouble }, name, visited) {
  trouble.length = 0;
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${origin}/${name}.html`);
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await keep(page, `page-${name}-${theme}-390`, PHONE);
    await fold(page, true);
    await accessible(page, `${name} ${theme}`);
    visited.push(`${name} ${theme}`);
    if (theme === 'dark') assert.ok((await width(page)) <= PHONE.width, `${name} scrolls sideways at ${PHONE.width}`);
    await fold(page, false);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
  assert.ok((await width(page)) <= WIDE.width, `${name} scrolls sideways at ${WIDE.width}`);
  await keep(page, `page-${name}-light-1280`, WIDE);
  await page.setViewportSize(NARROW);
  await fold(page, true);
  assert.ok((await width(page)) <= NARROW.width, `${name} scrolls sideways at ${NARROW.width}`);
  assert.deepEqual(trouble, []);
}

/** Opens what is folded, or folds again what this opened. */
const fold = (page, open) =>
  page.evaluate((open) => {
    const chosen = open ? 'details:not([open])' : 'details[data-opened-by-test]';
    for (const details of document.querySelectorAll(chosen)) {
      details.open = open;
      details.toggleAttribute('data-opened-by-test', open);
    }
  }, open);

test('every page of web is among the samples', () => {
  const source = join(root, 'web', 'src');
  const files = readdirSync(source, { recursive: true }).filter((file) => file.endsWith('.rs'));
  const pages = files.flatMap((file) => [...readFileSync(join(source, file), 'utf8').matchAll(/impl PageView for (\w+)/g)].map(([, name]) => name));
  const sampled = [...readFileSync(join(source, 'samples.rs'), 'utf8').matchAll(/(\w+)::samples\(\)/g)].map(([, name]) => name);
  assert.ok(pages.length > 30);
  assert.deepEqual(new Set(sampled), new Set(pages));
});

test('a fault is found when there is one', async () => {
  const guest = await visitor(browser);
  await guest.page.goto(`${origin}/${listed()[0]}.html`);
  await accessible(guest.page, 'as it is');
  await guest.page.evaluate(() => document.querySelector('main').append(document.createElement('input')));
  await assert.rejects(accessible(guest.page, 'an input without a name'), /label/);
  await guest.page.reload();
  await guest.page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  assert.throws(() => guest.clean(), /CSP/);
  await guest.context.close();
});

test('every sample in both themes, on two phones and wide', async () => {
  const names = listed();
  const queue = [...names];
  const visited = [];
  const failures = [];
  const work = async () => {
    const guest = await visitor(browser, PHONE);
    for (let name = queue.shift(); name; name = queue.shift()) {
      await visit(guest, name, visited).catch((error) => failures.push(`${name}: ${error.message.slice(0, 700)}`));
    }
    await guest.context.close();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  writeFileSync(join(pictures, 'visited.txt'), visited.sort().join('\n'));
  assert.deepEqual(failures, []);
  const files = readdirSync(gallery).filter((file) => file.endsWith('.html') && file !== 'index.html');
  const expected = files.flatMap((file) => THEMES.map((theme) => `${file.replace(/\.html$/, '')} ${theme}`));
  assert.deepEqual(new Set(visited), new Set(expected), 'a sample of web was not visited');
  assert.ok(expected.length > 200, `only ${expected.length} page states were found`);
});
