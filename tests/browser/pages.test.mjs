// Every page × state × language × theme that `web` has, in a real browser: policy, accessibility, no sideways scroll, a picture each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './lib/demo.mjs';
import { accessible, launch, picture, pictures, visitor } from './lib/browser.mjs';

const gallery = join(root, 'build', 'gallery');
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
const kinds = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.svg': 'image/svg+xml', '.js': 'text/javascript' };

let server, origin, browser;
before(async () => {
  execFileSync('cargo', ['run', '--quiet', '--locked', '-p', 'eduwallet-web', '--example', 'gallery', '--', gallery], { cwd: root, stdio: 'inherit' });
  server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    try {
      const body = readFileSync(join(gallery, path));
      const kind = kinds[Object.keys(kinds).find((ending) => path.endsWith(ending))] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': kind, 'content-security-policy': policy }).end(body);
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

const samples = () =>
  [...readFileSync(join(gallery, 'index.html'), 'utf8').matchAll(/href="([^"]+\.html)"/g)].map(([, name]) => name.replace(/\.html$/, ''));

test('every sample in both themes, on a phone and wide', async () => {
  const names = samples();
  const visited = [];
  const failures = [];
  const widths = { light: [390, 360, 1280], dark: [390, 1280] };
  for (const scheme of ['light', 'dark']) {
    for (const width of widths[scheme]) {
      const guest = await visitor(browser, { scheme, width, height: width > 800 ? 900 : 844 });
      for (const name of names) {
        try {
          guest.trouble.length = 0;
          await guest.page.goto(`${origin}/${name}.html`);
          // Pictures once per theme at the phone's width and once wide; the narrowest phone is looked at for sideways scroll only.
          if (width !== 360) await picture(guest.page, `page-${name}-${scheme}-${width}`);
          else assert.ok((await guest.page.evaluate(() => document.documentElement.scrollWidth)) <= 360, `${name} scrolls sideways at 360`);
          if (width === 390) {
            await guest.page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
            await accessible(guest.page, `${name} ${scheme}`);
            visited.push(`${name} ${scheme}`);
          }
          guest.clean();
        } catch (error) {
          failures.push(`${name} ${scheme} ${width}: ${error.message.slice(0, 700)}`);
        }
      }
      await guest.context.close();
    }
  }
  writeFileSync(join(pictures, 'visited.txt'), visited.join('\n'));
  assert.deepEqual(failures, []);
  const files = readdirSync(gallery).filter((file) => file.endsWith('.html') && file !== 'index.html');
  const expected = files.flatMap((file) => ['light', 'dark'].map((scheme) => `${file.replace(/\.html$/, '')} ${scheme}`));
  assert.deepEqual(new Set(visited), new Set(expected), 'a sample of web was not visited');
  assert.ok(expected.length > 200, `only ${expected.length} page states were found`);
});
