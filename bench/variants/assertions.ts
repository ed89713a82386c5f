// A process that issues two assertions, and writes how many milliseconds each took.
import process from 'node:process';
import { openFunctionAssertions } from '../../functions/aws-assertions.ts';
import { openSecretsManager } from '../../lib/credential/secrets-manager.ts';

const { signal } = new AbortController();
const authentication = JSON.parse(process.argv[2] ?? '');
const request = { authentication, clientId: 'bench', audience: 'https://auth.example.com', signal };

// As for the document of a credential: what all clients of the SDK share is loaded then.
await openSecretsManager('').read({ team: 'bench', name: 'bench' }, 'AWSCURRENT', signal);

const assertions = openFunctionAssertions();
const times: number[] = [];
for (let round = 0; round < 2; round += 1) {
  const started = performance.now();
  await assertions.issue(request);
  times.push(performance.now() - started);
}
process.stdout.write(JSON.stringify(times));
