// Credo as an issuer to be measured beside ours (`cargo xtask bench`): the same number of claims, its records in memory and found by an index.
import http from 'node:http';
import { Ceramics } from './lib/ceramics.mjs';

const CLAIMS = 12;

class Peer extends Ceramics {
  credentials(keys) {
    const claims = Object.fromEntries(Array.from({ length: CLAIMS }, (_, n) => [`element_${n}`, `what is known of element ${n}`]));
    const credentials = keys.map((holder) => ({
      payload: { vct: `${this.origin}/vct/course`, ...claims },
      holder,
      issuer: this.signer,
      disclosureFrame: { _sd: Object.keys(claims) },
    }));
    return { type: 'credentials', format: 'dc+sd-jwt', credentials };
  }

  /** How many sessions ended with a credential, by Credo's own records. */
  kept() {
    return this.agent.records('OpenId4VcIssuanceSessionRecord').filter(({ state }) => state === 'Completed').length;
  }
}

const peer = await Peer.start();
const answers = {
  'POST /offers': async () => {
    const { link, code } = await peer.offer();
    return { credential_offer_uri: new URL(link).searchParams.get('credential_offer_uri'), tx_code: code };
  },
  'GET /kept': async () => ({ kept: peer.kept() }),
};
const staff = http.createServer(async (request, response) => {
  try {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(await answers[`${request.method} ${request.url}`]()));
  } catch (error) {
    response.writeHead(500);
    response.end(JSON.stringify({ error: String(error) }));
  }
});
staff.listen(0, '127.0.0.1', () => {
  const told = {
    name: 'Credo 0.6.3 (records in memory)',
    credential_issuer: peer.identifier,
    configuration: 'course',
    staff: `http://127.0.0.1:${staff.address().port}`,
  };
  process.stdout.write(`${JSON.stringify(told)}\n`);
});
