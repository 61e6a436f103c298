// A box that holds what was rendered last, for callbacks that run between renders.
import { type RefObject, useInsertionEffect, useRef } from 'react'

export function useLatest<T>(value: T): RefObject<T> {
  const box = useRef(value)
  useInsertionEffect(() => {
    box.current = value
  })
  return box
}
