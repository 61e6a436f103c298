// How steps choose.

/** One of those that are there, by whatever index a step has; undefined where nobody is. */
export function nth<T>(values: readonly T[], index: number): T | undefined {
  return values[index % values.length]
}
