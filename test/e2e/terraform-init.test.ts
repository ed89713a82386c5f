import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeFirstTeam } from '../../cli/init/first-team.ts';
import { describeTerraform, Terraform } from '../support/terraform.ts';
import { releaseTokenVending } from '../support/terraform-run.ts';

describeTerraform('the Terraform sample of token-vending init', () => {
  let terraform: Terraform;
  beforeAll(async () => {
    terraform = await Terraform.open([await releaseTokenVending()]);
  });
  afterAll(() => terraform.close());

  it('is valid and formatted', async () => {
    const answers = {
      team: 'support',
      credential: 'tickets-api',
      ciRole: 'arn:aws:iam::111122223333:role/ci-support',
      issuer: 'https://auth.example.com/100%25',
      alarmEmail: 'alarms@example.com',
    };
    await terraform.write({ 'main.tf': describeFirstTeam(answers, false)['main.tf'] ?? '' });
    await terraform.succeed(['init']);
    await terraform.succeed(['fmt', '-check', '-diff']);
    const { stdout } = await terraform.succeed(['validate']);
    expect(stdout).toContain('The configuration is valid.');
  });
});
