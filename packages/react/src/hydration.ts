// Takes over what a server rendered, so that hydrating finds the same and nothing is missed in between.
export { hydrate, type HydrateOptions } from './hydration/hydrate'
export { HydrationBoundary, type HydrationBoundaryProps } from './hydration/hydration-boundary'
export type { DehydratedChannel, DehydratedHistory, DehydratedState } from './server/dehydrated-state'
