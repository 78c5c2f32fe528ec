/** Figures as they are stored and answered. Zero is never -0. */

/** Pounds to the penny. */
export const inPence = (pounds: number) => pence(pounds) / 100 + 0
const pence = (pounds: number) => Math.round(pounds * 100)
/** Pounds added up in whole pence, so that no fraction of one is lost or gained. */
export const sumOf = (pounds: readonly number[]) => pounds.reduce((total, one) => total + pence(one), 0) / 100 + 0
/** Without the last digits, which only the arithmetic put there. */
export const tidy = (value: number) => Math.round(value * 1e6) / 1e6 + 0
