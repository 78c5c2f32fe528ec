import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { checkCatalogue } from '../../src/catalogue/check.js'
import { readDataFiles } from '../../src/catalogue/data-files.js'
import { packageRoot } from '../../src/package-root.js'

t.test('the worked example of CONTRIBUTING is a record that the catalogue takes', async (t) => {
  const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(packageRoot(), 'CONTRIBUTING.md'), 'utf8'))!
  const [record] = parse(yaml!) as { id: string; intervention: string }[]
  const raw = readDataFiles()
  raw.addedClaims.push({ file: 'claims/example.yaml', index: 0, record })
  const entry = checkCatalogue(raw).interventions.find(({ id }) => id === record!.intervention)!
  t.ok(entry.claims.some(({ id }) => id === record!.id))
})
