import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import type { Schema } from '../../provider/framework/schema/schema.ts';
import type { ValueRecord } from '../../provider/framework/values/value.ts';
import { PluginClient } from '../provider/framework/support/plugin-client.ts';
import { wireValue } from '../provider/framework/support/wire-value.ts';

export interface RenewedToken {
  readonly typeName: string;
  /** What the provider gave Terraform when it opened the token. */
  readonly lease: object;
  readonly schema: Schema;
  readonly config: ValueRecord;
}

/** What a provider answers, as a process of its own, when Terraform asks it to renew a token. */
export async function renewToken(name: string, { typeName, lease, schema, config }: RenewedToken) {
  const main = new URL(`../../provider/${name}/main.ts`, import.meta.url).pathname;
  const plugin = await PluginClient.launch({
    command: [process.execPath, '--no-warnings', main],
    clientCertificate: makeCertificate(),
  });
  try {
    const configured = await plugin.call('configureProvider', {
      config: wireValue(schema, config),
    });
    const given = Buffer.from(JSON.stringify(lease));
    const renewed = await plugin.call('renewEphemeralResource', { typeName, private: given });
    const { renewAt, private: kept } = renewed;
    return {
      diagnostics: [...configured.diagnostics, ...renewed.diagnostics].map(
        ({ severity, summary, detail }) => ({
          severity: severity === 1 ? 'error' : 'warning',
          summary,
          detail,
        }),
      ),
      renewAt:
        renewAt === undefined
          ? undefined
          : new Date(Number(renewAt.seconds) * 1000 + renewAt.nanos / 1_000_000),
      keepsLease: kept !== undefined && given.equals(kept),
    };
  } finally {
    await plugin.close();
  }
}
