import { expect, it } from '@jest/globals';
import type { HiiRetailRuns } from './hiiretail-runs.ts';
import { describeTerraform } from './terraform.ts';

const boundTo = (attributes: string) =>
  `group_id = "cashiers"\n  role_id  = "iam.viewer"\n  ${attributes}`;

const LIMITS: readonly [address: string, attributes: string, rule: RegExp][] = [
  [
    'group.long_description',
    `name = "It"\n  description = "${'x'.repeat(256)}"`,
    /0 to 255 characters/,
  ],
  ['group.long_name', `name = "${'x'.repeat(256)}"`, /1 to 255 characters/],
  ['group.members', 'name = "It"\n  members = ["user:a@example.com"]', /stores no members/],
  [
    'role_binding.many',
    boundTo('bindings = [for n in range(11) : format("bu:%d", n)]'),
    /at most 10 resources/,
  ],
  [
    'role_binding.condition',
    boundTo('bindings = ["bu:1"]\n  condition = "time < noon"'),
    /has no conditions/,
  ],
  [
    'custom_role.many',
    'id = "custom.it"\n  permissions = [for n in range(101) : { id = join("", ["abc.x", substr("abcdefghij", n % 10, 1), ".y", substr("abcdefghijk", floor(n / 10), 1)]) }]',
    /at most 100 permissions/,
  ],
  [
    'custom_role.permission',
    'id = "custom.it"\n  permissions = [{ id = "iam.Group.get" }]',
    /system\.resource\.action/,
  ],
  [
    'custom_role.short_name',
    'id = "custom.it"\n  name = "ab"\n  permissions = []',
    /3 to 256 characters/,
  ],
  [
    'custom_role.attribute',
    'id = "custom.it"\n  permissions = [{ id = "iam.group.get", attributes = { k = join("", [for n in range(257) : "x"]) } }]',
    /256 characters/,
  ],
  ['resource.name', 'name = "a/b"', /name cannot serve as the id/],
  ['resource.id', 'id = "a__b__c"\n  name = "x"', /double underscore/],
  ['resource.props', 'name = "x"\n  props = "{"', /must be JSON/],
];

/** Suite of the limits of the API, which the provider checks at plan. */
export function describeLimits(runs: HiiRetailRuns): void {
  describeTerraform('limits of the API', () => {
    it('are named at plan, each at its resource, before anything is sent', async () => {
      await runs.open(
        LIMITS.map(([address, attributes]) => {
          const [type, name] = address.split('.');
          return `resource "hiiretail_iam_${type}" "${name}" {\n  ${attributes}\n}\n`;
        }).join(''),
      );
      const { errors } = await runs.run(['plan']);
      for (const [address, , rule] of LIMITS) {
        const texts = errors
          .filter((error) => error.address === `hiiretail_iam_${address}`)
          .map(({ summary, detail }) => `${summary} ${detail}`);
        expect([address, texts]).toEqual([address, [expect.stringMatching(rule)]]);
      }
      expect(errors).toHaveLength(LIMITS.length);
      expect(runs.system.iamApi.requests).toEqual([]);
      expect(runs.system.requests('token')).toBe(0);
    });
  });
}
