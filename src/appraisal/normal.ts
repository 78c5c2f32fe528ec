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
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (
      (q * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r + 133.14166789178437745) * r + 3.387132872796366608)) /
      (((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r + 42.313330701600911252) * r + 1)
    )
  }
  let r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p))
  let z: number
  if (r <= 5) {
    r -= 1.6
    z =
      (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r + 4.6303378461565452959) * r + 1.42343711074968357734) /
      (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1)
  } else {
    r -= 5
    z =
      (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772) /
      (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.1369298809227358053) * r + 0.5998322065558879376) * r + 1)
  }
  return q < 0 ? -z : z
}
