// Sphereon's OpenID4VCI client, which speaks draft 15: one `proof`, and names where drafts had them.
import { OpenID4VCIClient } from '@sphereon/oid4vci-client';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

/** A wallet with one key, which binds its tokens to that key where `dpop`. */
export class SphereonWallet {
  static async open({ dpop = false } = {}) {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const wallet = new SphereonWallet();
    const sign = ({ header, payload }) => new SignJWT(payload).setProtectedHeader(header).sign(privateKey);
    const jwk = await exportJWK(publicKey);
    const jwtIssuer = { method: 'jwk', alg: 'ES256', jwk };
    const bound = { jwtIssuer, createJwtCallback: (_, jwt) => sign(jwt), dPoPSigningAlgValuesSupported: ['ES256'], jwtPayloadProps: {} };
    Object.assign(wallet, { jwk, sign, bound: () => (dpop ? { createDPoPOpts: { ...bound, jwtPayloadProps: {} } } : {}) });
    return wallet;
  }

  /** Reads an offer and gets a token with its transaction code. */
  async preAuthorized({ deep_link: uri, tx_code: pin }) {
    this.client = await OpenID4VCIClient.fromURI({ uri, alg: 'ES256', clientId: 'sphereon', retrieveServerMetadata: true, createAuthorizationRequestURL: false });
    this.token = await this.client.acquireAccessToken({ pin, ...this.bound() });
  }

  /** The credential endpoint's answer. */
  collect(configuration) {
    const { format } = this.metadata.credential_configurations_supported[configuration];
    const { jwk, sign } = this;
    return this.client.acquireCredentials({
      credentialConfigurationId: configuration, format, jwk, alg: 'ES256', proofCallbacks: { signCallback: sign }, ...this.bound(),
    });
  }

  notify(id, event) {
    return this.client.sendNotification({ notificationEndpoint: this.metadata.notification_endpoint }, { notification_id: id, event });
  }

  get metadata() {
    return this.client.endpointMetadata.credentialIssuerMetadata;
  }
}
