export type { Direction } from '../adapters/memory'
export {
  type ConnectOptions,
  createMockServer,
  type Fault,
  type MockMember,
  type MockServer,
  type MockServerOptions,
} from './create-mock-server'
export type { Device, DeviceOptions } from './device'
export type { ClockFaults } from './device-clock'
export type { Duration } from './duration'
export { fakeTimers, type FakeTimers } from './fake-timers'
export type { Leaks } from './leaks'
export { type FramePattern, matchers, type Someone } from './matchers'
export type { Conditions, Network } from './network'
export { seededRandom } from './random'
export { RawMember, type RawMemberOptions, type RawMessage } from './raw-member'
export type { TranscriptOptions } from './transcript'
export { type MovableClock, VirtualClock } from './virtual-clock'
