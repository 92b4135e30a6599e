// What the walks have in common: who is who in the demo, logging in, pressing, looking.
import { randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';
import { call, startDemo } from './demo.mjs';
import { accessible, launch, picture, visitor } from './browser.mjs';

/** A demo and a browser, with what a walk needs of them. */
export class World {
  static async start() {
    const world = new World();
    [world.demo, world.browser] = await Promise.all([startDemo(), launch()]);
    return world;
  }

  async stop() {
    await this.browser?.close();
    await this.demo?.stop();
  }

  visitor(options) {
    return visitor(this.browser, options);
  }

  institution(slug = 'hogeschool-voorbeeld') {
    return this.demo.institutions.find((institution) => institution.slug === slug);
  }

  verifier(slug = 'werkgever-voorbeeld') {
    return this.demo.verifiers.find((verifier) => verifier.slug === slug);
  }

  eduid(persona, slug = 'hogeschool-voorbeeld') {
    return this.demo.learners.find((learner) => learner.persona === persona).eduid[slug];
  }

  /** Calls an institution's machine API; fails unless it answers `expected`. */
  async issuer(method, path, body, expected, slug) {
    const { credential_issuer: base, api_key: key } = this.institution(slug);
    const answer = await call(method, `${base}/api/v1${path}`, { key, body });
    assert.equal(answer.status, expected, JSON.stringify(answer.value));
    return answer.value;
  }

  /** A microcredential that Samira earned, with what a test changes of it. */
  async award(changes = {}) {
    const learner = { eduid: this.eduid('samira'), given_name: 'Samira', family_name: 'de Vries' };
    const body = {
      kind: 'microcredential',
      reference: randomUUID(),
      template: 'data-analyse-basis',
      learner,
      awarded_date: '2026-02-01',
      result: { type: '1-10', value: '8', passed: true },
      final: { by: 'examination board', on: '2026-02-03' },
      ...changes,
    };
    const made = await this.issuer('POST', '/awards', body, 201);
    assert.equal(made.decision, 'issue');
    return made.id;
  }

  /** A verifier's request by its API. */
  async ask(body, slug) {
    const { api_key: key } = this.verifier(slug);
    const answer = await call('POST', `${this.demo.verifier}/api/v1/requests`, { key, body: { retention_days: 30, ...body } });
    assert.equal(answer.status, 201, JSON.stringify(answer.value));
    return answer.value;
  }

  async result({ id }, slug) {
    return (await call('GET', `${this.demo.verifier}/api/v1/requests/${id}`, { key: this.verifier(slug).api_key })).value;
  }

  /** Chooses a persona at the sandbox eduID, where the page is already or its login link leads. */
  async signIn(page, persona) {
    if (!page.url().startsWith(this.demo.sandbox.eduid)) await press(page.locator('main a[href*="/auth/login"], a#continue').first());
    assert.ok(page.url().startsWith(this.demo.sandbox.eduid), page.url());
    await press(page.locator(`button[name="persona"][value="${persona}"]`));
  }

  /** Signs in and allows, as the learner does on the issuer's own pages; gives the address that the browser ended on. */
  async allow(url, { choice = 'allow', shows = /Data-analyse/ } = {}) {
    const { page, context, clean } = await this.visitor();
    try {
      await page.goto(url);
      await this.signIn(page, 'samira');
      assert.match(await page.locator('main').innerText(), shows);
      await press(page.locator(`button[name="choice"][value="${choice}"]`));
      clean();
      return page.url();
    } finally {
      await context.close();
    }
  }

  /** A visitor whose wallet is open. */
  async learner(persona = 'samira', options = {}) {
    const guest = await this.visitor(options);
    await open(guest.page, `${this.demo.wallet}/wallet`, options.language);
    await this.signIn(guest.page, persona);
    assert.equal(new URL(guest.page.url()).pathname, '/wallet');
    return guest;
  }

  /** Waits until the overview shows a card that was not there; gives its path. */
  async arrived(page, had) {
    for (const end = Date.now() + 5000; Date.now() < end; ) {
      const fresh = [...(await cards(page))].filter((card) => !had.has(card));
      if (fresh.length > 0) {
        assert.equal(fresh.length, 1, 'one new card');
        return fresh[0];
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
      await page.reload();
    }
    return assert.fail('no new card within five seconds');
  }
}

/** Opens an address in a language; Dutch is what is shown without asking. */
export const open = (page, url, language = 'nl') => page.goto(language === 'nl' ? url : `${url}${url.includes('?') ? '&' : '?'}lang=${language}`);

/** Presses a button or follows a link, and waits for the page that it leads to. */
export async function press(target) {
  const arrived = target.page().waitForNavigation();
  await target.click();
  await arrived;
}

/** The paths of the credentials that an overview shows. */
export const cards = async (page) =>
  new Set(await page.locator('a[href*="/wallet/credentials/"]').evaluateAll((links) => links.map((link) => new URL(link.href).pathname)));

/** Looks at a page as it is: a picture on the phone, without a fault for who cannot see it; and wide, where asked. */
export async function look(page, name, { wide = false } = {}) {
  await accessible(page, name);
  await picture(page, name);
  if (!wide) return;
  const before = page.viewportSize();
  await page.setViewportSize({ width: 1280, height: 900 });
  await picture(page, `${name}-1280`);
  await page.setViewportSize(before);
}
