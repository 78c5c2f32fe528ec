import t from 'tap'
import fc from 'fast-check'
import { readAppraisalData } from '../../src/appraisal/data-files.js'
import { readShippedEdition } from '../../src/unit-costs/data-files.js'
import { reachOf, uprateBy } from '../../src/unit-costs/uprate.js'

const { deflators } = readAppraisalData()
const ofTheDatabase = deflators.find(({ id }) => id === 'gdp-deflator-financial-ucd-1.4')!
const ofTheTreasury = deflators.find(({ id }) => id === 'gdp-deflator-calendar-hmt-2025')!

t.test('a child in care: 51,080 of 2013/14 is 52,675.64 of 2015/16, as the database itself has it', (t) => {
  // 51,080 x 195.96969856712289 / 190.03343415111053
  t.match(uprateBy(ofTheDatabase, '2015/16')!('51080', '2013/14'), { value: 52_675.64, status: 'ok', priceYear: '2015/16', forecast: true })
  t.equal(uprateBy(ofTheDatabase, '2015/16')!('51080', '2013/14').factor!.toFixed(9), (195.96969856712289 / 190.03343415111053).toFixed(9))
  t.equal(uprateBy(ofTheDatabase, '2013/14')!('2470', '2008/09').forecast, false)
  t.end()
})

t.test('by the newer series a financial year is nine months of one calendar year and three of the next', (t) => {
  // 2013/14: 0.75 x 73.4795 + 0.25 x 74.6524 = 73.772725; 2023/24: 0.75 x 96.2507 + 0.25 x 100 = 97.188025
  t.match(uprateBy(ofTheTreasury, '2023/24')!('2995', '2013/14'), { value: Math.round((2995 * 97.188025 * 100) / 73.772725) / 100, forecast: false })
  t.end()
})

t.test('a year that a series does not reach has no value, and is never taken for another', (t) => {
  t.equal(uprateBy(ofTheTreasury, '2026/27'), undefined)
  t.match(uprateBy(ofTheTreasury, '2015/16')!('100', '1970/71'), { value: null, status: 'unavailable', factor: null })
  t.strictSame(reachOf(ofTheDatabase), { from: '1989/90', to: '2019/20' })
  t.end()
})

t.test('the same year changes nothing, there and back comes home, and the order of amounts stays', (t) => {
  const years = fc.integer({ min: 1990, max: 2018 }).map((first) => `${first}/${String((first + 1) % 100).padStart(2, '0')}`)
  const pounds = fc.integer({ min: 0, max: 400_000 })
  fc.assert(
    fc.property(fc.constantFrom(...deflators), years, years, pounds, pounds, (series, from, to, a, b) => {
      const there = uprateBy(series, to)!
      const [one, other] = [there(String(a), from).value!, there(String(b), from).value!]
      if (there(String(a), to).value !== a) return false
      const back = uprateBy(series, from)!(String(one), to).value!
      return Math.abs(back - a) <= 0.02 && Math.sign(one - other) === Math.sign(a - b)
    })
  )
  t.end()
})

t.test('every price year that is carried can be uprated', (t) => {
  const uprate = uprateBy(ofTheTreasury, '2023/24')!
  for (const { code, fiscal } of readShippedEdition().records) if (uprate(fiscal.value!, fiscal.priceYear!).status !== 'ok') t.fail(code)
  t.end()
})
