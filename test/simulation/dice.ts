// Draws from a source of chance.

export interface Dice {
  chance(probability: number): boolean
  /** Both ends included. */
  whole(least: number, most: number): number
  pick<T>(values: readonly T[]): T
}

export function dice(random: () => number): Dice {
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1))
  return {
    chance: (probability) => random() < probability,
    whole,
    pick: <T>(values: readonly T[]) => values[whole(0, values.length - 1)] as T,
  }
}
