import t from 'tap'
import fc from 'fast-check'
import { isDeepStrictEqual } from 'node:util'
import type { CatalogueFault } from '../../src/catalogue/check.js'
import { isSame } from '../../src/curation/change-set.js'
import { countChanges, diffRecords } from '../../src/curation/diff.js'
import { fitEdition, mergeEditions } from '../../src/curation/merge.js'
import { sorted, type Content, type HeldRecord, type RecordSet } from '../../src/curation/record-set.js'
import type { RecordKind } from '../../src/curation/vocabulary.js'

/** Small catalogues: some claims, each with a rating of two fields and a source; sources; interventions with fields that hang together and fields that do not. */

const word = fc.constantFrom('a', 'b', 'c')
const contents: Record<'claim' | 'intervention' | 'source', fc.Arbitrary<Content>> = {
  claim: fc.record({ direction: word, strength: word, source: fc.constantFrom('s1', 's2') }, { noNullPrototype: true }),
  source: fc.record({ title: word }, { noNullPrototype: true }),
  intervention: fc.record({ summary: word, costs: fc.array(word, { maxLength: 2 }), age: word, conditions: word }, { requiredKeys: ['summary', 'age', 'conditions'], noNullPrototype: true })
}
const KEYS: [RecordKind & keyof typeof contents, string][] = [['claim', 'c1'], ['claim', 'c2'], ['claim', 'c3'], ['source', 's1'], ['source', 's2'], ['intervention', 'i1'], ['intervention', 'i2']]

const setOf = (parts: (HeldRecord | null)[]): RecordSet => sorted(parts.filter((part) => part !== null))
const anySet: fc.Arbitrary<RecordSet> = fc.tuple(...KEYS.map(([kind, id]) => fc.option(contents[kind].map((content): HeldRecord => ({ kind, id, content }))))).map(setOf)

/** A catalogue and what one side made of it: each record left alone, withdrawn, or with other fields; and some that are new. */
const changeOf = (base: RecordSet): fc.Arbitrary<RecordSet> =>
  fc.tuple(...KEYS.map(([kind, id]) => {
    const held = base.get(`${kind}/${id}`)
    const other = contents[kind].map((content): HeldRecord | null => ({ kind, id, content }))
    const partly = contents[kind].chain((content) => fc.subarray(Object.keys(content)).map((fields): HeldRecord | null => ({ kind, id, content: { ...held?.content, ...Object.fromEntries(fields.map((field) => [field, content[field]])) } })))
    return held === undefined ? fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, other) : fc.oneof({ weight: 3, arbitrary: fc.constant<HeldRecord | null>(held) }, fc.constant(null), partly, other)
  })).map(setOf)
const three = anySet.chain((base) => fc.tuple(fc.constant(base), changeOf(base), changeOf(base)))

const contentAt = (set: RecordSet, key: string) => set.get(key)?.content ?? null
const allKeys = (...sets: RecordSet[]) => [...new Set(sets.flatMap((set) => [...set.keys()]))]
const holds = (property: fc.IProperty<unknown>) => fc.assert(property, { numRuns: 400 })
const shuffled = (set: RecordSet): RecordSet => new Map([...set].reverse())

t.test('what the shipped catalogue alone has changed is taken, whole', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    const { merged } = mergeEditions(base, ours, theirs)
    for (const key of allKeys(base, ours, theirs)) if (isDeepStrictEqual(contentAt(ours, key), contentAt(base, key))) expectSame(contentAt(merged, key), contentAt(theirs, key), key)
  }))
  t.end()
})

t.test('nothing that a curator has changed is lost', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    const { merged } = mergeEditions(base, ours, theirs)
    for (const key of allKeys(base, ours, theirs)) {
      const [was, mine, now, is] = [base, ours, theirs, merged].map((set) => contentAt(set, key)) as [Content | null, Content | null, Content | null, Content | null]
      if (isDeepStrictEqual(mine, was)) continue
      if (!key.startsWith('intervention/') || was === null || mine === null || now === null) expectSame(is, mine, key)
      else for (const field of Object.keys({ ...was, ...mine })) if (!isDeepStrictEqual(mine[field], was[field])) expectSame(is![field], mine[field], `${key} ${field}`)
    }
  }))
  t.end()
})

t.test('a rating is always one that somebody gave: no record but an intervention is half of one side and half of the other, nor are an age and its conditions', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    for (const [key, { content }] of mergeEditions(base, ours, theirs).merged) {
      const sides = [ours, theirs].map((set) => contentAt(set, key)).filter((one) => one !== null)
      const same = (of: (content: Content) => unknown) => sides.some((one) => isDeepStrictEqual(of(one), of(content)))
      if (!same(key.startsWith('intervention/') ? ({ age, conditions }) => [age, conditions] : (one) => one)) throw new Error(`${key} is what nobody said`)
    }
  }))
  t.end()
})

t.test('a conflict stands for every record that both changed otherwise, and for no other; it says what each side has', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    const { conflicts } = mergeEditions(base, ours, theirs)
    const told = new Map(conflicts.map((one) => [`${one.kind}/${one.id}`, one]))
    for (const key of allKeys(base, ours, theirs)) {
      const [was, mine, now] = [contentAt(base, key), contentAt(ours, key), contentAt(theirs, key)]
      const conflict = told.get(key)
      // Of an intervention, parts that one side each has changed are in no dispute; a part that both have is.
      const isInParts = key.startsWith('intervention/') && was !== null && mine !== null && now !== null
      const parts = isInParts ? [['summary'], ['costs'], ['age', 'conditions']] : [null]
      const valueOf = (content: Content | null, part: string[] | null) => (part === null ? content : part.map((field) => content![field]))
      const disputed = parts.filter((part) => {
        const [before, own, shipped] = [valueOf(was, part), valueOf(mine, part), valueOf(now, part)]
        return !isDeepStrictEqual(before, own) && !isDeepStrictEqual(before, shipped) && !isDeepStrictEqual(own, shipped)
      })
      if ((disputed.length > 0) !== (conflict !== undefined)) throw new Error(`${key}: ${JSON.stringify(disputed)} is in dispute, and ${conflict === undefined ? 'nothing' : 'a conflict'} says so`)
      if (isInParts) for (const part of disputed) if (!part!.some((field) => conflict!.parts.includes(`/${field}`))) throw new Error(`${key}: ${part!.join()} is not named`)
      if (conflict !== undefined) expectSame([conflict.shippedBefore, conflict.curated, conflict.shippedNow], [was, mine, now], key)
    }
  }))
  t.end()
})

t.test('who comes first has no part in it: the same is in dispute whichever side is the curator', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    const names = (merged: ReturnType<typeof mergeEditions>) => merged.conflicts.map(({ kind, id, parts }) => [kind, id, parts])
    expectSame(names(mergeEditions(base, ours, theirs)), names(mergeEditions(base, theirs, ours)), 'conflicts')
  }))
  t.end()
})

t.test('merging once more changes nothing; a side that changed nothing, or the same, is merged without a word', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    const { merged } = mergeEditions(base, ours, theirs)
    expectMerged(mergeEditions(theirs, merged, theirs), merged)
    expectMerged(mergeEditions(base, base, theirs), theirs)
    expectMerged(mergeEditions(base, ours, base), ours)
    expectMerged(mergeEditions(base, ours, ours), ours)
  }))
  t.end()
})

t.test('the order of records and of their fields is nothing', (t) => {
  const turned = (set: RecordSet): RecordSet => new Map([...shuffled(set)].map(([key, held]) => [key, { ...held, content: Object.fromEntries(Object.entries(held.content).reverse()) }]))
  holds(fc.property(three, ([base, ours, theirs]) => {
    const [there, back] = [mergeEditions(base, ours, theirs), mergeEditions(turned(base), turned(ours), turned(theirs))]
    if (!isSame(there.merged, back.merged)) throw new Error('the records differ')
    expectSame(back.conflicts.map(({ kind, id, parts }) => [kind, id, parts]), there.conflicts.map(({ kind, id, parts }) => [kind, id, parts]), 'conflicts')
  }))
  t.end()
})

/** A check like the catalogue's: a claim must cite a source that is there. */
const uncited = (set: RecordSet): CatalogueFault[] =>
  [...set.values()].flatMap(({ kind, id, content }) => (kind === 'claim' && !set.has(`source/${String(content['source'])}`) ? [{ file: `claim/${id}`, record: id, message: 'unknown source', other: String(content['source']) }] : []))

t.test('what does not fit beside what curators changed is left out and told; what curators have is as they have it', (t) => {
  holds(fc.property(three, ([base, ours, theirs]) => {
    fc.pre(uncited(ours).length === 0)
    const plain = mergeEditions(base, ours, theirs)
    const { merged, conflicts } = fitEdition(base, ours, theirs, plain, uncited)
    expectSame(uncited(merged), [], 'faults')
    const told = new Set(conflicts.map(({ kind, id }) => `${kind}/${id}`))
    for (const key of allKeys(base, ours, theirs)) {
      if (isDeepStrictEqual(contentAt(merged, key), contentAt(plain.merged, key))) continue
      expectSame(contentAt(merged, key), contentAt(ours, key), key)
      if (!told.has(key)) throw new Error(`${key} was left out without a word`)
    }
    for (const { kind, id } of plain.conflicts) if (!told.has(`${kind}/${id}`)) throw new Error('a conflict was lost')
  }))
  t.end()
})

t.test('a fault that names nothing that was taken leaves all of it out; one that was there before leaves nothing out', (t) => {
  const claim = (id: string, strength: string): HeldRecord => ({ kind: 'claim', id, content: { strength } })
  const base = sorted([claim('a', 'none'), claim('b', 'none')])
  const theirs = sorted([claim('a', 'strong'), claim('b', 'none'), claim('c', 'none')])
  const ours = sorted([claim('a', 'none'), claim('b', 'limited')])
  const somewhere = (set: RecordSet): CatalogueFault[] => (set.has('claim/c') ? [{ file: 'nowhere', record: '', message: 'something is wrong' }] : [])
  const fitted = fitEdition(base, ours, theirs, mergeEditions(base, ours, theirs), somewhere)
  t.ok(isSame(fitted.merged, ours))
  t.match(fitted.conflicts, [{ code: 'does-not-fit', id: 'a', shippedNow: { strength: 'strong' } }, { id: 'c', curated: null }])
  const always = (): CatalogueFault[] => [{ file: 'claim/b', record: 'b', message: 'was so before' }]
  t.ok(fitEdition(base, ours, theirs, mergeEditions(base, ours, theirs), always).merged.has('claim/c'))
  t.end()
})

t.test('a difference tells each value before and after, and undoes itself the other way round', (t) => {
  const entry = (content: Content): RecordSet => sorted([{ kind: 'intervention', id: 'i', content }])
  const before = entry({ summary: 'a', 'a/b~c': 1, costs: [{ text: 'x', amount: 1 }, { text: 'y' }], aliases: ['one'] })
  const after = entry({ summary: 'a', 'a/b~c': 2, costs: [{ text: 'x', amount: 3 }, { text: 'y' }], aliases: ['one', 'two'], age: null })
  t.strictSame(diffRecords(before, after), [{
    kind: 'intervention', id: 'i', change: 'changed', fields: [
      { pointer: '/a~1b~0c', before: 1, after: 2 },
      { pointer: '/costs/0/amount', before: 1, after: 3 },
      { pointer: '/aliases', before: ['one'], after: ['one', 'two'] },
      { pointer: '/age', before: null, after: null }
    ]
  }])
  holds(fc.property(anySet, anySet, (a, b) => {
    const [there, back] = [countChanges(diffRecords(a, b)), countChanges(diffRecords(b, a))]
    expectSame([back.withdrawn, back.changed, back.added], [there.added, there.changed, there.withdrawn], 'counts')
    if ((diffRecords(a, b).length === 0) !== isSame(a, b)) throw new Error('two that differ are told to be the same')
  }))
  t.end()
})

function expectSame(given: unknown, wanted: unknown, what: string) {
  if (!isDeepStrictEqual(given, wanted)) throw new Error(`${what}: ${JSON.stringify(given)} where ${JSON.stringify(wanted)} is expected`)
}
function expectMerged({ merged, conflicts }: ReturnType<typeof mergeEditions>, wanted: RecordSet) {
  if (!isSame(merged, wanted)) throw new Error('the records differ')
  expectSame(conflicts, [], 'conflicts')
}
