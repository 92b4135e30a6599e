// `init`, `migrate` and `serve` of an issuer on loopback whose institution opened every bridge to older wallets.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, freeBase } from './demo.mjs';
import { School } from './redeem.mjs';
import { env } from './serve.mjs';

const nowhere = 'http://localhost:1/.well-known/openid-configuration';
const institution = `
[dev]
allow_localhost = true

[[issuer.institutions]]
slug = "school"
name = { nl = "School Voorbeeld", en = "Example School" }
sector = "hbo"
brin = "98HV"
schac_home = "school.example"
api_key_file = "keys/api-key-example"
templates = ["data-analyse-basis"]
signing = { authority_certificate = "keys/authority.der", authority_key = "keys/authority.key" }
eduid = { discovery = "${nowhere}", client_id = "school" }
compat = { single_proof = true, format_in_request = true, vc_sd_jwt = true, c_nonce_in_answers = true, single_credential_in_answers = true, flat_metadata = true }
`;

/** Gives the school; `stop()` ends it and removes its data. */
export async function startOlder() {
  const folder = mkdtempSync(join(tmpdir(), 'eduwallet-older-'));
  const port = await freeBase();
  const url = `http://localhost:${port}`;
  const others = ['--wallet-url', 'http://localhost:1', '--verifier-url', 'http://localhost:2'];
  execFileSync(binary(), ['init', '--dir', folder, '--operator', 'School Voorbeeld', '--issuer-url', url, '--eduid-discovery', nowhere, ...others]);
  const file = join(folder, 'eduwallet.toml');
  const config = readFileSync(file, 'utf8')
    .replace('listen = "127.0.0.1:8081"', `listen = "127.0.0.1:${port}"`)
    .replace(/\[operations\]\nlisten = [^\n]+\n/, '')
    .replace('institutions = []\n', '');
  writeFileSync(file, `${config}\n${institution}`);
  const registerFile = join(folder, 'register.json');
  const register = JSON.parse(readFileSync(registerFile));
  register.parties.push({
    slug: 'school',
    name: { nl: 'School Voorbeeld', en: 'Example School' },
    place: { nl: 'Utrecht, Nederland', en: 'Utrecht, the Netherlands' },
    issues: { credential_issuer: `${url}/school`, types: ['microcredential', 'enrolment'] },
  });
  writeFileSync(registerFile, JSON.stringify(register));
  execFileSync(binary(), ['migrate', '--config', file], { env });
  const child = spawn(binary(), ['serve', '--config', file, '--roles', 'issuer,worker'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGINT');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 8000))]);
    if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const isUp = () => fetch(`${url}/.well-known/openid-credential-issuer/school`).then((answer) => answer.ok, () => false);
  for (let waited = 0; !(await isUp()); waited += 50) {
    if (child.exitCode !== null || waited > 30_000) {
      await stop();
      throw new Error(`the issuer did not start: ${said.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const anchor = register.anchors[0].match(/.{1,64}/g).join('\n');
  const demo = {
    institutions: [{ slug: 'school', credential_issuer: `${url}/school`, api_key: readFileSync(join(folder, 'keys', 'api-key-example'), 'utf8').trim() }],
    learners: [{ persona: 'samira', eduid: { school: randomUUID() } }],
    trust_anchors_pem: `-----BEGIN CERTIFICATE-----\n${anchor}\n-----END CERTIFICATE-----\n`,
  };
  return { school: new School(demo, 'school'), stop };
}
