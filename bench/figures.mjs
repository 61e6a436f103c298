// How figures are made and written, the same in every benchmark.

export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

export function ms(value) {
  return `${value.toFixed(1).padStart(8)} ms`
}

export function perSecond(count, elapsedMs) {
  return Math.round((count / elapsedMs) * 1_000)
    .toLocaleString('en')
    .padStart(10)
}

export function ratio(one, other) {
  return (one / other).toFixed(2)
}
