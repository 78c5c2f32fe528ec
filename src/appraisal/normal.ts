/** The standard normal distribution. */

/** 1 / sqrt(2 pi). */
const DENSITY_AT_0 = 0.3989422804014327

export const normalDensity = (z: number) => DENSITY_AT_0 * Math.exp(-0.5 * z * z)

/**
 * P(Z <= z), to about 15 digits: the Taylor series of the error function about 0, and a continued
 * fraction in the tails. Marsaglia, Evaluating the Normal Distribution, Journal of Statistical Software 11 (2004).
 */
export function normalProbability(z: number): number {
  if (z < -38) return 0
  if (z > 38) return 1
  const x = Math.abs(z)
  if (x < 5) {
    let term = x
    let sum = x
    for (let odd = 3; term > sum * 1e-17; odd += 2) {
      term *= (x * x) / odd
      sum += term
    }
    const half = sum * normalDensity(x)
    return z < 0 ? 0.5 - half : 0.5 + half
  }
  let fraction = x
  for (let k = 60; k > 0; k--) fraction = x + k / fraction
  const tail = normalDensity(x) / fraction
  return z < 0 ? tail : 1 - tail
}

/**
 * The z with P(Z <= z) = p, for p strictly between 0 and 1, to about 16 digits.
 * Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) return nearMiddle(q)
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  const z = r <= 5 ? inTail(r - 1.6) : farOut(r - 5)
  return q < 0 ? -z : z
}

// Apart, so that each is small enough to be compiled into a loop that calls it: a call would put every number on the heap.

const nearMiddle = (q: number) => {
  const r = 0.180625 - q * q
  return (
    (q * (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) * r + 13731.69376550946) * r + 1971.5909503065513) * r + 133.14166789178438) * r + 3.3871328727963665)) /
    (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) * r + 5394.196021424751) * r + 687.1870074920579) * r + 42.31333070160091) * r + 1)
  )
}

const inTail = (r: number) =>
  (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r + 1.2704582524523684) * r + 3.6478483247632045) * r + 5.769497221460691) * r + 4.630337846156546) * r + 1.4234371107496835) /
  (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r + 0.14810397642748008) * r + 0.6897673349851) * r + 1.6763848301838038) * r + 2.053191626637759) * r + 1)

const farOut = (r: number) =>
  (((((((2.0103343992922881e-7 * r + 2.7115555687434876e-5) * r + 0.0012426609473880784) * r + 0.026532189526576124) * r + 0.29656057182850487) * r + 1.7848265399172913) * r + 5.463784911164114) * r + 6.657904643501103) /
  (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 1.8463183175100548e-5) * r + 0.0007868691311456133) * r + 0.014875361290850615) * r + 0.1369298809227358) * r + 0.599832206555888) * r + 1)
