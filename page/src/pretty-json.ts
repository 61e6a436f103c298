// JSON for reading: indented, but what fits on a line stays on one.
import type { Json } from '@websockets.do/client'

export function prettyJson(value: Json, width = 64, indent = ''): string {
  const flat = flatJson(value)
  if (typeof value !== 'object' || value === null || flat.length + indent.length <= width) return flat
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => inner + prettyJson(item, width, inner)).join(',\n')}\n${indent}]`
  }
  const lines = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${prettyJson(item, width, inner)}`,
  )
  return `{\n${lines.join(',\n')}\n${indent}}`
}

function flatJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(flatJson).join(', ')}]`
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  return `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${flatJson(item)}`).join(', ')} }`
}
