// Finds a Chromium or Chrome that the browser tests can drive.
import { existsSync } from 'node:fs'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/**
 * `CHROMIUM_PATH` if it is set, else the first of the usual places that exists.
 * @returns {string | undefined}
 */
export function findChromium() {
  const asked = process.env['CHROMIUM_PATH']
  if (asked) return asked
  return places.find((place) => existsSync(place))
}
