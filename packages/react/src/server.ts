// What a server asks for before it renders, and how that gets into the page. Without React: a server component may call it.
export { dehydrate, type DehydrateOptions, type Missing } from './server/dehydrate'
export type { DehydratedChannel, DehydratedHistory, DehydratedState } from './server/dehydrated-state'
export type { DehydrateSource } from './server/read'
export { serialize } from './server/serialize'
