import { Credential } from '../credential.ts';
import { readMetadata } from '../metadata.ts';
import type { Offers, TokenFormat } from '../server.ts';
import type { Situation } from '../situation.ts';
import type { InteropWorld } from '../world.ts';

const NAMES = { jwt: 'a JWT', opaque: 'an opaque token' } as const;
const FORMATS: readonly TokenFormat[] = ['jwt', 'opaque'];

const isIntrospected = (offers: Offers, format: TokenFormat) =>
  offers.introspection && (offers.introspectedFormats ?? offers.tokenFormats).includes(format);

/** What the server itself says, asked by the client of the credential. */
async function stateAtServer(
  world: InteropWorld,
  { members, secret }: Credential,
  token: string,
): Promise<string> {
  const { introspection_endpoint = '' } = {
    ...(await readMetadata(world, members.issuer)),
    ...members,
  };
  const basic = [members.client_id, secret].map((text = '') => encodeURIComponent(text)).join(':');
  const response = await fetch(String(introspection_endpoint), {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
    body: new URLSearchParams({ token }),
  });
  const { active } = (await response.json()) as { active?: boolean };
  return active ? 'active' : 'inactive';
}

async function describeAfter(
  credential: Credential,
  dropped: string,
  { access_token }: { readonly access_token: string },
): Promise<string> {
  const { active } = await credential.introspect(dropped);
  const next = access_token === dropped ? 'the same' : 'another';
  return `${active ? 'active' : 'inactive'}, ${next} token is vended`;
}

/** Tokens that are not used any longer, here and at the server. */
export const revocation: readonly Situation[] = FORMATS.flatMap((format): Situation[] => [
  {
    name: `${NAMES[format]} that an API rejected`,
    isOffered: ({ tokenFormats }) => tokenFormats.includes(format),
    expected: 'inactive, another token is vended',
    run: async (world) => {
      const credential = await Credential.add(world, { tokenFormat: format });
      const { access_token } = await credential.vend();
      const next = await credential.vend({ rejected: access_token });
      return await describeAfter(credential, access_token, next);
    },
  },
  {
    name: `revocation of ${NAMES[format]}`,
    isOffered: ({ tokenFormats }) => tokenFormats.includes(format),
    expected: 'inactive, another token is vended',
    run: async (world) => {
      const credential = await Credential.add(world, { tokenFormat: format });
      const { access_token } = await credential.vend();
      await credential.revoke(access_token);
      return await describeAfter(credential, access_token, await credential.vend());
    },
  },
  {
    name: `revocation of ${NAMES[format]}, as the server sees it`,
    isOffered: (offers) =>
      offers.tokenFormats.includes(format) && offers.revocation && isIntrospected(offers, format),
    expected: 'active before, inactive afterwards',
    run: async (world) => {
      const client = { method: 'client_secret_basic', tokenFormat: format } as const;
      const credential = await Credential.add(world, client);
      const { access_token } = await credential.vend();
      const before = await stateAtServer(world, credential, access_token);
      await credential.revoke(access_token);
      const after = await stateAtServer(world, credential, access_token);
      return `${before} before, ${after} afterwards`;
    },
  },
]);
