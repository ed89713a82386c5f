import { shipped } from '../../recipes/shipped.ts';
import type { ServerResults } from '../../test/interop/results.ts';
import { servers } from '../../test/interop/servers.ts';
import { table } from '../../test/interop/table.ts';

/** The page docs/servers-tested.md: a table for each server, in the order of the situations. */
export function describeResults(results: readonly ServerResults[]): string {
  return `${[INTRODUCTION, describeRecipes(), ...results.map(describeServer)].join('\n\n')}\n`;
}

const INTRODUCTION = `# Servers tested

\`npm run interop\` writes this page. It runs the deployed function under the runtime interface client
of AWS against each of these authorization servers, with moto as Secrets Manager, S3 and KMS. The result
is what the test saw: a token, or the code of an error. A server that lacks what a situation needs
has the result "not offered".`;

const RECIPES = `## Recipes

Where the recipes of [rotation.md](rotation.md) run. In the situations with recipes, the Secrets Manager
of the local system takes the place of moto, because it runs the function that rotates. \`npm run soak\`
runs 100 rotations of each recipe while ten callers vend, and kills the process in 30 of them: at these
servers and at the fakes.`;

/** Each recipe, and the servers that it runs at. */
function describeRecipes(): string {
  const rows = shipped.names.map((recipe) => {
    const real = servers.filter(({ offers }) =>
      Object.values(offers.recipes ?? {}).includes(recipe),
    );
    const where = real.map(({ title, version }) => `${title} ${version}`).join(', ');
    return [`\`${recipe}\``, where || 'a fake in the dialect of the server'];
  });
  return [RECIPES, '', ...tableOf([['recipe', 'runs at'], ...rows])].join('\n');
}

function describeServer({ title, version, results }: ServerResults): string {
  const rows = table.map(({ name }) => [name, results[name] ?? 'not tested']);
  return [`## ${title} ${version}`, '', ...tableOf([['situation', 'result'], ...rows])].join('\n');
}

/** @param rows the first has the names of the columns */
function tableOf([head = [], ...rows]: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}
