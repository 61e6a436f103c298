// What is said when a runtime is not installed: a warning where somebody sits in front of it, a failure in CI.

export function tellMissing(
  what: string,
  needed: readonly { readonly name: string; readonly command: unknown }[],
): void {
  const missing = needed.filter(({ command }) => !command).map(({ name }) => name)
  if (missing.length === 0) return
  const reason = `not installed: ${missing.join(', ')}; "npm run test:runtimes" installs them`
  if (process.env['CI']) throw new Error(`${what} must run everywhere, and some of that is ${reason}`)
  console.warn(`Some runtimes are skipped for ${what}, because they are ${reason}.`)
}
