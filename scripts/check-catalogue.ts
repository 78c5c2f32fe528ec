import { checkCatalogue, CatalogueError } from '../src/catalogue/check.js'
import { readDataFiles } from '../src/catalogue/data-files.js'

/** Checks the catalogue's data files as the service does at start, and says what is in them. */
try {
  const records = checkCatalogue(readDataFiles())
  const claims = records.interventions.flatMap((entry) => entry.claims)
  const bySource = new Map<string, number>()
  for (const { sources } of claims) {
    for (const id of new Set(sources.map(({ source }) => source))) bySource.set(id, (bySource.get(id) ?? 0) + 1)
  }
  process.stdout.write(
    `The catalogue's data files are sound: ${records.interventions.length} interventions, ${claims.length} claims, ${records.needs.length} needs, ` +
      `${records.gaps.length} published gaps, ${records.questions.length} questions, ${records.contextFigures.length} context figures, ${records.standards.length} rating scales.\n` +
      'Claims by source:\n' +
      records.sources.map(({ id }) => `  ${id}: ${bySource.get(id) ?? 0}\n`).join('')
  )
} catch (error) {
  if (!(error instanceof CatalogueError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
