// Ends the process in peace: by Ctrl-C, by a supervisor's SIGTERM, or when npm, which started it, is gone.

/** `stop` is called once; whoever asks a second time does not wait for it. */
export function onStop(stop: () => Promise<void>): void {
  const parent = process.ppid
  let isStopping = false
  const begin = (): void => {
    if (isStopping) process.exit(1)
    isStopping = true
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', begin)
  process.on('SIGTERM', begin)
  if (process.env['npm_lifecycle_event'] === undefined) return
  // The shell between npm and this process passes no signal on.
  setInterval(() => {
    if (process.ppid !== parent && !isStopping) begin()
  }, 250).unref()
}
