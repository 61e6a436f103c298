// Ids that nobody else has.

/** 32 hexadecimal digits. Not `crypto.randomUUID()`: a page that comes by plain http from another machine has none. */
export function randomID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
