// The route that is the app's own.
import { defineHandler } from 'nitro'

export default defineHandler(() => 'Nitro answers.')
