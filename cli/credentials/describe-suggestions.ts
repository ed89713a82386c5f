import type { Suggestions } from '../../lib/http/grant-stages.ts';

/** Possible changes of a document as its lines. */
export function describeSuggestions(suggestions: Suggestions): string[] {
  return Object.entries(suggestions).map(
    ([key, value]) => `possible change of the document: "${key}": ${JSON.stringify(value)}`,
  );
}
