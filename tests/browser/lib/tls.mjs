// Our roles behind TLS, under names of the world: a proxy with a certificate of a test CA, and what makes others find it there.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Kms, X509KeyUsage } from '@credo-ts/core';
import { credo } from './credo.mjs';
import { binary, freeBase } from './demo.mjs';
import { env } from './serve.mjs';

const DAY = 86_400_000;
const validity = { notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + DAY) };

/** A CA of this run, and a certificate of it for these names. */
export async function certificates(names) {
  const agent = await credo();
  const key = async () => (await agent.kms.createKeyForSignatureAlgorithm({ algorithm: 'ES256' })).publicJwk;
  const [authority, server] = [await key(), await key()];
  const authorityKey = Kms.PublicJwk.fromPublicJwk(authority);
  const issuer = { commonName: 'Test CA' };
  const ca = await agent.x509.createCertificate({
    authorityKey, issuer, validity, extensions: { basicConstraints: { ca: true }, keyUsage: { usages: [X509KeyUsage.KeyCertSign] }, subjectKeyIdentifier: { include: true } },
  });
  const leaf = await agent.x509.createCertificate({
    authorityKey, issuer, validity,
    subject: { commonName: names[0] },
    subjectPublicKey: Kms.PublicJwk.fromPublicJwk(server),
    extensions: { subjectAlternativeName: { name: names.map((value) => ({ type: 'dns', value })) }, authorityKeyIdentifier: { include: true } },
  });
  const privateKey = agent.privateKey(server.kid).export({ type: 'pkcs8', format: 'pem' });
  await agent.shutdown();
  return { ca: ca.toString('pem'), cert: leaf.toString('pem'), key: privateKey };
}

/** The proxy, and an agent that finds its names there and trusts its CA. */
async function proxy(backends) {
  const { ca, cert, key } = await certificates(Object.keys(backends));
  const server = https.createServer({ cert, key }, (incoming, outgoing) => {
    const port = backends[incoming.headers.host];
    if (!port) return outgoing.writeHead(421).end();
    const headers = { ...incoming.headers, 'x-forwarded-proto': 'https' };
    const onward = plain({ port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    return incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const agent = new https.Agent({ keepAlive: false });
  agent.createConnection = ({ servername, host }) => connect({ port, host: '127.0.0.1', servername: servername || host, ca });
  return { server, port, ca, agent };
}

/** `fetch` by way of the agent. */
function fetchBy(agent) {
  return async (url, how = {}) => {
    const request = new Request(url, how);
    const { hostname, pathname, search } = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const headers = { ...Object.fromEntries(request.headers), ...(body.length > 0 ? { 'content-length': body.length } : {}) };
    return new Promise((resolve, reject) => {
      const sent = https.request({ agent, hostname, path: `${pathname}${search}`, method: request.method, headers }, async (answer) => {
        const parts = [];
        for await (const part of answer) parts.push(part);
        const told = Object.entries(answer.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
        const empty = [204, 304].includes(answer.statusCode);
        resolve(new Response(empty ? null : Buffer.concat(parts), { status: answer.statusCode, headers: told }));
      });
      sent.on('error', reject);
      sent.end(body);
    });
  };
}

const institution = `
[[issuer.institutions]]
slug = "school"
name = { nl = "School Voorbeeld", en = "Example School" }
sector = "hbo"
brin = "98HV"
schac_home = "school.example"
api_key_file = "keys/api-key-example"
templates = ["data-analyse-basis"]
signing = { authority_certificate = "keys/authority.der", authority_key = "keys/authority.key" }
eduid = { discovery = "https://eduid.world.example/.well-known/openid-configuration", client_id = "school" }
`;

/** `init`, `migrate` and `serve` of these roles, as an operator has them behind a proxy, which may lead to others under `others.world.example`. `more` is added to the configuration, `files` lie beside it, `ca` is believed too. */
export async function startWorld({ roles = 'issuer,verifier,worker', others = [], more = '', files = {}, ca = '' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'eduwallet-tls-'));
  const base = await freeBase();
  const origins = { issuer: 'https://issuer.world.example', verifier: 'https://verifier.world.example', wallet: 'https://wallet.world.example' };
  const backends = { 'wallet.world.example': base, 'issuer.world.example': base + 1, 'verifier.world.example': base + 2 };
  for (const name of others) backends[`${name}.world.example`] = undefined;
  const front = await proxy(backends);
  const flags = Object.entries(origins).flatMap(([role, origin]) => [`--${role}-url`, origin]);
  execFileSync(binary(), ['init', '--dir', folder, '--operator', 'School Voorbeeld', '--eduid-discovery', 'https://eduid.world.example/.well-known/openid-configuration', ...flags]);
  const file = join(folder, 'eduwallet.toml');
  writeFileSync(join(folder, 'ca.pem'), `${front.ca}\n${ca}`);
  const peers = Object.keys(backends).map((name) => `{ origin = "https://${name}", connect_to = "127.0.0.1:${front.port}" }`);
  let config = readFileSync(file, 'utf8').replace(/\[operations\]\nlisten = [^\n]+\n/, '').replace('institutions = []\n', '');
  for (const [at, port] of [8080, 8081, 8082].entries()) config = config.replace(`"127.0.0.1:${port}"`, `"127.0.0.1:${base + at}"`);
  config = config.replace('# [egress]', `[egress]\nca_bundle = "ca.pem"\npeers = [${peers.join(', ')}]\n`);
  writeFileSync(file, `${config}\n${institution}\n${more}`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o400 });
  const registerFile = join(folder, 'register.json');
  const register = JSON.parse(readFileSync(registerFile));
  const issuer = `${origins.issuer}/school`;
  register.parties.push({
    slug: 'school',
    name: { nl: 'School Voorbeeld', en: 'Example School' },
    place: { nl: 'Utrecht, Nederland', en: 'Utrecht, the Netherlands' },
    issues: { credential_issuer: issuer, types: ['microcredential', 'enrolment'] },
  });
  writeFileSync(registerFile, JSON.stringify(register));
  execFileSync(binary(), ['migrate', '--config', file], { env });
  const child = spawn(binary(), ['serve', '--config', file, '--roles', roles], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGINT');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 8000))]);
    if (child.exitCode === null) child.kill('SIGKILL');
    front.server.closeAllConnections();
    await new Promise((resolve) => front.server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  const fetch = fetchBy(front.agent);
  let last;
  const isUp = async (address) => {
    last = await fetch(address).then(({ status }) => status, (error) => error);
    return last === 200;
  };
  for (let waited = 0; !(await isUp(`${origins.issuer}/.well-known/openid-credential-issuer/school`)); waited += 50) {
    if (child.exitCode !== null || waited > 10_000) {
      await stop();
      throw new Error(`it did not start: ${last} ${said.slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const anchor = register.anchors[0].match(/.{1,64}/g).join('\n');
  return {
    ...origins,
    school: { slug: 'school', credential_issuer: issuer, api_key: readFileSync(join(folder, 'keys', 'api-key-example'), 'utf8').trim() },
    trust_anchors_pem: `-----BEGIN CERTIFICATE-----\n${anchor}\n-----END CERTIFICATE-----\n`,
    fetch, agent: front.agent, stop, output: () => said, port: front.port,
    /** Where one of the others is, from now on. */
    leads: (name, port) => (backends[`${name}.world.example`] = port),
  };
}
