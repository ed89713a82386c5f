import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { LocalCaller } from '../../local/callers.ts';

/**
 * AWS STS on loopback, which lets every caller assume one role.
 *
 * @param work gets its URL, and its requests so far
 */
export async function withSts(
  role: LocalCaller,
  work: (url: string, requested: readonly Record<string, string>[]) => Promise<void>,
): Promise<void> {
  const requested: Record<string, string>[] = [];
  const server = http.createServer(async (request, response) => {
    requested.push(Object.fromEntries(new URLSearchParams(await text(request))));
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(assumed(role));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requested);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function assumed({ accessKeyId, secretAccessKey, sessionToken, identity }: LocalCaller): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <AssumedRoleUser><Arn>${identity.arn}</Arn><AssumedRoleId>${identity.userId}</AssumedRoleId></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken>
      <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
    </Credentials>
  </AssumeRoleResult></AssumeRoleResponse>`;
}
