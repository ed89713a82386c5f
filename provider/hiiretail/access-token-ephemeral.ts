import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import {
  defineEphemeralResource,
  type LeaseRequest,
  type Opened,
  type OpenRequest,
} from '../framework/dispatch/ephemeral-resource.ts';
import { firstRenewal, leaveAlone } from '../framework/dispatch/fixed-lifetime.ts';
import { computed } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';

const schema = defineSchema({
  description: `The access token of this provider, for other providers that call Hii Retail. It reaches neither the state nor the plan.

Terraform opens it once during the plan and once during the apply. Its value cannot change during either, and a token cannot be extended. The provider warns shortly before the token expires. It reports an error only if the run still holds the token after that.`,
  attributes: {
    access_token: computed(string, { description: 'The token.', sensitive: true }),
    token_type: computed(string, { description: 'Always `Bearer`.' }),
    expires_at: computed(string, { description: 'Expiry time (RFC 3339).' }),
  },
});

interface Lease {
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

async function open({
  client,
  signal,
}: OpenRequest<typeof schema, Connection>): Promise<Opened<typeof schema>> {
  try {
    const { accessToken, expiresAt } = await client.tokens.get(signal);
    return {
      result: {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_at: new Date(expiresAt).toISOString(),
      },
      lease: { expiresAt } satisfies Lease,
      renewAt: firstRenewal({ expiresAt, now: client.clock.now() }),
    };
  } catch (error) {
    throw explainError(error, 'No access token');
  }
}

const REMEDY =
  'Resources of this provider are not affected. For a longer run, split it, or have the lifetime raised at the authorization server.';

function expiresSoon({ expiresAt }: Lease): DiagnosticText {
  return {
    summary: 'The access token expires soon',
    detail: `It expires at ${new Date(expiresAt).toISOString()} and cannot be extended, and Terraform cannot replace it during the run. A request that uses it after that time fails. ${REMEDY}`,
  };
}

function expired({ expiresAt }: Lease): DiagnosticText {
  return {
    summary: 'The access token has expired',
    detail: `It expired at ${new Date(expiresAt).toISOString()}, and the run held it longer. A request that uses it after that time fails. ${REMEDY}`,
  };
}

export const accessTokenEphemeral = defineEphemeralResource({
  schema,
  open,
  // Terraform up to 1.16 drops warnings of renewals (the log has them), so `close` warns again.
  async renew({ lease, client, warn }: LeaseRequest<Connection>) {
    const held = lease as Lease;
    const expiry = { soon: expiresSoon(held), over: expired(held) };
    return leaveAlone({ expiresAt: held.expiresAt, now: client.clock.now() }, expiry, warn);
  },
  async close({ lease, client, warn }: LeaseRequest<Connection>): Promise<void> {
    if (client.clock.now() >= (lease as Lease).expiresAt) warn(expired(lease as Lease));
  },
});
