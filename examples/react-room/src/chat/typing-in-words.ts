// Who is typing, as one would say it.

/** “Ann is typing …”, “Ann and Bob are typing …”, “Ann, Bob, and 2 others are typing …”; empty of nobody. */
export function typingInWords(names: readonly string[]): string {
  if (names.length === 0) return ''
  const others = names.length - 2
  const named = others > 1 ? [...names.slice(0, 2), `${others} others`] : names
  return `${list.format(named)} ${names.length === 1 ? 'is' : 'are'} typing …`
}

const list = new Intl.ListFormat('en', { type: 'conjunction' })
