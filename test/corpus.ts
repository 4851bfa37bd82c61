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
/** Whether the long form of a suite is wanted. */
export const ALL_FILES = process.env['FILMROOM_ALL_FILES'] === 'true'

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

/** Of files that are the same but for their pixels and what numbers them, so many apart: slices of a series. */
const SLICES_APART = 8
const ALIKE = ['series_uid', 'sop_class', 'transfer_syntax', 'rows_x_cols', 'samples_bits', 'photometric']

/** For what takes long with each file: all but most slices of the long series: of them the first, every eighth and the last.
 *  FILMROOM_ALL_FILES=true (`npm run soak`): all. */
export function sampledCorpusFiles(): readonly CorpusFile[] {
  const files = corpusFiles()
  if (ALL_FILES) return files
  const alike = new Map<string, CorpusFile[]>()
  for (const each of files) {
    // The other folders have each file for a reason of its own.
    const key = each.path.startsWith('series/') ? ALIKE.map(name => each.columns[name]).join('\t') : each.path
    alike.set(key, [...(alike.get(key) ?? []), each])
  }
  const sampled = [...alike.values()].flatMap(group =>
    group.filter(
      (_, at) => group.length <= SLICES_APART || at % SLICES_APART === 0 || at === group.length - 1,
    ),
  )
  return files.filter(each => sampled.includes(each))
}
