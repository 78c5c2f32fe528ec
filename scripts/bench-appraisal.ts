import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { readAppraisalData } from '../src/appraisal/data-files.js'
import { discountFactors } from '../src/appraisal/discount.js'
import type { AppraisalInput, BenefitLine, Quantity } from '../src/appraisal/schemas.js'
import { simulate } from '../src/appraisal/simulate.js'
import { packageRoot } from '../src/package-root.js'

/**
 * Measures a simulation beside the same model in numpy: 10,000 draws, 10 years, 3 options of 6 benefit
 * lines with four uncertain inputs each. Both sides use that weights of years are the same in every
 * draw. Ours checks its input, works out the tornado and rounds as well; numpy's does not.
 * Both sides run before they are measured. Needs python3 with numpy for the comparison; the rates are this machine's, the ratio is to be read.
 */

const DRAWS = 10_000
const YEARS = 10
const ROUNDS = 5
/** The two sides in turn, so that a busy machine slows both. */
const TURNS = 5
const PEOPLE = 40
const RETENTION = 0.8

const uncertain = (value: number, range: Exclude<Quantity, number>['range']): Quantity => ({ value, range })
const gbp = (amount: Quantity) => ({ amount, currency: 'GBP', priceYear: '2026/27' })

function benefit(option: number, line: number): BenefitLine {
  const impact = 0.03 + 0.01 * line + 0.005 * option
  return {
    id: `benefit-${line}`,
    name: `Benefit ${line}`,
    outcome: 'Made up for the measurement',
    engagement: uncertain(0.75, { distribution: 'beta', alpha: 15, beta: 5 }),
    retention: uncertain(RETENTION, { distribution: 'uniform', low: 0.7, high: 0.9 }),
    impact: uncertain(impact, { distribution: 'triangular', low: impact / 2, high: impact * 1.5 }),
    lag: line % 2,
    duration: 3,
    dropOff: 0.2,
    unitValue: { fiscal: gbp(uncertain(500 + 100 * line, { distribution: 'normal', sd: 50 })), per: 'week', unitsPerYear: 20 },
    agencySplit: [{ agency: 'local-authority', share: 0.7 }, { agency: 'nhs', share: 0.3 }],
    cashability: 0.4
  }
}

const input: AppraisalInput = {
  title: 'Measurement',
  startYear: '2026/27',
  years: YEARS,
  priceYear: '2026/27',
  options: [0, 1, 2].map((option) => ({
    id: `option-${option}`,
    name: `Option ${option}`,
    cohort: Array.from({ length: YEARS }, (_, year) => ({ year, people: PEOPLE })),
    costs: [{ id: 'running', name: 'Running', kind: 'running', amount: gbp(uncertain(150_000 + 20_000 * option, { distribution: 'normal', sd: 10_000 })), basis: 'per-year' }],
    benefits: Array.from({ length: 6 }, (_, line) => benefit(option, line))
  })),
  acceptability: { thresholds: [0.5, 1, 1.5, 2, 3, 4], councilValues: [1, 1.5, 2, 3] },
  simulation: { draws: DRAWS, seed: 1 }
}

/** People by year of a benefit, for those who enter every year: what a draw is multiplied by. */
function weightsOf({ lag = 0, duration = 1, dropOff }: BenefitLine): number[] {
  const weights = new Array<number>(YEARS).fill(0)
  for (let entry = 0; entry < YEARS; entry++) for (let n = 0; n < duration; n++) if (entry + lag + n < YEARS) weights[entry + lag + n]! += PEOPLE * (1 - (dropOff as number)) ** n
  return weights
}

const data = readAppraisalData()
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!

function ours() {
  const rounds: number[] = []
  const work: number[] = []
  // Not measured, as numpy's first is not.
  let last = simulate(input, data)!
  for (let round = 1; round <= ROUNDS; round++) {
    const start = performance.now()
    const used = process.cpuUsage()
    last = simulate({ ...input, simulation: { draws: DRAWS, seed: round } }, data)!
    rounds.push(performance.now() - start)
    const { user, system } = process.cpuUsage(used)
    work.push((user + system) / 1000)
  }
  return { rounds, work, simulation: last }
}

interface Numpy {
  numpy: string
  rounds: number[]
  work: number[]
  evpi: number
  options: { npsv: number; percentiles: number[]; council: number; positive: number }[]
}

function numpy(): Numpy | null {
  const model = {
    draws: DRAWS,
    years: YEARS,
    rounds: ROUNDS,
    factors: [...discountFactors(data.schedules[0]!.steps, YEARS)],
    ...input.acceptability,
    options: input.options.map(({ costs = [], benefits = [] }) => ({
      cost: costs[0]!.amount.amount,
      lines: benefits.map((line) => ({ engagement: line.engagement, retention: line.retention, impact: line.impact, fiscal: line.unitValue.fiscal!.amount, units: line.unitValue.unitsPerYear, weights: weightsOf(line), councilShare: 0.7, cashability: line.cashability }))
    }))
  }
  const run = spawnSync('python3', [join(packageRoot(), 'scripts', 'bench-appraisal.py')], { input: JSON.stringify(model), encoding: 'utf8' })
  return run.status === 0 ? (JSON.parse(run.stdout) as Numpy) : null
}

// As in a server that has run for a while.
for (let i = 0; i < 15; i++) simulate(input, data)
const turns = Array.from({ length: TURNS }, () => ({ theirs: numpy(), ours: ours() }))
const rounds = turns.flatMap((turn) => turn.ours.rounds)
const work = turns.flatMap((turn) => turn.ours.work)
const { simulation } = turns[0]!.ours
const compared = turns[0]!.theirs
console.log(`${DRAWS} draws x ${YEARS} years x 6 lines x 3 options`)
console.log(`this service   ${median(rounds).toFixed(1)} ms (median of ${rounds.length}; ${Math.min(...rounds).toFixed(1)} at best)`)
if (compared === null) console.log('numpy          not compared: python3 with numpy is not there')
else {
  const theirRounds = turns.flatMap(({ theirs }) => theirs?.rounds ?? [])
  const theirWork = turns.flatMap(({ theirs }) => theirs?.work ?? [])
  console.log(`numpy ${compared.numpy.padEnd(8)} ${median(theirRounds).toFixed(1)} ms (median of ${theirRounds.length}; ${Math.min(...theirRounds).toFixed(1)} at best)`)
  console.log(`ratio          ${(median(rounds) / median(theirRounds)).toFixed(2)} (ours / numpy by the clock; below 1 is faster)`)
  console.log(`               ${(median(work) / median(theirWork)).toFixed(2)} by processor time (${median(work).toFixed(1)} and ${median(theirWork).toFixed(1)} ms), which other work on the machine moves less`)
  let agree = true
  for (const [i, theirs] of compared.options.entries()) {
    const option = simulation.options[i + 1]!
    // P10 to P90 of a normal is 2.563 standard deviations; two means of n draws each differ by sd x sqrt(2 / n).
    const error = ((option.npsv.p90 - option.npsv.p10) / 2.563) * Math.sqrt(2 / DRAWS)
    const apart = Math.abs(option.npsv.mean - theirs.npsv) / error
    agree &&= apart < 4
    console.log(`${option.option}: mean NPSV ${option.npsv.mean.toFixed(0)} and ${theirs.npsv.toFixed(0)} (${apart.toFixed(1)} standard errors apart), P10 ${option.npsv.p10.toFixed(0)} and ${theirs.percentiles[0]!.toFixed(0)}, P(NPSV > 0) ${option.probabilityNpsvPositive.toFixed(3)} and ${theirs.positive.toFixed(3)}, council ${option.councilCashable.mean.toFixed(0)} and ${theirs.council.toFixed(0)}`)
  }
  console.log(`EVPI ${simulation.evpi.toFixed(0)} and ${compared.evpi.toFixed(0)}`)
  if (!agree) {
    console.log('The two do not agree.')
    process.exitCode = 1
  }
}
