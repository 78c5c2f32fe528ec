import { checkCatalogue, CatalogueError } from '../src/catalogue/check.js'
import { readDataFiles, readEdition } from '../src/catalogue/data-files.js'
import { contentHash } from '../src/catalogue/queries.js'

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
  const { edition, content } = readEdition()
  const hash = contentHash(records)
  if (content !== hash) {
    process.stderr.write(`edition.yaml: the catalogue says something else than edition ${edition} did. Write\n  content: ${hash}\nand, where edition ${edition} has been released, edition: ${edition + 1}, so that databases take it in as the newer one.\n`)
    process.exitCode = 1
  }
} catch (error) {
  if (!(error instanceof CatalogueError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
