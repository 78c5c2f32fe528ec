import { inputsOf, publicValueOf, type Values } from './flows.js'
import type { Model, ModelBenefit, ModelCost } from './model.js'

/** Net present social value of each option as a function of one input, the others at their values. */
export interface Response {
  /** Place of the input. */
  input: number
  /** NPSV of option i, absolute, with the input at x. */
  npsv(option: number, x: number): number
}

/** What each input does to the NPSV of each option; inputs that nothing reads, or that nobody gave, are left out. */
export function responsesOf(model: Model): Response[] {
  const values = Float64Array.from(model.inputs, ({ value }) => value)
  const readers = new Map<number, Map<number, (ModelCost | ModelBenefit)[]>>()
  const base = model.options.map((option, i) => {
    let sum = 0
    for (const line of [...option.costs, ...option.benefits]) {
      sum += publicValueOf(line, values, model)
      for (const input of new Set(inputsOf(line))) {
        if (model.inputs[input]!.identity === '') continue
        const byOption = readers.get(input) ?? new Map<number, (ModelCost | ModelBenefit)[]>()
        byOption.set(i, [...(byOption.get(i) ?? []), line])
        readers.set(input, byOption)
      }
    }
    return sum
  })
  const sumOf = (lines: readonly (ModelCost | ModelBenefit)[], x: Values) => lines.reduce((sum, line) => sum + publicValueOf(line, x, model), 0)
  return [...readers].map(([input, byOption]) => {
    const rest = new Map([...byOption].map(([i, lines]) => [i, base[i]! - sumOf(lines, values)]))
    return {
      input,
      npsv(option, x) {
        const lines = byOption.get(option)
        if (lines === undefined) return base[option]!
        const kept = values[input]!
        values[input] = x
        const value = rest.get(option)! + sumOf(lines, values)
        values[input] = kept
        return value
      }
    }
  })
}

/** Points tried between the value and the end of what the input can be, each twice as far off as the one before. */
const STEPS = 40

/**
 * The value of an input at which a difference between two options turns, the nearer one where there
 * is one to each side. A straight line, which most inputs make, is met by its own root at once;
 * anything else by doubling steps away from the value and then by bisection.
 * @param difference between the two, in pounds, as a function of the input
 * @param low and high the lowest and highest value that the input can have
 * @returns null where the difference has the same sign at the value and at both ends
 */
export function switchingValueOf(difference: (x: number) => number, value: number, low: number, high: number): number | null {
  const here = difference(value)
  if (here === 0) return value
  const roots: number[] = []
  for (const end of [high, low]) {
    if (end === value) continue
    const there = difference(end)
    if (there === 0) roots.push(end)
    else if (there > 0 !== here > 0) roots.push(straightRoot(difference, value, here, end, there) ?? searchedRoot(difference, value, here, end))
  }
  return roots.reduce<number | null>((best, root) => (best === null || Math.abs(root - value) < Math.abs(best - value) ? root : best), null)
}

/** The root of the straight line from the value to the end, if the function is 0 there too. */
function straightRoot(difference: (x: number) => number, value: number, here: number, end: number, there: number): number | null {
  const root = value + (end - value) * (here / (here - there))
  const slope = Math.abs((there - here) / (end - value))
  return Math.abs(difference(root)) <= 1e-9 * (Math.abs(here) + slope * (Math.abs(value) + 1)) ? root : null
}

function searchedRoot(difference: (x: number) => number, value: number, here: number, end: number): number {
  let near = value
  for (let i = 1; i < STEPS; i++) {
    const far = value + (end - value) * 2 ** (i - STEPS)
    if (difference(far) > 0 !== here > 0) return bisected(difference, near, far, here > 0)
    near = far
  }
  return bisected(difference, near, end, here > 0)
}

function bisected(difference: (x: number) => number, near: number, far: number, above: boolean): number {
  for (let i = 0; i < 80; i++) {
    const middle = (near + far) / 2
    if (difference(middle) > 0 === above) near = middle
    else far = middle
  }
  return (near + far) / 2
}
