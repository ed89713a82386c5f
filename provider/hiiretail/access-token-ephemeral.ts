import type { Problem } from '../framework/diagnostics/diagnostic.ts';
import { Fault } from '../framework/diagnostics/fault.ts';
import {
  defineEphemeralResource,
  type LeaseRequest,
  type Opened,
  type OpenRequest,
} from '../framework/dispatch/ephemeral-resource.ts';
import { computed } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { string } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainFailure } from './explain-failure.ts';

const schema = defineSchema({
  description: `The access token that the provider itself uses, for other providers that talk to Hii Retail. It reaches neither the state nor the plan.

Terraform opens it once while it plans and once while it applies, and its value cannot change in between: a run that outlives it is told so.`,
  attributes: {
    access_token: computed(string, { description: 'The token.', sensitive: true }),
    token_type: computed(string, { description: 'Always `Bearer`.' }),
    expires_at: computed(string, { description: 'When it expires (RFC 3339).' }),
  },
});

interface Lease {
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** Milliseconds before its end at which a run that still needs it is told. */
const WARN_AHEAD = 30_000;

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
      renewAt: new Date(expiresAt - WARN_AHEAD),
    };
  } catch (error) {
    throw explainFailure(error, 'No access token');
  }
}

function outlived({ expiresAt }: Lease): Problem {
  return {
    summary: 'The run outlives its access token',
    detail: `The token ends at ${new Date(expiresAt).toISOString()}, and Terraform cannot replace it while it runs: what uses it fails from then on. Resources of this provider are not affected. Split the run, or have the lifetime raised at the authorization server.`,
  };
}

export const accessTokenEphemeral = defineEphemeralResource({
  schema,
  open,
  // Terraform cannot take another value here. Up to 1.16 it also swallows this error; `close` says it again.
  async renew({ lease }: LeaseRequest<Connection>): Promise<never> {
    throw new Fault(outlived(lease as Lease));
  },
  async close({ lease, client, warn }: LeaseRequest<Connection>): Promise<void> {
    if (client.clock.now() >= (lease as Lease).expiresAt) warn(outlived(lease as Lease));
  },
});
