// Every link that the demo prints, and every link that follows from it, opens; an English page leads to English pages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { World, open } from './lib/walk.mjs';

let world;
before(async () => {
  world = await World.start();
});
after(() => world?.stop());

const unescape = (text) => text.replaceAll('&amp;', '&').replaceAll('&#38;', '&');

/** Follows every own link from these addresses with the cookies of a context. Gives what did not open. */
async function crawl(context, starts) {
  const { wallet, issuer, verifier } = world.demo;
  const ours = [wallet, issuer, verifier];
  const queue = [...starts];
  const seen = new Set(queue);
  const wrong = [];
  while (queue.length > 0 && seen.size < 600) {
    const url = queue.shift();
    const answer = await context.request.get(url);
    if (answer.status() >= 400) wrong.push(`${answer.status()} ${url}`);
    if (!answer.headers()['content-type']?.startsWith('text/html') || !ours.some((origin) => answer.url().startsWith(`${origin}/`))) continue;
    const html = await answer.text();
    const language = new URL(answer.url()).searchParams.get('lang') ?? 'nl';
    if (!html.includes(`<html lang="${language}">`)) wrong.push(`not in ${language}: ${answer.url()}`);
    for (const [, href] of html.matchAll(/<(?:a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      const next = new URL(unescape(href), answer.url());
      next.hash = '';
      const other = next.searchParams.get('lang') ?? 'nl';
      if (!ours.includes(next.origin) || other !== (new URL(starts[0]).searchParams.get('lang') ?? 'nl') || next.pathname.endsWith('/auth/login')) continue;
      // Own pages and files once; a filter is one page, whatever it filters.
      const key = next.pathname === '/wallet' || next.pathname.endsWith('/desk') ? `${next.origin}${next.pathname}?lang=${other}` : next.href;
      if (!seen.has(key) && !seen.has(next.href)) queue.push(next.href);
      seen.add(key);
      seen.add(next.href);
    }
  }
  return { wrong, visited: seen.size };
}

for (const language of ['nl', 'en']) {
  const tail = language === 'nl' ? '' : '?lang=en';

  test(`for anybody, ${language}`, async () => {
    const { context } = await world.visitor({ language });
    const { wallet, issuer, verifier, share_links: links } = world.demo;
    const pages = [wallet, issuer, verifier, `${wallet}/verify`, `${verifier}/ask`, `${verifier}/verify`, ...links].map((url) => `${url}${tail}`);
    const { wrong, visited } = await crawl(context, pages);
    assert.deepEqual(wrong, []);
    assert.ok(visited > 25, `${visited} addresses`);
    await context.close();
  });

  test(`for a learner, ${language}`, async () => {
    const guest = await world.learner('samira', { language });
    const { wrong, visited } = await crawl(guest.context, [`${world.demo.wallet}/wallet${tail}`]);
    assert.deepEqual(wrong, []);
    assert.ok(visited > 50, `${visited} addresses`);
    await guest.context.close();
  });

  test(`at the desk, ${language}`, async () => {
    const { page, context } = await world.visitor({ language });
    const desk = `${world.institution().credential_issuer}/desk`;
    await open(page, desk, language);
    await world.signIn(page, 'admin-hogeschool');
    const { wrong, visited } = await crawl(context, [`${desk}${tail}`]);
    // The other institution's desk is none of this person's business, and does not exist for them.
    assert.deepEqual(wrong, [`404 ${world.institution('roc-voorbeeld').credential_issuer}/desk${tail}`]);
    assert.ok(visited > 20, `${visited} addresses`);
    await context.close();
  });
}

test('what the demo describes opens', async () => {
  const { sandbox, operations, waiting_request: waiting } = world.demo;
  const { page, context, clean } = await world.learner('samira');
  for (const link of [`${operations}/healthz`, `${operations}/readyz`, `${operations}/metrics`, sandbox.fii, `${sandbox.eduid}/.well-known/openid-configuration`, waiting]) {
    const answer = await page.goto(link);
    assert.ok(answer.status() < 400, `${link}: ${answer.status()}`);
  }
  assert.equal(await page.locator('button[name="choice"][value="share"]').count(), 1, 'the waiting request can be answered');
  clean();
  await context.close();
});
