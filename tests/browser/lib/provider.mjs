// npm's oidc-provider, configured to behave as eduID: pairwise `sub`, `eduid` per service, names, assurance and affiliations at userinfo, PKCE demanded.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const people = {
  samira: { given_name: 'Samira', family_name: 'de Vries', eduid: 'b2f5c0de-6f0e-4c51-9d0f-0c7f6c6b7e11', email: 'samira@post.example' },
  // eduID releases only what was registered for a client; here it forgot the one thing that an account needs.
  forgotten: { given_name: 'Robin', family_name: 'Visser' },
};
const released = ['sub', 'eduid', 'name', 'given_name', 'family_name', 'eduperson_assurance', 'eduperson_scoped_affiliation', 'schac_home_organization', 'email'];
const medium = 'https://refeds.org/assurance/IAP/medium';

function claimsOf(id) {
  const { given_name: given, family_name: family, eduid, email } = people[id];
  return {
    sub: id,
    eduid,
    email,
    name: `${given} ${family}`,
    given_name: given,
    family_name: family,
    eduperson_assurance: ['https://refeds.org/assurance', medium],
    eduperson_scoped_affiliation: ['student@hogeschool-voorbeeld.example'],
    schac_home_organization: 'eduid.example',
  };
}

function keys() {
  const private_ = (pair, extra) => ({ ...pair.privateKey.export({ format: 'jwk' }), use: 'sig', ...extra });
  return {
    keys: [
      private_(generateKeyPairSync('rsa', { modulusLength: 2048 }), { kid: 'rsa', alg: 'RS256' }),
      private_(generateKeyPairSync('ec', { namedCurve: 'P-256' }), { kid: 'ec', alg: 'ES256' }),
    ],
  };
}

const loginPage = (uid) => `<!doctype html><html lang="nl"><title>Inloggen</title><main><h1>Inloggen</h1><form method="post" action="/interaction/${uid}">
${Object.keys(people).map((id) => `<button name="person" value="${id}">${id}</button>`).join('\n')}
<button name="person" value="">terug</button></form></main></html>`;

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new URLSearchParams(Buffer.concat(parts).toString());
}

/** Shows who can log in, and finishes the login with the one that was chosen; eduID asks for no consent of its own. */
async function interact(provider, request, response) {
  const { uid, prompt, params, grantId, session } = await provider.interactionDetails(request, response);
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (prompt.name === 'consent') {
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid');
    grant.addOIDCClaims(released);
    return finish({ consent: { grantId: await grant.save() } });
  }
  if (request.method === 'GET') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(loginPage(uid));
  const person = (await body(request)).get('person');
  if (!people[person]) return finish({ error: 'access_denied', error_description: 'turned back' });
  return finish({ login: { accountId: person, acr: medium } });
}

/** Starts the provider for one client, under a name of the world where a proxy has one for it; gives its discovery document's address and what it was asked. */
export async function startProvider(client, name) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const issuer = name ?? `http://localhost:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ grant_types: ['authorization_code'], response_types: ['code'], subject_type: 'pairwise', ...client }],
    jwks: keys(),
    claims: { openid: released, acr: null, auth_time: null },
    acrValues: [medium],
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_, account, of) => createHash('sha256').update(`${of.sectorIdentifier}|${account}`).digest('hex'),
    findAccount: (_, id) => (people[id] ? { accountId: id, claims: () => claimsOf(id) } : undefined),
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of this run'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
  });
  provider.proxy = Boolean(name);
  const asked = [];
  provider.on('authorization.success', (context) => asked.push(context.oidc.params));
  const failures = [];
  provider.on('server_error', (_, error) => failures.push(error.stack));
  const rest = provider.callback();
  server.on('request', (request, response) => {
    if (!request.url.startsWith('/interaction/')) return rest(request, response);
    return interact(provider, request, response).catch((error) => {
      failures.push(error.stack);
      response.writeHead(500).end();
    });
  });
  const stop = () => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  return { issuer, discovery: `${issuer}/.well-known/openid-configuration`, asked, failures, stop, port };
}
