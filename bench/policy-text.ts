/** A policy as operators write them: one role, one team, two scopes. */
export function policyText(index: number): string {
  return `@id("team-${index}")
permit (
  principal == Role::"arn:aws:iam::111122223333:role/ci-${index}",
  action in [Action::"vendToken", Action::"introspectToken", Action::"describeCredential"],
  resource in Team::"team-${index}"
) when { ["a:read", "a:write"].containsAll(context.scope) };
`;
}
