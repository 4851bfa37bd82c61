/** Finds the corpus of real DICOM files. It is not part of the project (licences differ); without it, suites that need it
 *  skip in words, and in CI they fail. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface CorpusFile {
  /** path inside the corpus */
  readonly path: string
  readonly file: string
  /** the manifest's columns by name */
  readonly columns: Readonly<Record<string, string>>
}

export const CORPUS = process.env['DICOM_CORPUS'] ?? path.resolve('../shared/corpus')

/** false where the corpus is present (or must be: CI), else the words to skip with. */
export function withoutCorpus(): string | false {
  if (existsSync(path.join(CORPUS, 'MANIFEST.tsv'))) return false
  if (process.env['CI'] === 'true')
    throw new Error(`no corpus at ${CORPUS}: in CI this suite may not be skipped`)
  return 'no corpus: set DICOM_CORPUS to the folder that holds its MANIFEST.tsv'
}

export function corpusFiles(): readonly CorpusFile[] {
  const [head = '', ...lines] = readFileSync(path.join(CORPUS, 'MANIFEST.tsv'), 'utf8').trimEnd().split('\n')
  const names = head.split('\t')
  return lines.map(line => {
    const cells = line.split('\t')
    const columns = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
    const inside = columns['path'] ?? ''
    return { path: inside, file: path.join(CORPUS, inside), columns }
  })
}
