import t from 'tap'
import { readCell } from '../../src/imports/cells.js'
import { recogniseTable, TABLES, INDICATORS, indicatorByColumn } from '../../src/imports/tables.js'

t.test('every symbol of official statistics becomes a status, obsolete ones too', (t) => {
  for (const [symbols, status] of [
    [['c'], 'suppressed'],
    [['z'], 'not-applicable'],
    [['x', ':', ''], 'unavailable'],
    [['low', 'k', '~', 'Low'], 'rounds-to-zero'],
    [['u'], 'low-reliability']
  ] as const) {
    for (const symbol of symbols) t.strictSame(readCell(symbol), { value: null, status }, symbol)
  }
  t.end()
})

t.test('a number keeps its digits; anything else is no figure', (t) => {
  for (const number of ['0', '12183016', '330.3', '-4', '1e5']) t.strictSame(readCell(number), { value: number, status: 'ok' })
  for (const text of ['=1+1', '=cmd|calc', '+5', '@SUM(A1)', '1,234', 'NaN', 'Infinity', '0x10', '12%', 'n/a', '1e400', '٣']) t.equal(readCell(text), undefined, text)
  t.end()
})

t.test('a number that is marked as an estimate stays one', (t) => {
  for (const text of ['12.781[e]', ' 12.781 [E] ']) t.strictSame(readCell(text), { value: '12.781', status: 'ok', estimated: true }, text)
  for (const text of ['[e]', 'c[e]', '=1[e]', '1[e][e]', '1[x]', '1e']) t.equal(readCell(text), undefined, text)
  t.end()
})

t.test('a table is recognised in each release by its columns', (t) => {
  const header = (names: string) => names.split(' ')
  t.equal(recogniseTable(header('Referrals Referrals_rate Re_referrals_percent'))?.id, 'referrals')
  t.equal(recogniseTable(header('referral_count rereferral_percent'))?.id, 'referrals')
  t.equal(recogniseTable(header('CPP_start Neglect_Latest Emotional_Latest'))?.id, 'child-protection-plans-started-by-category')
  t.equal(recogniseTable(header('CPP_At31 Neglect_Latest Emotional_Latest'))?.id, 'child-protection-plans-by-category-at-31-march')
  t.equal(recogniseTable(header('enrolments')), undefined)
  t.equal(recogniseTable(header('Referrals')), undefined, 'many a table counts referrals')
  t.equal(indicatorByColumn(recogniseTable(header('referral_count rereferral_percent'))!).get('rereferral_percent'), 're-referrals-percent')
  t.equal(indicatorByColumn(recogniseTable(header('Referrals Re_referrals_percent'))!).get('re_referrals_percent'), 're-referrals-percent')
  t.end()
})

t.test('every column that a table names leads to one indicator that is described', (t) => {
  const described = new Set(INDICATORS.map(({ code }) => code))
  for (const { id, columns } of TABLES) {
    const leads = Object.entries(columns).flatMap(([code, names]) => [...new Set(names.map((name) => name.toLowerCase()))].map((name) => `${name} ${code}`))
    for (const code of Object.keys(columns)) t.ok(described.has(code), `${id} ${code}`)
    t.equal(new Set(leads.map((lead) => lead.split(' ')[0])).size, leads.length, id)
  }
  t.end()
})
