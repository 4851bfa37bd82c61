import { close, fstat, open } from './calls.js'
import { readProblem } from './failures.js'

/** A file held open; release it once. */
export interface HeldFile {
  readonly fd: number
  readonly sizeBytes: number
  release(): void
}

interface Entry {
  readonly opened: Promise<{ readonly fd: number; readonly sizeBytes: number }>
  holders: number
  /** no longer in the map: closed when the last holder lets go */
  dropped: boolean
}

/** Files open for reading, the least recently used closed first, so that a frame costs one pread and not four calls. */
export class OpenFiles {
  readonly #entries = new Map<string, Entry>()
  readonly #limit: number

  /** @param limit open files kept beyond those that are held */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** @throws Problem `blob-missing`, `unavailable` */
  async hold(file: string): Promise<HeldFile> {
    const entry = this.#entries.get(file) ?? { opened: openFile(file), holders: 0, dropped: false }
    this.#entries.delete(file)
    this.#entries.set(file, entry)
    entry.holders++
    try {
      const { fd, sizeBytes } = await entry.opened
      this.#closeOldest()
      return { fd, sizeBytes, release: () => this.#release(entry) }
    } catch (error) {
      if (this.#entries.get(file) === entry) this.#entries.delete(file)
      throw readProblem(error)
    }
  }

  /** Later holders see the file that has the name by then; present ones keep what they hold. */
  drop(file: string): void {
    const entry = this.#entries.get(file)
    if (entry === undefined) return
    this.#entries.delete(file)
    entry.dropped = true
    if (entry.holders === 0) closeEntry(entry)
  }

  close(): void {
    for (const file of [...this.#entries.keys()]) this.drop(file)
  }

  #release(entry: Entry): void {
    entry.holders--
    if (entry.dropped && entry.holders === 0) closeEntry(entry)
  }

  #closeOldest(): void {
    if (this.#entries.size <= this.#limit) return
    for (const [file, entry] of this.#entries) {
      if (entry.holders === 0) this.drop(file)
      if (this.#entries.size <= this.#limit) return
    }
  }
}

async function openFile(file: string): Promise<{ fd: number; sizeBytes: number }> {
  const fd = await open(file, 'r')
  const found = await fstat(fd)
  if (found.isFile()) return { fd, sizeBytes: found.size }
  await close(fd)
  throw Object.assign(new Error('not a file'), { code: 'ENOENT' })
}

/** A read-only file: nothing is lost, and nobody to tell, where its closing fails. */
function closeEntry(entry: Entry): void {
  void entry.opened.then(({ fd }) => close(fd)).catch(() => undefined)
}
