// Starts the release binary's demo on free ports and tells what it described of itself.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const offsets = [0, 1, 2, 9, 10, 11, 12, 13, 14];

const free = (port) =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port from which all of the demo's are free. */
export async function freeBase() {
  for (let base = 21080; base < 29000; base += 40) {
    const all = await Promise.all(offsets.map((offset) => free(base + offset)));
    if (all.every(Boolean)) return base;
  }
  throw new Error('no free ports');
}

/** The program under test: the release build, or what `TEST_BINARY` names. */
export function binary() {
  const path = process.env.TEST_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'release', 'eduwallet');
  if (!existsSync(path)) throw new Error(`${path} is missing: cargo build --release`);
  return path;
}

/** Starts the demo; `stop()` ends it and removes its data. */
export async function startDemo(extra = []) {
  const folder = mkdtempSync(join(tmpdir(), 'eduwallet-browser-'));
  const file = join(folder, 'demo.json');
  const base = await freeBase();
  const child = spawn(binary(), ['demo', '--base-port', String(base), '--json', file, '--data', join(folder, 'data'), ...extra], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  child.stderr.on('data', (bytes) => (said += bytes));
  let ended = false;
  child.once('exit', () => (ended = true));
  for (let waited = 0; !existsSync(file); waited += 50) {
    if (ended || waited > 60_000) throw new Error(`the demo did not start: ${said.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    if (!ended) {
      child.kill('SIGINT');
      await Promise.race([new Promise((resolve) => child.once('exit', resolve)), new Promise((resolve) => setTimeout(resolve, 8000))]);
      if (!ended) child.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...JSON.parse(readFileSync(file, 'utf8')), stop, output: () => said };
}

/** Calls one of our own JSON APIs. */
export async function call(method, url, { key, body, headers } = {}) {
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key ? { authorization: `Bearer ${key}` } : {}),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let value = text;
  try {
    value = JSON.parse(text);
  } catch {
    // not every answer is JSON
  }
  return { status: answer.status, value, headers: answer.headers };
}
