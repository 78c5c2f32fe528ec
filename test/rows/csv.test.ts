import t from 'tap'
import { parse } from 'csv-parse/sync'
import { csvText } from '../../src/rows/csv.js'
import { chooseFormat } from '../../src/rows/format.js'

const columns = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
const read = (text: string) => parse<Record<string, string>>(text, { columns: true, record_delimiter: '\r\n', relax_column_count: false })

t.test('a CSV parser reads back what was written', (t) => {
  const texts = ['plain', 'with, comma', 'with "quotes"', 'two\nlines', 'two\r\nlines', ' blanks around ', '"', ',', 'ünïcødé 🧒', "it's", '']
  const rows = texts.map((text, i) => ({ a: text, b: i, c: i % 2 === 0 }))
  t.strictSame(read(csvText(columns, rows)), rows.map(({ a, b, c }) => ({ a, b: String(b), c: String(c) })))
  t.strictSame(read(csvText(columns, [])), [])
  t.end()
})

t.test('it has a header row, lines that end with CRLF, and nothing in a cell that is null', (t) => {
  t.equal(csvText(columns, [{ a: null, b: '', c: 1.5 }]), 'a,b,c\r\n,"",1.5\r\n')
  t.end()
})

t.test('text that a spreadsheet would run gets an apostrophe; a number does not', (t) => {
  const formulas = ['=1+1', '+44 20', '-2 to 3', '@SUM(A1)', '\t=1+1', '\r=1+1', '＝1+1', '＠SUM(A1)', '=HYPERLINK("http://x","y")']
  const written = read(csvText(columns, formulas.map((a) => ({ a, b: -1, c: null }))))
  t.strictSame(written.map(({ a }) => a), formulas.map((text) => `'${text}`))
  t.strictSame([...new Set(written.map(({ b }) => b))], ['-1'])
  t.equal(csvText([{ name: 'a' }], [{ a: 'a = b' }]), 'a\r\na = b\r\n')
  t.end()
})

t.test('the form is what the query asks for, else what Accept prefers, else JSON', (t) => {
  const cases: [Parameters<typeof chooseFormat>, ReturnType<typeof chooseFormat>][] = [
    [[undefined, undefined], 'json'],
    [[undefined, ''], 'json'],
    [[undefined, '*/*'], 'json'],
    [[undefined, 'text/csv'], 'csv'],
    [[undefined, 'text/*'], 'csv'],
    [[undefined, 'TEXT/CSV; charset=utf-8'], 'csv'],
    [[undefined, 'text/csv, application/json'], 'json'],
    [[undefined, 'text/csv, application/json;q=0.5'], 'csv'],
    [[undefined, 'text/csv, */*;q=0.1'], 'csv'],
    [[undefined, 'text/csv;q=0, */*'], 'json'],
    [[undefined, 'text/html,application/xhtml+xml,*/*;q=0.8'], 'json'],
    [[undefined, 'text/csv;q=0'], null],
    [[undefined, 'image/png'], null],
    [['csv', 'application/json'], 'csv'],
    [['json', 'text/csv'], 'json']
  ]
  for (const [given, wanted] of cases) t.equal(chooseFormat(...given), wanted, JSON.stringify(given))
  t.end()
})
