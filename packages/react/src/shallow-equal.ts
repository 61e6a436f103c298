/** Whether two values are the same, or two arrays or objects whose entries are, one level deep. */
export function shallowEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  // What keeps its contents elsewhere, as a Map does or a Date, can't be compared by entries.
  if (keys.length === 0 && !Array.isArray(a)) return false
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && Object.is(a[key], b[key]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return Object(value) === value
}
