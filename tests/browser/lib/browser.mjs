// A real Chromium that notes every violation of the content security policy, every foreign request and every error on a page.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { root } from './demo.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const axeRun = `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((found) => JSON.stringify(
  found.violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map((n) => n.target.join(' ') + ' ' + (n.failureSummary || '').slice(0, 160)).join(' | '))))`;
export const pictures = join(root, 'build', 'screenshots');
mkdirSync(pictures, { recursive: true });

const withoutScript = Symbol('scripts are off');

export const launch = (more = []) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
  });

/** A visitor: a context of its own, with what it must not see collected in `trouble`. */
export async function visitor(browser, { javaScript = true, language = 'nl', scheme = 'light', width = 390, height = 844, deviceScaleFactor = 1, ignoreHTTPSErrors = false } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: javaScript,
    locale: language === 'nl' ? 'nl-NL' : 'en-GB',
    colorScheme: scheme,
    viewport: { width, height },
    deviceScaleFactor,
    reducedMotion: 'reduce',
    ignoreHTTPSErrors,
  });
  context[withoutScript] = !javaScript;
  const page = await context.newPage();
  const trouble = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to|TrustedHTML/i.test(message.text())) trouble.push(`CSP: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`script: ${error.message}`));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (!['localhost', '127.0.0.1'].includes(hostname) && !['data:', 'file:'].includes(protocol)) trouble.push(`foreign request: ${request.url()}`);
  });
  return { context, page, trouble, clean: () => assert.deepEqual(trouble, []) };
}

// One session per page that is never detached: detaching would bring back scripts where they are off.
const sessions = new WeakMap();
export async function session(page) {
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  return sessions.get(page);
}

/** Fails on any violation of WCAG 2.0 to 2.2 A and AA. Runs beside the page's policy, which axe itself does not need to pass. */
export async function accessible(page, name) {
  const client = await session(page);
  const scriptless = page.context()[withoutScript];
  // Where scripts are off, axe would wait for its own promises for ever. The page's scripts stay away: they were not loaded.
  const scripts = (value) => client.send('Emulation.setScriptExecutionDisabled', { value });
  if (scriptless) await scripts(true).then(() => scripts(false));
  try {
    const { frameTree } = await client.send('Page.getFrameTree');
    const { executionContextId: contextId } = await client.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
    await client.send('Runtime.evaluate', { contextId, expression: axeSource });
    const { result, exceptionDetails } = await client.send('Runtime.evaluate', { contextId, expression: axeRun, awaitPromise: true });
    assert.equal(exceptionDetails, undefined, `${name}: ${exceptionDetails?.exception?.description}`);
    assert.deepEqual(JSON.parse(result.value), [], `${name}: accessibility`);
  } finally {
    if (scriptless) await scripts(true);
  }
}

/** Keeps a picture of the page as build output, and fails when the page scrolls sideways. */
export async function picture(page, name) {
  const { width } = page.viewportSize();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => width);
  assert.ok(overflow <= width, `${name} scrolls sideways: ${overflow} > ${width}`);
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
