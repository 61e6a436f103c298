export { VirtualClock } from '@websockets.do/server-core/mock'
