// Kinds of generated keys: the provider of Keycloak, and its settings.
const KINDS: Readonly<Record<string, readonly [provider: string, config: object]>> = {
  RS: ['rsa-generated', { keySize: ['2048'] }],
  PS: ['rsa-generated', { keySize: ['2048'] }],
  ES256: ['ecdsa-generated', { ecdsaEllipticCurveKey: ['P-256'] }],
  ES384: ['ecdsa-generated', { ecdsaEllipticCurveKey: ['P-384'] }],
  ES512: ['ecdsa-generated', { ecdsaEllipticCurveKey: ['P-521'] }],
  EdDSA: ['eddsa-generated', { eddsaEllipticCurveKey: ['Ed25519'] }],
};

/**
 * The component of a new key with which the realm signs from now on.
 *
 * @param priority above that of every key of the realm; the highest signs
 */
export function generatedKey(
  realmId: string,
  algorithm: string,
  number: number,
): Readonly<Record<string, unknown>> {
  const kind = KINDS[algorithm] ?? KINDS[algorithm.slice(0, 2)];
  if (kind === undefined) throw new Error(`Keycloak has no key for ${algorithm}`);
  const [providerId, config] = kind;
  return {
    name: `${algorithm} ${number}`,
    providerId,
    providerType: 'org.keycloak.keys.KeyProvider',
    parentId: realmId,
    config: {
      ...config,
      priority: [String(1_000 + number)],
      ...(algorithm.length > 0 && providerId === 'rsa-generated' ? { algorithm: [algorithm] } : {}),
    },
  };
}
