// Imported before msw, which adds many listeners to a channel of its own as soon as it is loaded: Node would warn of that.
import { EventEmitter } from 'node:events'

EventEmitter.defaultMaxListeners = 0
