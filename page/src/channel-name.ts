// What a channel may be called, and the addresses that name one.

/** Why this can't be a channel's name, in a sentence; undefined when it can. */
export function channelFault(name: string): string | undefined {
  if (name === '') return 'A channel needs a name.'
  if (/^(\.\.?|_)$/.test(name)) return `“${name}” is not free to be used.`
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'A name has no control characters.'
  if (new TextEncoder().encode(name).length > 200) return 'A name has at most 200 bytes.'
  return undefined
}

/** `#lobby` or `?channel=lobby`; the lobby where neither is given. */
export function channelOf({ hash, search }: { readonly hash: string; readonly search: string }): string {
  return decoded(hash.slice(1)) || new URLSearchParams(search).get('channel') || 'lobby'
}

/** As one segment of a path, safe between single quotes in a shell too. */
export function segmentOf(name: string): string {
  return encodeURIComponent(name).replace(/'/g, '%27')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign: it is meant as it stands.
    return text
  }
}
