import t from 'tap'
import { CatalogueError, checkCatalogue } from '../../src/catalogue/check.js'
import { readDataFiles, type RawCatalogue } from '../../src/catalogue/data-files.js'
import { contentHash } from '../../src/catalogue/queries.js'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- records are broken on purpose here
type Json = Record<string, any>

const record = (catalogue: RawCatalogue, kind: keyof RawCatalogue, id: string): Json => catalogue[kind].map(({ record }) => record as Json).find((one) => one['id'] === id || one['code'] === id)!

/** The faults that the shipped catalogue has after one change. */
function faultsAfter(change: (catalogue: RawCatalogue, find: (kind: keyof RawCatalogue, id: string) => Json) => void) {
  const raw = structuredClone(shipped)
  change(raw, (kind, id) => record(raw, kind, id))
  try {
    checkCatalogue(raw)
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error
    return error.faults.map(({ file, record, message }) => `${file} | ${record} | ${message}`)
  }
  return []
}

const shipped = readDataFiles()
const BCT = 'interventions/parental-substance-misuse-and-complex-needs.yaml | behavioural-couples-therapy'

t.test('the shipped catalogue is sound and whole', async (t) => {
  const records = checkCatalogue(shipped)
  t.equal(records.interventions.length >= 190, true)
  t.equal(records.needs.length, 38)
  t.ok(records.interventions.every(({ role, claims }) => role === 'context' || claims.length > 0))
})

t.test('each fault names the file and the record', async (t) => {
  const table: [string, RegExp, (raw: RawCatalogue, find: (kind: keyof RawCatalogue, id: string) => Json) => void][] = [
    ['an unknown need, with the near one', /needs: unknown need 'parental-substance-missuse'; did you mean 'parental-substance-misuse'/, (_, find) => find('interventions', 'behavioural-couples-therapy')['needs'].push('parental-substance-missuse')],
    ['a claim for a need that the entry does not list', /need 'neglect' is not among the intervention's needs/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].need = 'neglect')],
    ['a source that is not there', /unknown source 'nowhere-2020'/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].sources = [{ source: 'nowhere-2020', section: 'Anywhere' }])],
    ['no source at all', /sources must NOT have fewer than 1 items/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].sources = [])],
    ['an empty wording', /summary must/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['summary'] = '   ')],
    ['a word that is not in the list', /direction must be equal to one of the allowed values: positive, mixed/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].direction = 'good')],
    ['a key that nobody knows', /must NOT have additional properties 'strenght'/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].strenght = 'strong')],
    ['an alias of another entry', /the name or alias 'mash' is already that of|already that of 'behavioural-couples-therapy'/, (_, find) => find('interventions', 'behavioural-couples-therapy')['aliases'].push('MASH')],
    ['an alias that stands twice, however it is written', /an alias stands twice/, (_, find) => find('interventions', 'behavioural-couples-therapy')['aliases'].push('b.c.t.', 'B C T')],
    ['a rating scale that is not there', /unknown standard 'eif-overview-2071'; did you mean 'eif-overview-2017'/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].nativeRating.scheme = 'eif-overview-2071')],
    ['a level that the scale does not have', /'level-9' is not a level of eif-overview-2017/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].nativeRating.value = 'level-9')],
    ['a rated claim without its rating', /a rated claim needs its nativeRating/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].nativeRating = null)],
    ['an unknown direction with a strength', /an unknown direction cannot have strength 'evidence-based'/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].direction = 'unknown')],
    ['a qualitative finding as a causal claim', /a qualitative finding supports no causal claim/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['claims'][0].studyDesign = 'qualitative')],
    ['a condition on a value that a profile cannot have', /parentsMisusing cannot be '3'/, (_, find) => find('interventions', 'behavioural-couples-therapy')['conditions'].push({ key: 'parentsMisusing', effect: 'requires', is: [3], text: 'Three parents' })],
    ['ages that run backwards', /an age runs from 9 to 4/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['age'] = { min: 9, max: 4 })],
    [
      'an entry of which nothing is claimed',
      /has no claim/,
      (raw, find) => {
        find('interventions', 'behavioural-couples-therapy')['claims'] = []
        raw.addedClaims = raw.addedClaims.filter(({ record }) => (record as Json)['intervention'] !== 'behavioural-couples-therapy')
      }
    ],
    ['a family that is not there', /family: unknown family 'incredible-year'; did you mean 'incredible-years'/, (_, find) => (find('interventions', 'behavioural-couples-therapy')['family'] = 'incredible-year')]
  ]
  for (const [title, message, change] of table) {
    const faults = faultsAfter(change)
    t.ok(faults.some((fault) => message.test(fault) && (fault.startsWith(BCT) || title.includes('alias of another'))), `${title}: ${faults.join(' / ')}`)
  }
  t.match(faultsAfter((raw) => raw.interventions.push(raw.interventions[0]!)).join(), /the id is already used in interventions\//)
  t.match(faultsAfter((raw) => ((raw.addedClaims[0]!.record as Json)['intervention'] = 'mahs')).join(), /claims\/.* unknown intervention 'mahs'/)
  t.match(faultsAfter((raw) => ((raw.addedClaims[0]!.record as Json)['sources'][0].published = '2019-13')).join(), /claims\/.* sources.0.published/)
  t.match(faultsAfter((raw) => ((raw.gaps[0]!.record as Json)['answeredBy'] = ['no-such-claim'])).join(), /evidence-gaps.yaml .* answeredBy: unknown claim 'no-such-claim'/)
  t.match(faultsAfter((raw) => ((raw.families[0]!.record as Json)['aliases'] = ['MASH'])).join(), /the name or alias 'mash' is already that of/)
  t.match(faultsAfter((raw) => ((raw.gaps[0]!.record as Json)['interventions'] = ['mahs'])).join(), /evidence-gaps.yaml .* unknown intervention 'mahs'/)
  t.match(faultsAfter((raw) => ((raw.contextFigures[0]!.record as Json)['disagreesWith'] = ['nothing-like-it'])).join(), /context-figures.yaml .* unknown context figure/)
})

t.test('what a file says identifies a catalogue, and not how it is arranged', async (t) => {
  const records = checkCatalogue(shipped)
  const turned = Object.fromEntries(Object.entries(records).map(([kind, list]) => [kind, [...(list as object[])].reverse().map((one) => Object.fromEntries(Object.entries(one).reverse()))])) as unknown as typeof records
  t.equal(contentHash(turned), contentHash(records))
  const changed = structuredClone(records)
  changed.interventions[0]!.claims[0]!.year += 1
  t.not(contentHash(changed), contentHash(records))
})
