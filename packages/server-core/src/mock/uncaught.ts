// Listeners of the app's are run as an event target runs them: what one of them throws is uncaught, and stops nothing else.

export function uncaught(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
