import { createHash } from 'node:crypto'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import { normalDensity, normalProbability, normalQuantile } from './normal.js'
import type { Range } from './schemas.js'

/** What an input can be: its lowest and highest value. */
export interface Domain {
  low: number
  high: number
}

/** A range with every default settled, and cut to what the input can be. */
export type Settled =
  | { distribution: 'triangular'; low: number; mode: number; high: number }
  | { distribution: 'uniform'; low: number; high: number }
  /** `from` and `to`: the probabilities of the bounds of the domain before the cut. */
  | { distribution: 'normal' | 'lognormal'; centre: number; sd: number; from: number; to: number; low: number; high: number }
  | { distribution: 'beta'; alpha: number; beta: number; low: number; high: number }

export interface RangeFault {
  /** Below the range; empty for the range as a whole. */
  field: string
  code: string
  message: string
}

/**
 * Reads a range, and says all that is wrong with it: numbers that are not finite, bounds upside down,
 * a mode outside them, a spread that is not above 0, bounds beyond what the input can be.
 */
export function settleRange(range: Range, value: number, domain: Domain): { settled: Settled } | { faults: RangeFault[] } {
  const faults: RangeFault[] = []
  const fault = (field: string, code: string, message: string) => faults.push({ field, code, message })
  for (const [field, given] of Object.entries(range)) if (typeof given === 'number' && !Number.isFinite(given)) fault(field, 'not-finite', 'It must be a finite number.')
  if (faults.length > 0) return { faults }
  const bounds = (low: number, high: number) => {
    if (low > high) fault('high', 'range-upside-down', `The range runs from ${low} to ${high}: put the lower bound in low and the higher in high.`)
    else if (low === high) fault('high', 'range-without-width', `The range has no width (${low} to ${high}): give the number alone, without a range.`)
    if (low < domain.low) fault('low', 'range-outside', `The range starts at ${low}; this input cannot be below ${domain.low}.`)
    if (high > domain.high) fault('high', 'range-outside', `The range ends at ${high}; this input cannot be above ${domain.high}.`)
  }
  const above0 = (field: string, given: number) => {
    if (given <= 0) fault(field, 'not-above-0', `It must be above 0, not ${given}.`)
    else if (given > 1e12) fault(field, 'too-large', 'It must be at most 1,000,000,000,000.')
  }
  const outside = (low: number, high: number) => {
    if (faults.length === 0 && (value < low || value > high)) fault('', 'value-outside-range', `The value ${value} is outside its range, ${low} to ${high}: widen the range or correct the value.`)
  }
  let settled: Settled
  switch (range.distribution) {
    case 'triangular': {
      const { low, high, mode = value } = range
      bounds(low, high)
      if (low < high && (mode < low || mode > high)) fault(range.mode === undefined ? '' : 'mode', 'mode-outside', `The likeliest value ${mode} is outside ${low} to ${high}.`)
      outside(low, high)
      settled = { distribution: 'triangular', low, mode, high }
      break
    }
    case 'uniform': {
      const { low, high } = range
      bounds(low, high)
      outside(low, high)
      settled = { distribution: 'uniform', low, high }
      break
    }
    case 'beta': {
      const { alpha, beta, low = 0, high = 1 } = range
      above0('alpha', alpha)
      above0('beta', beta)
      bounds(low, high)
      outside(low, high)
      settled = { distribution: 'beta', alpha, beta, low, high }
      break
    }
    case 'normal': {
      const { sd, mean = value } = range
      above0('sd', sd)
      if (mean < domain.low || mean > domain.high) fault('mean', 'mean-outside', `The mean ${mean} is outside what this input can be, ${domain.low} to ${domain.high}.`)
      settled = { distribution: 'normal', centre: mean, sd, from: normalProbability((domain.low - mean) / sd), to: normalProbability((domain.high - mean) / sd), ...domain }
      break
    }
    case 'lognormal': {
      const { sdLog, meanLog } = range
      above0('sdLog', sdLog)
      if (sdLog > 5) fault('sdLog', 'too-large', 'It must be at most 5: beyond that the mean says nothing.')
      if (value <= 0) fault('', 'lognormal-needs-above-0', `A lognormal range is of what is above 0; the value is ${value}.`)
      const centre = meanLog ?? Math.log(Math.max(value, Number.MIN_VALUE)) - (sdLog * sdLog) / 2
      const at = (bound: number) => (bound <= 0 ? 0 : normalProbability((Math.log(bound) - centre) / sdLog))
      const [from, to] = [at(domain.low), at(domain.high)]
      if (faults.length === 0 && to - from < 0.5) fault('', 'range-outside', `More than half of the range is outside what this input can be, ${domain.low} to ${domain.high}.`)
      settled = { distribution: 'lognormal', centre, sd: sdLog, from, to, ...domain }
      break
    }
  }
  return faults.length > 0 ? { faults } : { settled }
}

/** Share of a range that is cut off because the input cannot be there. */
export const shareCut = (range: Settled) => (range.distribution === 'normal' || range.distribution === 'lognormal' ? 1 - (range.to - range.from) : 0)

/** Mean of a range in the unit of the input; for a lognormal one before the cut. */
export function meanOf(range: Settled): number {
  switch (range.distribution) {
    case 'triangular':
      return (range.low + range.mode + range.high) / 3
    case 'uniform':
      return (range.low + range.high) / 2
    case 'beta':
      return range.low + ((range.high - range.low) * range.alpha) / (range.alpha + range.beta)
    case 'lognormal':
      return Math.exp(range.centre + (range.sd * range.sd) / 2)
    case 'normal': {
      const density = (p: number) => (p <= 0 || p >= 1 ? 0 : normalDensity(normalQuantile(p)))
      return range.centre + (range.sd * (density(range.from) - density(range.to))) / (range.to - range.from)
    }
  }
}

/** The value that a share p of a range is below; null for a beta range, which has no closed form. */
export function quantileOf(range: Settled, p: number): number | null {
  switch (range.distribution) {
    case 'uniform':
      return range.low + (range.high - range.low) * p
    case 'triangular': {
      const { low, mode, high } = range
      const width = high - low
      return p * width < mode - low ? low + Math.sqrt(p * width * (mode - low)) : high - Math.sqrt((1 - p) * width * (high - mode))
    }
    case 'normal':
      return range.centre + range.sd * normalQuantile(range.from + (range.to - range.from) * p)
    case 'lognormal':
      return Math.exp(range.centre + range.sd * normalQuantile(range.from + (range.to - range.from) * p))
    case 'beta':
      return null
  }
}

/**
 * Draws of one input. Its stream is seeded by the seed and by its own identity (SHA-256 of both), so
 * that no other input moves it. The generator is xoroshiro128+ (32 bits a draw); only +, -, x, /,
 * sqrt, log and exp are used, and draws are rejected only within the stream.
 * @param drawn is filled with them, one for each place
 * @param identity names the input, whatever else stands in the model
 */
export function drawsOf(range: Settled, drawn: Float64Array, seed: number, identity: string): Float64Array {
  const draws = drawn.length
  const hash = createHash('sha256').update(`${seed}\n${identity}`).digest()
  const generator = xoroshiro128plusFromState([hash.readInt32LE(0), hash.readInt32LE(4), hash.readInt32LE(8), hash.readInt32LE(12) | 1])
  /** Strictly between 0 and 1. */
  const uniform = () => ((generator.next() >>> 0) + 0.5) / 4294967296
  switch (range.distribution) {
    case 'uniform': {
      const { low, high } = range
      for (let i = 0; i < draws; i++) drawn[i] = low + (high - low) * uniform()
      break
    }
    case 'triangular': {
      // Inverse of the distribution function: a square root on either side of the mode.
      const { low, mode, high } = range
      const width = high - low
      const turn = (mode - low) / width
      const [rise, fall] = [width * (mode - low), width * (high - mode)]
      for (let i = 0; i < draws; i++) {
        const u = uniform()
        drawn[i] = u < turn ? low + Math.sqrt(u * rise) : high - Math.sqrt((1 - u) * fall)
      }
      break
    }
    case 'normal': {
      const { low, high } = range
      normalDraws(range, uniform, drawn)
      // The bounds are met already but for the last digit.
      for (let i = 0; i < draws; i++) drawn[i] = Math.min(high, Math.max(low, drawn[i]!))
      break
    }
    case 'lognormal': {
      const { high } = range
      normalDraws(range, uniform, drawn)
      for (let i = 0; i < draws; i++) drawn[i] = Math.min(high, Math.exp(drawn[i]!))
      break
    }
    case 'beta': {
      const { alpha, beta, low, high } = range
      if (Math.min(alpha, beta) > 1) {
        betaDraws(alpha, beta, uniform, drawn)
        if (low !== 0 || high !== 1) for (let i = 0; i < draws; i++) drawn[i] = low + (high - low) * drawn[i]!
        break
      }
      for (let i = 0; i < draws; i++) {
        const a = gammaDraw(alpha, uniform)
        const b = gammaDraw(beta, uniform)
        drawn[i] = low + (high - low) * (a + b === 0 ? alpha / (alpha + beta) : a / (a + b))
      }
      break
    }
  }
  return drawn
}

/** Normal draws between two probabilities, by the inverse of the distribution function. */
function normalDraws({ centre, sd, from, to }: { centre: number; sd: number; from: number; to: number }, uniform: () => number, drawn: Float64Array): void {
  for (let i = 0; i < drawn.length; i++) drawn[i] = centre + sd * normalQuantile(from + (to - from) * uniform())
}

/** Beta draws between 0 and 1 where both parameters are above 1. Cheng, Generating beta variates with nonintegral shape parameters, algorithm BB (1978). */
function betaDraws(alpha: number, beta: number, uniform: () => number, drawn: Float64Array): void {
  const a = Math.min(alpha, beta)
  const b = Math.max(alpha, beta)
  const sum = a + b
  const logSum = Math.log(sum)
  const scale = Math.sqrt((sum - 2) / (2 * a * b - sum))
  const shift = a + 1 / scale
  const turned = a !== alpha
  for (let i = 0; i < drawn.length; i++) {
    for (;;) {
      const u = uniform()
      const z = u * u * uniform()
      const v = scale * Math.log(u / (1 - u))
      const w = a * Math.exp(v)
      const r = shift * v - 1.3862943611198906
      const s = a + r - w
      if (s + 2.6094379124341005 < 5 * z) {
        const t = Math.log(z)
        if (s < t && r + sum * (logSum - Math.log(b + w)) < t) continue
      }
      drawn[i] = (turned ? b : w) / (b + w)
      break
    }
  }
}

/** A gamma draw of a shape, scale 1. Marsaglia and Tsang, A simple method for generating gamma variables (2000). */
function gammaDraw(shape: number, uniform: () => number): number {
  if (shape < 1) return gammaDraw(shape + 1, uniform) * Math.exp(Math.log(uniform()) / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const z = normalQuantile(uniform())
    const root = 1 + c * z
    if (root <= 0) continue
    const v = root * root * root
    const u = uniform()
    if (u < 1 - 0.0331 * z * z * z * z || Math.log(u) < 0.5 * z * z + d * (1 - v + Math.log(v))) return d * v
  }
}
