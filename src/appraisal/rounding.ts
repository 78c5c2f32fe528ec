/** Figures are rounded where they leave the model, and nowhere within it. `+ 0` turns -0 into 0. */

const rounded = (places: number) => {
  const scale = 10 ** places
  return (value: number) => {
    if (!Number.isFinite(value)) throw new RangeError(`A result is not finite: ${value}`)
    // Beyond this there are no digits left to round.
    return Math.abs(value) > 1e14 ? value : Math.round(value * scale) / scale + 0
  }
}

/** Pounds to the penny. */
export const pence = rounded(2)
/** Numbers of things, factors and ratios. */
export const unit = rounded(6)
/** Shares and probabilities. */
export const ratio = rounded(6)
