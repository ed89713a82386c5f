import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import type { DoctorFault } from './doctor-fault.ts';
import type { Environment } from './doctor-system.ts';
import { openDoorway, passOn, refuseAll } from './doorway.ts';

async function closedPort(): Promise<Environment> {
  const doorway = await openDoorway(() => undefined);
  await doorway.close();
  return { TOKEN_VENDING_ENDPOINT: doorway.url };
}

const HOUR_AHEAD = 3_600_000;
const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** Faults between the command line and the function, in the order of the checks. */
export const ENDPOINT_FAULTS: readonly DoctorFault[] = [
  {
    name: 'endpoint',
    first: 'endpoint',
    remedy: /TOKEN_VENDING_ENDPOINT/,
    line: 'checkout/orders-api --endpoint ftp://tokens.example.com',
  },
  {
    name: 'host-name',
    first: 'host_name',
    remedy: /typing error/,
    // A name with an empty label is invalid, so no name server is queried.
    line: 'checkout/orders-api --endpoint https://abc..lambda-url.eu-north-1.on.aws',
  },
  { name: 'connection', first: 'connection', remedy: /firewall/, seed: closedPort },
  {
    name: 'tls',
    first: 'tls',
    remedy: /NODE_EXTRA_CA_CERTS/,
    seed: (room) => room.endpointThat(passOn(room.system.endpoint), makeCertificate()),
  },
  {
    name: 'captive-portal',
    first: 'front_door',
    remedy: /sign in at its portal/,
    seed: (room) =>
      room.endpointThat((_request, response) => {
        response.writeHead(302, { location: '/login', 'content-type': 'text/html' });
        response.end('<html>Welcome, guest</html>');
      }),
  },
  {
    name: 'unsigned',
    first: 'front_door',
    remedy: /AWS_IAM/,
    seed: (room) =>
      room.endpointThat((_request, response) => {
        response.writeHead(403, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            error: 'access_denied',
            error_description: 'AWS did not identify the caller.',
            code: 'caller_unidentified',
            request_id: crypto.randomUUID(),
          }),
        );
      }),
  },
  {
    name: 'clock',
    first: 'clock',
    remedy: /NTP/,
    seed: (room) =>
      room.endpointThat(
        passOn(room.system.endpoint, () => ({
          date: new Date(Date.now() + HOUR_AHEAD).toUTCString(),
        })),
      ),
  },
  {
    name: 'aws-identity',
    first: 'aws_identity',
    remedy: /--profile nobody/,
    caller: 'nobody',
  },
  {
    name: 'signature-expired',
    first: 'signature',
    remedy: /Sign in again/,
    caller: 'ci-expired',
  },
  {
    name: 'signature-region',
    first: 'signature',
    remedy: /Set the region of the endpoint/,
    line: 'checkout/orders-api --region us-east-1',
  },
  {
    name: 'signature-key',
    first: 'signature',
    remedy: /get-caller-identity/,
    caller: '',
    seed: (room) => ({ ...room.keysOf('ci-checkout'), AWS_ACCESS_KEY_ID: 'LOCALKEYOFNOBODY1234' }),
  },
  {
    name: 'signature-secret',
    first: 'signature',
    remedy: /proxy that rewrites/,
    caller: '',
    seed: (room) => ({
      ...room.keysOf('ci-checkout'),
      AWS_SECRET_ACCESS_KEY: room.system.caller('ci-inventory').secretAccessKey,
    }),
  },
  {
    name: 'permissions',
    first: 'permissions',
    remedy: /lambda:InvokeFunctionUrl and lambda:InvokeFunction/,
    seed: (room) =>
      room.endpointThat(refuseAll(403, { Message: FORBIDDEN }, 'AccessDeniedException')),
  },
];
