import type { DehydratedState } from './dehydrated-state'

/** JSON that is safe to write into a `<script>`, whatever was published: it can't end the element, and as JavaScript it has no line that breaks. */
export function serialize(state: DehydratedState): string {
  return JSON.stringify(state).replace(/[<\u2028\u2029]/g, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
