// What is said to the console as an error while a test runs, React's warnings above all. What is left here at its end fails the test.
import { format } from 'node:util'
import { beforeEach } from 'vitest'

/** A test that expects some takes them out: `complaints.splice(0)`. */
export const complaints: string[] = []

// Whatever nobody caught; otherwise jsdom prints it by itself.
addEventListener('error', (event) => {
  event.preventDefault()
  complaints.push(String(event.error))
})

beforeEach(({ onTestFinished }) => {
  const { error } = console
  complaints.length = 0
  console.error = (...words: unknown[]): void => void complaints.push(format(...words))
  onTestFinished(() => {
    console.error = error
    if (complaints.length > 0) throw new Error(`said to the console:\n${complaints.join('\n')}`)
  })
})
