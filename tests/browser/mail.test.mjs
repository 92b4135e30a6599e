// Mail to a server behind TLS, by both kinds of it: nothing is said to a server that cannot be believed, and what waited goes once it can.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { launch, visitor } from './lib/browser.mjs';
import { Post } from './lib/post.mjs';
import { startProvider } from './lib/provider.mjs';
import { certificates, startWorld } from './lib/tls.mjs';
import { open, press } from './lib/walk.mjs';

const login = ['wallet', 'a password of this run'];

async function until(what, told) {
  for (const end = Date.now() + 40_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const found = what();
    if (found) return found;
  }
  return assert.fail(told());
}

for (const tls of ['starttls', 'implicit']) {
  describe(tls, () => {
    let world, eduid, post, browser, good, other;
    before(async () => {
      [good, other] = [await certificates(['localhost']), await certificates(['localhost'])];
      post = await Post.start({ implicit: tls === 'implicit', certificate: other, login });
      const more = `[wallet.mail]\nhost = "localhost"\nport = ${post.port}\ntls = "${tls}"\nuser = "${login[0]}"\npassword_file = "mail-password"\nfrom = "Mijn wallet <wallet@voorbeeld.example>"\n`;
      world = await startWorld({ roles: 'wallet,issuer,worker', others: ['eduid'], more, files: { 'mail-password': login[1] }, ca: good.ca });
      const client = { client_id: 'eduwallet', redirect_uris: [`${world.wallet}/auth/callback`], token_endpoint_auth_method: 'none' };
      eduid = await startProvider(client, 'https://eduid.world.example');
      world.leads('eduid', eduid.port);
      browser = await launch([`--host-resolver-rules=MAP *.world.example 127.0.0.1:${world.port}`]);
    });
    after(async () => {
      await browser?.close();
      await eduid?.stop();
      await world?.stop();
      await post?.stop();
    });

    async function signsIn() {
      const { page, context } = await visitor(browser, { ignoreHTTPSErrors: true });
      await open(page, `${world.wallet}/wallet`);
      if (new URL(page.url()).hostname === 'wallet.world.example') await press(page.locator('main a[href*="/auth/login"], a#continue').first());
      await press(page.locator('button[name="person"][value="samira"]'));
      assert.equal(page.url(), `${world.wallet}/wallet`, eduid.failures.join('\n'));
      await context.close();
    }

    const logged = (why) => until(() => world.output().includes(why), () => `${why} is not in ${world.output().slice(-3000)}`);

    test('a server that nobody vouches for gets nothing, then what waited goes', async () => {
      await signsIn();
      // From a browser that was not seen before: a mail tells of it.
      await signsIn();
      await logged('mail_tls');
      if (tls === 'starttls') {
        post.offersTls = false;
        await logged('mail_unsuitable');
      }
      assert.deepEqual(post.said.tls, [], 'no word over TLS that was not believed');
      assert.ok(post.said.plain.every((verb) => ['EHLO', 'STARTTLS', 'QUIT', 'RSET'].includes(verb)), post.said.plain.join());
      assert.deepEqual(post.mails, []);

      Object.assign(post, { offersTls: true, certificate: good });
      await until(() => post.mails.length > 0, () => `no mail: ${world.output().slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      assert.equal(post.mails.length, 1, 'once');
      const [mail] = post.mails;
      assert.deepEqual(mail.to, ['samira@post.example']);
      assert.match(mail.text, /^Subject: .+$/m);
      assert.ok(post.said.tls.includes('AUTH') && !post.said.plain.includes('AUTH') && !post.said.plain.includes('MAIL'));
      const output = world.output();
      for (const secret of ['samira@post.example', login[1]]) assert.ok(!output.includes(secret), `${secret} is in the log`);
    });
  });
}
