// One turn of the event loop, whatever the test has done to the timers.

/** Resolves when all promises that can run have run, and what waited for the next turn has too. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate: immediate } = globalThis as { setImmediate?: Faked & ((run: () => void) => unknown) }
    if (immediate && !immediate.clock) return void immediate(resolve)
    // Fake timers leave message channels alone, and browsers have nothing else that is this quick.
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(0)
  })
}

/** Fake timers carry their clock. */
interface Faked {
  readonly clock?: unknown
}
