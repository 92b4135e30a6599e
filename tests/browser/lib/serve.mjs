// Runs `eduwallet init`, `migrate` and `serve` as an operator does, with the wallet on loopback.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary } from './demo.mjs';

// `EDUWALLET_…` overrides the configuration, so what tests are told by it stays here.
export const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EDUWALLET_')));

/** Serves the wallet at `url`, a client of the provider at `discovery`. */
export async function serveWallet({ url, discovery, clientId, secret }) {
  const folder = mkdtempSync(join(tmpdir(), 'eduwallet-serve-'));
  const others = ['--issuer-url', 'http://localhost:1', '--verifier-url', 'http://localhost:2'];
  execFileSync(binary(), ['init', '--dir', folder, '--operator', 'Hogeschool Voorbeeld', '--wallet-url', url, '--eduid-discovery', discovery, ...others]);
  const file = join(folder, 'eduwallet.toml');
  let config = readFileSync(file, 'utf8')
    .replace('listen = "127.0.0.1:8080"', `listen = "127.0.0.1:${new URL(url).port}"`)
    .replace('client_id = "eduwallet"', `client_id = "${clientId}"`)
    .replace(/\[operations\]\nlisten = [^\n]+\n/, '');
  if (secret) {
    const path = join(folder, 'keys', 'eduid-wallet.secret');
    writeFileSync(path, secret);
    chmodSync(path, 0o400);
    config = config.replace('# client_secret_file', 'client_secret_file');
  }
  writeFileSync(file, `${config}\n[dev]\nallow_localhost = true\n`);
  execFileSync(binary(), ['migrate', '--config', file], { env });
  const child = spawn(binary(), ['serve', '--config', file, '--roles', 'wallet,worker'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += bytes));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (let waited = 0; !(await fetch(url).then((answer) => answer.ok, () => false)); waited += 50) {
    if (child.exitCode !== null || waited > 30_000) throw new Error(`the wallet did not start: ${said.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    child.kill('SIGINT');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 8000))]);
    if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { stop, output: () => said };
}
