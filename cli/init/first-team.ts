import { stringify } from 'yaml';
import type { Answers } from './answers.ts';
import { CONFIG_FILE, TERRAFORM_FILE } from './file-names.ts';

type Policed = Pick<Answers, 'team' | 'credential' | 'ciRole'>;

/** Every file of a first team, by path. */
export function describeFirstTeam(
  answers: Answers,
  policiesOnly: boolean,
): Readonly<Record<string, string>> {
  const policy = { [`policies/${answers.team}.cedar`]: describePolicy(answers) };
  if (policiesOnly) return policy;
  return {
    [CONFIG_FILE]: describeDeployment(answers),
    ...policy,
    [TERRAFORM_FILE]: describeTerraform(answers),
  };
}

/** The policy that permits the CI role of a team the tokens of the team. */
function describePolicy({ team, ciRole }: Policed): string {
  return `// Team ${team}: its CI may use all present and future credentials of the team. To limit its scopes, add
// when { ["..."].containsAll(context.scope) }. docs/policies.md has more examples.
@id("${team}-ci")
@advice("The CI of team ${team} gets tokens of the team's own credentials. Ask the operator for more.")
permit (
  principal == Role::"${principalOf(ciRole)}",
  action in [
    Action::"vendToken",
    Action::"introspectToken",
    Action::"revokeToken",
    Action::"describeCredential"
  ],
  resource in Team::"${team}"
);
`;
}

// The ARN of a session does not contain the path of its role, so policies name the role without it.
function principalOf(ciRole: string): string {
  return ciRole.replace(/:role\/.*\//, ':role/');
}

/** The configuration of the deployment (infra/token-vending-config.ts). */
function describeDeployment({ ciRole, alarmEmail }: Answers): string {
  const text = (value: string) => stringify(value, { lineWidth: 0 }).trim();
  return `# The configuration of the deployment. token-vending.config.example.yaml shows every key. docs/deploy.md explains them.

# Directory of the access policies (*.cedar), relative to this file. They decide who may have which token.
policies: policies

# Principals that may call the endpoint. Access policies then decide each request.
allowedPrincipals:
  roles:
    - ${ciRole}

alarmEmail: ${text(alarmEmail)}

# The prober requests a token every 5 minutes. Enable it when platform/probe exists (docs/deploy.md).
prober: false
`;
}

/** A first Terraform run of the team. */
function describeTerraform({ team, credential, issuer }: Answers): string {
  return `# A first run of team ${team}. Endpoint and region come from TOKEN_VENDING_ENDPOINT and TOKEN_VENDING_REGION, the identity
# from AWS. This file contains no secret, and no token reaches state or plan.
terraform {
  required_version = ">= 1.10"

  required_providers {
    tokenvending = {
      source  = "token-vending/tokenvending"
      version = "~> 0.1"
    }
  }
}

provider "tokenvending" {
  credential = "${team}/${credential}"
}

data "tokenvending_credential" "first" {
  credential = "${team}/${credential}"

  lifecycle {
    postcondition {
      condition     = self.issuer == "${issuer}"
      error_message = "${team}/${credential} is registered at another authorization server."
    }
  }
}

# min_ttl is at least the longest duration of the run. Any provider that accepts a token can use it, and so can write-only arguments:
#   token = ephemeral.tokenvending_access_token.first.access_token
ephemeral "tokenvending_access_token" "first" {
  min_ttl = "15m"
}

output "scopes" {
  value = data.tokenvending_credential.first.scopes
}
`;
}
