// A mail server on loopback that takes mail over TLS alone: from the first byte, or after STARTTLS. Its certificate can be another's, and it can forget what TLS is.
import { createServer } from 'node:net';
import { TLSSocket, createSecureContext } from 'node:tls';

export class Post {
  mails = [];
  /** What clients said in the clear, and over TLS. */
  said = { plain: [], tls: [] };
  offersTls = true;

  /** `login`: user and password without which nothing is taken. */
  static async start({ implicit, certificate, login }) {
    const post = new Post();
    Object.assign(post, { implicit, certificate, login });
    post.server = createServer((socket) => {
      socket.on('error', () => {});
      if (implicit) return post.converse(post.secure(socket), true);
      return post.converse(socket, false);
    });
    await new Promise((resolve) => post.server.listen(0, '127.0.0.1', resolve));
    post.port = post.server.address().port;
    return post;
  }

  stop() {
    return new Promise((resolve) => this.server.close(resolve));
  }

  secure(socket) {
    const { cert, key } = this.certificate;
    const secured = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ cert, key }) });
    // A client that does not believe the certificate goes.
    secured.on('error', () => {});
    return secured;
  }

  converse(stream, secured, greets = true) {
    let [rest, text, mail, known] = ['', undefined, undefined, !this.login];
    const say = (line) => stream.write(`${line}\r\n`);
    const hear = (line) => {
      if (text) {
        if (line !== '.') return text.push(line);
        this.mails.push({ ...mail, text: text.join('\n') });
        text = undefined;
        return say('250 taken');
      }
      const [verb, ...words] = line.split(' ');
      this.said[secured ? 'tls' : 'plain'].push(verb.toUpperCase());
      switch (verb.toUpperCase()) {
        case 'EHLO':
          if (secured && this.login) say('250-AUTH PLAIN');
          if (!secured && this.offersTls) say('250-STARTTLS');
          return say('250 SIZE 100000');
        case 'STARTTLS':
          say('220 go on');
          stream.removeAllListeners('data');
          return this.converse(this.secure(stream), true, false);
        case 'AUTH': {
          known = Buffer.from(words[1], 'base64').toString() === `\0${this.login[0]}\0${this.login[1]}`;
          return say(known ? '235 welcome' : '535 who?');
        }
        case 'MAIL':
          if (!secured || !known) return say('530 not like this');
          mail = { from: line, to: [] };
          return say('250 go on');
        case 'RCPT':
          mail.to.push(line.match(/<(.*)>/)[1]);
          return say('250 go on');
        case 'DATA':
          text = [];
          return say('354 end with a dot');
        case 'QUIT':
          say('221 bye');
          return stream.end();
        default:
          return say('250 as before');
      }
    };
    stream.on('data', (bytes) => {
      rest += bytes;
      const lines = rest.split('\r\n');
      rest = lines.pop();
      lines.forEach(hear);
    });
    stream.on('error', () => {});
    if (greets) say('220 post.example ESMTP');
  }
}
