// Which room an address names.

/** `?room=garden`; the lobby where none is named, or one that can't be. */
export function roomName(search: string): string {
  const asked = new URLSearchParams(search).get('room') ?? ''
  // As a part of a channel's name it has no control characters, and no more than 200 bytes.
  const [...characters] = asked.replace(/[\p{Cc}\p{Cs}]/gu, '').trim()
  return characters.slice(0, 40).join('') || 'lobby'
}
