import { expect, it } from '@jest/globals';
import { HiiRetailRuns } from '../support/hiiretail-runs.ts';
import { describeTerraform } from '../support/terraform.ts';

const GROUP = `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
}
`;

const runs = HiiRetailRuns.use();

describeTerraform('a run whose tokens fail', () => {
  it('goes on after a token endpoint that fails for a moment', async () => {
    runs.system.authorizationServer.faults.set('token', {
      kind: 'response',
      status: 502,
      body: '<html>Bad Gateway</html>',
      times: 2,
    });
    await runs.open(GROUP);
    expect((await runs.apply()).errors).toEqual([]);
    expect(runs.system.requests('token')).toBe(3);
  });

  it('ends with a clear error if the token endpoint cannot be reached, after max_retries', async () => {
    const environment = {
      ...runs.direct(),
      HIIRETAIL_TOKEN_URL: 'http://127.0.0.1:9/oauth2/token',
      HIIRETAIL_MAX_RETRIES: '0',
    };
    await runs.open(GROUP, environment);
    const [error] = (await runs.apply()).errors;
    expect(error?.summary).toMatch(/upstream_unavailable/);
    expect(error?.detail).toMatch(/Check the network[\s\S]*ECONNREFUSED/);
  });

  it('ends with a clear error if the IAM API cannot be reached', async () => {
    const base = { HIIRETAIL_BASE_URL: 'http://127.0.0.1:9', HIIRETAIL_MAX_RETRIES: '0' };
    await runs.open(GROUP, { ...runs.direct(), ...base });
    const [error] = (await runs.apply()).errors;
    expect(error?.summary).toMatch(/api_unreachable/);
    expect(error?.detail).toMatch(/base_url[\s\S]*ECONNREFUSED/);
  });
});
