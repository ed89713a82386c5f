import { PUBLIC_MEMBERS, type PublicMember } from '../../lib/credential/document-members.ts';
import type { SecretMember } from '../../lib/credential/document-schema.ts';
import type { Attribute } from '../framework/schema/attribute.ts';
import type { Type } from '../framework/schema/type.ts';
import type { Value } from '../framework/values/value.ts';
import type { CredentialState } from './credential-schema.ts';
import { type AttributeOf, attributeOf, documentAttributes } from './document-attributes.ts';
import { fromDocumentValue, toDocumentValue } from './document-value.ts';

/** A credential document in Secrets Manager, not validated. */
export type RawDocument = Readonly<Record<string, unknown>>;

/** The attributes of the resource that are public members of the document. */
export type DocumentAttributes = Pick<CredentialState, AttributeOf<PublicMember>>;

type Secrets = Readonly<Partial<Record<SecretMember, unknown>>>;

/** Makes a document of attributes and secrets. An absent value has no key; null removes a secret. */
export function toDocument(attributes: DocumentAttributes, secrets: Secrets = {}): RawDocument {
  const values = PUBLIC_MEMBERS.map(
    (key) => [key, toDocumentValue(typeOf(key), attributes[attributeOf(key)] as Value)] as const,
  );
  const entries = [...values, ...Object.entries(secrets)];
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/**
 * The attributes of a document, which may have been edited by hand. A value of a wrong type counts
 * as absent.
 */
export function fromDocument(document: RawDocument): DocumentAttributes {
  return Object.fromEntries(
    PUBLIC_MEMBERS.map((key) => [
      attributeOf(key),
      fromDocumentValue(typeOf(key), document[key]) ?? valueIfAbsent(key),
    ]),
  ) as DocumentAttributes;
}

/**
 * A public member as an argument in the language of Terraform.
 *
 * @example `toArgument('implicit_scope', 'email profile')` is `implicit_scope = ["email","profile"]`
 */
export function toArgument(key: PublicMember, value: string): string {
  return `${attributeOf(key)} = ${JSON.stringify(fromDocumentValue(typeOf(key), value))}`;
}

function typeOf(key: PublicMember) {
  return (documentAttributes[attributeOf(key)].type as Type<unknown>).cty;
}

// The defaults of the document, for members that every state has.
const IF_ABSENT: Partial<Record<PublicMember, Value>> = {
  profile: 'generic',
  status: 'enabled',
  epoch: 0,
};

function valueIfAbsent(key: PublicMember): Value {
  const attribute: Attribute = documentAttributes[attributeOf(key)];
  return IF_ABSENT[key] ?? (attribute.mode === 'required' ? '' : null);
}
