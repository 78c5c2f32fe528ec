import t from 'tap'
import { adminService } from '../../src/access/admin.js'
import { checkCatalogue, type CatalogueRecords } from '../../src/catalogue/check.js'
import { readDataFiles, readEdition } from '../../src/catalogue/data-files.js'
import { contentHash, findLatestVersion, findRecords } from '../../src/catalogue/queries.js'
import type { InterventionRecord } from '../../src/catalogue/records.js'
import { openCatalogue } from '../../src/catalogue/service.js'
import type { CatalogueConflict, CatalogueVersion } from '../../src/curation/schemas.js'
import { takeInEdition } from '../../src/curation/upgrade.js'
import type { Log } from '../../src/logging.js'
import { testApp, testDatabase } from '../helpers/app.js'

const database = await testDatabase(t)
const catalogue = await openCatalogue(database)
const app = await testApp(t, { database, catalogue })
const before = await testDatabase(t)

const shipped = checkCatalogue(readDataFiles())
const GROUNDS = [{ source: 'eif-lga-overview-2017', section: 'Key findings' }]

/** The shipped catalogue with some entries changed. */
const edited = (from: CatalogueRecords, change: (entry: (id: string) => InterventionRecord, records: CatalogueRecords) => void): CatalogueRecords => {
  const records = structuredClone(from)
  change((id) => records.interventions.find((one) => one.id === id)!, records)
  return records
}
/** The newest edition that the database has taken in. */
let shippedLast = shipped
const claimOf = (entry: InterventionRecord, id: string) => entry.claims.find((claim) => claim.id === id)!

const warnings: { record?: string; message: string }[] = []
const log = { info: () => {}, warn: (facts: object, message: string) => warnings.push({ ...facts, message }) } as unknown as Log

const post = (payload: object) => app.inject({ method: 'POST', url: '/v1/catalogue/versions', payload })
const curate = async (basedOn: number, changes: object[], settles: number[] = []) => {
  const response = await post({ basedOn, reason: 'A correction that is made up', sources: GROUNDS, changes, settles })
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json<CatalogueVersion>()
}
const conflicts = async (query = '') => (await app.inject(`/v1/catalogue/conflicts${query}`)).json<{ items: CatalogueConflict[]; nextCursor: string | null }>()
const entryNow = async (id: string) => (await findRecords(database.kysely, (await findLatestVersion(database.kysely))!)).interventions.find((one) => one.id === id)!

const [DEMAND, INTEGRATION] = ['mash-on-front-door-demand', 'mash-on-system-integration'] as const
const second = edited(shipped, (entry, records) => {
  const mash = entry('mash')
  mash.summary = 'Summary of the second edition.'
  mash.targetGroup = 'Target group of the second edition'
  claimOf(mash, DEMAND).year = 2030
  claimOf(mash, INTEGRATION).year = 2030
  claimOf(entry('pcit'), entry('pcit').claims[0]!.id).note = 'A note of the second edition.'
  records.needs.find(({ code }) => code === 'neglect')!.label = 'Neglect, second edition'
})

t.test('the edition file says which catalogue is shipped', (t) => {
  t.equal(readEdition().content, contentHash(shipped), 'run `npm run catalogue:check`, which says what to write into edition.yaml')
  t.end()
})

t.test('what is shipped again is no version, also where the database is older than the record of editions', async (t) => {
  t.equal(await takeInEdition(before, { edition: 1, records: shipped }), null)
  await before.kysely.deleteFrom('catalogue_shipped').execute()
  t.equal(await takeInEdition(before, { edition: 1, records: shipped }), null)
  await before.kysely.deleteFrom('catalogue_shipped').execute()
  t.equal(await takeInEdition(before, { edition: 2, records: second }), 2)
  t.strictSame(contentHash(await findRecords(before.kysely, 2)), contentHash(second), 'a new edition without curation is what it says')
  t.strictSame(await before.kysely.selectFrom('catalogue_conflict').selectAll().execute(), [])
})

t.test('a new edition beside curated records', async (t) => {
  await curate(1, [
    { op: 'correct', kind: 'intervention', id: 'mash', fields: { summary: 'Summary of a curator.' } },
    { op: 'correct', kind: 'claim', id: DEMAND, fields: { country: 'England' } },
    { op: 'correct', kind: 'claim', id: entryIds('pcit')[1]!, fields: { note: 'A note of a curator.' } },
    { op: 'add', kind: 'claim', record: { ...claimOf(shipped.interventions.find(({ id }) => id === 'mash')!, DEMAND), intervention: 'mash', id: 'curated-claim' } }
  ])

  t.test('of three instances that bring it at once, one makes the one version', async (t) => {
    const made = await Promise.all([1, 2, 3].map(() => takeInEdition(database, { edition: 2, records: second }, log)))
    t.strictSame(made.filter((version) => version !== null), [3])
    await catalogue.refresh()
    t.equal(catalogue.current().version, 3)
    t.match((await app.inject('/v1/catalogue/versions/3')).json(), { parent: 2, origin: 'shipped', by: null, reason: /edition 2, beside what curators have changed/, openConflicts: 2, changes: { added: 0, changed: 4, withdrawn: 0 } })
  })

  t.test('takes what nobody had changed here, keeps what a curator had, and mixes no rating', async (t) => {
    const mash = await entryNow('mash')
    t.equal(mash.summary, 'Summary of a curator.')
    t.equal(mash.targetGroup, 'Target group of the second edition', 'another part of the same entry')
    t.match(claimOf(mash, DEMAND), { country: 'England', year: claimOf(shipped.interventions.find(({ id }) => id === 'mash')!, DEMAND).year }, 'of a claim that both changed, all is the curator’s')
    t.equal(claimOf(mash, INTEGRATION).year, 2030)
    t.ok(claimOf(mash, 'curated-claim'))
    const pcit = await entryNow('pcit')
    t.equal(claimOf(pcit, entryIds('pcit')[0]!).note, 'A note of the second edition.')
    t.equal(claimOf(pcit, entryIds('pcit')[1]!).note, 'A note of a curator.')
    t.match((await app.inject('/v1/needs')).json<{ items: { code: string; label: string }[] }>().items.find(({ code }) => code === 'neglect'), { label: 'Neglect, second edition' })
  })

  t.test('says where both changed the same: in the log, with the version, and in a list', async (t) => {
    t.strictSame(warnings.map(({ record }) => record), [`claim/${DEMAND}`, 'intervention/mash'])
    const { items } = await conflicts()
    t.match(items, [
      { version: 3, code: 'both-changed', kind: 'claim', record: DEMAND, parts: [''], shippedBefore: { country: null }, shippedNow: { country: null, year: 2030 }, curated: { country: 'England' }, settledBy: null },
      { version: 3, code: 'both-changed', kind: 'intervention', record: 'mash', parts: ['/summary'], shippedNow: { summary: 'Summary of the second edition.' }, curated: { summary: 'Summary of a curator.' } }
    ])
    t.strictSame((await app.inject('/v1/catalogue/versions/3')).json<CatalogueVersion>().conflicts, items)
    const page = await conflicts('?limit=1')
    t.strictSame([...page.items, ...(await conflicts(`?limit=1&cursor=${page.nextCursor}`)).items], items)
  })

  t.test('an older edition undoes nothing, whether it was seen before or not', async (t) => {
    warnings.length = 0
    t.equal(await takeInEdition(database, { edition: 1, records: shipped }, log), null)
    t.equal(await takeInEdition(database, { edition: 1, records: edited(shipped, (entry) => (entry('mash').summary = 'Never seen.')) }, log), null)
    t.equal(warnings.length, 2)
    t.match(warnings[0]?.message, /ships an older catalogue/)
    t.equal(await findLatestVersion(database.kysely), 3)
  })

  t.test('a curator settles a conflict by naming it, with a change or without one', async (t) => {
    const [ofClaim, ofEntry] = (await conflicts()).items.map(({ id }) => id) as [number, number]
    const { version, settles } = await curate(3, [{ op: 'correct', kind: 'claim', id: DEMAND, fields: { year: 2030 } }], [ofClaim])
    t.strictSame(settles, [ofClaim])
    t.strictSame((await conflicts()).items.map(({ id }) => id), [ofEntry])
    t.match((await conflicts('?state=settled')).items, [{ id: ofClaim, settledBy: version }])
    const rows = async () => database.kysely.selectFrom('catalogue_settlement').selectAll().execute()
    const held = await rows()
    t.match((await post({ basedOn: version, reason: 'Once more, for no reason', sources: GROUNDS, changes: [], settles: [ofClaim] })).json(), { status: 422, code: 'already-settled', errors: [{ pointer: '/settles/0', message: new RegExp(`version ${version}`) }] })
    t.strictSame(await rows(), held)
    t.match(await curate(version, [], [ofEntry]), { changes: { added: 0, changed: 0, withdrawn: 0 }, settles: [ofEntry] })
    t.strictSame((await conflicts()).items, [])
    t.equal((await entryNow('mash')).summary, 'Summary of a curator.')
  })

  t.test('what a curator withdrew stays withdrawn, and what then does not fit is left out and told; a conflict that time has settled is closed', async (t) => {
    const current = (await findLatestVersion(database.kysely))!
    // A curator withdraws one claim and gives an entry a name.
    await curate(current, [{ op: 'withdraw', kind: 'claim', id: 'curated-claim' }, { op: 'withdraw', kind: 'claim', id: INTEGRATION }, { op: 'correct', kind: 'intervention', id: 'pcit', fields: { aliases: ['Name of two'], summary: 'Curated again.' } }])
    const third = edited(second, (entry) => {
      entry('fdac').aliases.push('Name of two')
      entry('fdac').summary = 'Summary of the third edition.'
      claimOf(entry('mash'), INTEGRATION).year = 2031
      entry('pcit').summary = 'Summary of the third edition.'
    })
    warnings.length = 0
    const version = await takeInEdition(database, { edition: 3, records: third }, log)
    t.equal(version, current + 2)
    t.match((await conflicts()).items.map(({ code, kind, record, curated }) => [code, `${kind}/${record}`, curated === null]), [
      ['both-changed', `claim/${INTEGRATION}`, true],
      ['does-not-fit', 'intervention/fdac', false],
      ['both-changed', 'intervention/pcit', false]
    ])
    t.equal((await entryNow('mash')).claims.some(({ id }) => id === INTEGRATION), false)
    t.notMatch((await entryNow('fdac')).aliases.join(), 'Name of two')
    t.match(warnings.map(({ message }) => message).join(), /does not fit .* already that of/)

    const fourth = edited(third, (entry) => {
      entry('pcit').aliases = ['Name of two']
      entry('pcit').summary = 'Curated again.'
      entry('fdac').aliases.pop()
    })
    await takeInEdition(database, { edition: 4, records: fourth }, log)
    shippedLast = fourth
    t.strictSame((await conflicts()).items.map(({ record }) => record), [INTEGRATION, 'fdac'], 'the next edition says of pcit what the curator said')
  })

  t.test('a conflict about one part of an entry stays open when a later edition brings one about another part', async (t) => {
    const fifth = edited(shippedLast, (entry) => (entry('safecare').summary = 'Summary of the fifth edition.'))
    const sixth = edited(fifth, (entry) => (entry('safecare').targetGroup = 'Target group of the sixth edition'))
    const seventh = edited(sixth, (entry) => Object.assign(entry('safecare'), { summary: 'Summary of the seventh edition.', targetGroup: 'Target group of the seventh edition' }))
    await curate((await findLatestVersion(database.kysely))!, [{ op: 'correct', kind: 'intervention', id: 'safecare', fields: { summary: 'Summary of a curator.', targetGroup: 'Target group of a curator' } }])
    const parts = async () => (await conflicts()).items.filter(({ record }) => record === 'safecare').map((one) => one.parts)
    await takeInEdition(database, { edition: 5, records: fifth }, log)
    t.strictSame(await parts(), [['/summary']])
    await takeInEdition(database, { edition: 6, records: sixth }, log)
    t.strictSame(await parts(), [['/summary'], ['/targetGroup']])
    await takeInEdition(database, { edition: 7, records: seventh }, log)
    t.strictSame(await parts(), [['/summary', '/targetGroup']], 'one about all of it takes the place of both')
    shippedLast = seventh
  })

  t.test('an edition that goes back to what an earlier one said is taken in, as it is the newest', async (t) => {
    const eighth = edited(shippedLast, (entry) => (claimOf(entry('pcit'), entryIds('pcit')[0]!).note = 'A mistake of the eighth edition.'))
    const note = async () => claimOf(await entryNow('pcit'), entryIds('pcit')[0]!).note
    const before = await note()
    await takeInEdition(database, { edition: 8, records: eighth }, log)
    t.equal(await note(), 'A mistake of the eighth edition.')
    await takeInEdition(database, { edition: 9, records: shippedLast }, log)
    t.equal(await note(), before)
    t.equal(await takeInEdition(database, { edition: 8, records: eighth }, log), null, 'the one between stays behind it')
    t.equal(await note(), before)
  })

  t.test('all of it is on record', async (t) => {
    t.strictSame((await adminService({ database }).verifyAudit()).filter(({ fault }) => fault !== null), [])
    const subjects = (await database.kysely.selectFrom('audit_entry').select(['subject', 'actor']).where('subject', 'like', 'catalogue%').execute()).map(({ subject }) => subject)
    for (const subject of ['catalogue_version', 'catalogue_conflict', 'catalogue_settlement']) t.ok(subjects.includes(subject), subject)
    const numbers = (await database.kysely.selectFrom('catalogue_version').select(['id', 'parent']).orderBy('id').execute()).map(({ id, parent }) => id - (parent ?? 0))
    t.ok(numbers.every((step) => step === 1), 'one line of versions')
  })
})

function entryIds(id: string): string[] {
  return shipped.interventions.find((one) => one.id === id)!.claims.map((claim) => claim.id)
}
