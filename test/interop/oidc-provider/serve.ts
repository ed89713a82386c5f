// The process of the server: `node serve.ts PORT PUBLIC_URL`.
import http from 'node:http';
import process from 'node:process';
import Provider from 'oidc-provider';
import { readBody } from '../../../local/loopback-server.ts';
import { generateJwk } from '../generated-jwk.ts';
import type { ClientRegistration } from '../server.ts';
import { type Administration, ISSUER_PATHS } from './administration.ts';
import { configure } from './configuration.ts';

const [, , port = '', publicUrl = ''] = process.argv;
const clients = new Map<string, ClientRegistration>();
const keys = [await generateJwk('RS256')];
let mounts = mountAll();

function mountAll() {
  // The longest path first, since the root is the beginning of all.
  return Object.values(ISSUER_PATHS)
    .sort((a, b) => b.length - a.length)
    .map((path) => {
      const provider = new Provider(`${publicUrl}${path}`, configure(clients, keys));
      return { prefix: path.replace(/\/$/, ''), provider, serve: provider.callback() };
    });
}

async function administer(message: Administration): Promise<string> {
  if ('registrationTokenOf' in message) {
    const { RegistrationAccessToken } = (mounts.at(-1) as (typeof mounts)[number]).provider;
    const token = Object.assign(new RegistrationAccessToken(), {
      clientId: message.registrationTokenOf,
    });
    return await token.save();
  }
  if ('register' in message) clients.set(message.register.id, message.register);
  else if ('setSecret' in message) {
    const { id, secret } = message.setSecret;
    clients.set(id, { ...(clients.get(id) as ClientRegistration), secret });
  } else {
    // The server signs with the first key that fits, and publishes all.
    keys.unshift(await generateJwk(message.rotateSigningKey));
    mounts = mountAll();
  }
  return '';
}

http
  .createServer(async (request, response) => {
    const url = request.url ?? '/';
    if (url === '/administration') {
      response.end(await administer(JSON.parse(String(await readBody(request)))));
      return;
    }
    const mount = mounts.find(({ prefix }) => url.startsWith(`${prefix}/`));
    // As Express does for a server that is mounted below a path.
    Object.assign(request, { originalUrl: url, url: url.slice(mount?.prefix.length) });
    mount?.serve(request, response);
  })
  .listen(Number(port), '127.0.0.1');
