/** What every command is, so that each can have a file of its own and filmroom.ts can list them. */
import type { CopyService } from '../services/copy.js'
import type { PurgeService } from '../services/purge.js'
import type { RebuildService } from '../services/rebuild.js'
import type { ReindexService } from '../services/reindex.js'
import type { RestoreService } from '../services/restore.js'
import type { SchemaChange } from '../services/schema.js'
import type { VerifyService } from '../services/verify.js'

/** What commands work with: one service or more a command, opened for the one that runs. */
export interface CommandServices {
  readonly reindex: ReindexService
  readonly rebuilding: RebuildService
  readonly restoration: RestoreService
  readonly purging: PurgeService
  readonly verification: VerifyService
  /** what opening did */
  readonly schema: SchemaChange
  /** Opens another archive, to be made a copy of this one.
   * @throws Problem `invalid-parameter`: a newer program has brought this one's index further */
  openCopy(to: ArchivePlace): Promise<{ readonly copying: CopyService; close(): Promise<void> }>
  close(): Promise<void>
}

/** Where an archive is, in the words of the settings FILMROOM_INDEX and FILMROOM_BLOBS. */
export interface ArchivePlace {
  readonly index: string
  readonly blobs: string
}

/** Where a command says what it does: lines on standard output, without a line end. */
export type Say = (line: string) => void

/** @param place another archive than the one of the settings */
export type OpenArchive = (place?: ArchivePlace) => Promise<CommandServices>

export interface Command {
  /** one line for the list of commands */
  readonly summary: string
  /** how it is called, and what its options mean */
  readonly usage: string
  /** @param args what stands behind the command's name
   * @param open opens index and blobs, which may be in use by a running server: call it once, after the arguments are read
   * @returns exit status: 0 all is done, 1 some or all is not
   * @throws UsageError for arguments that it does not know; Problem as the services do */
  run(args: readonly string[], open: OpenArchive, say: Say): Promise<number>
}

/** The command line is wrong: exit status 2. The message is for the one who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** @throws UsageError where there are any */
export function withoutArguments(args: readonly string[]): void {
  const [first] = args
  if (first !== undefined) throw new UsageError(`there is no option ${JSON.stringify(first)}`)
}
