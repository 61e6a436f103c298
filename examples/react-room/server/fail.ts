// The end of a server that can't go on, in words.

export function fail(message: string): never {
  console.error(`The room: ${message}`)
  process.exit(1)
}
