import { parseArgs } from 'node:util'
import type { Scope } from '../dicom/instance-uids.js'
import { isUid } from '../dicom/uid.js'
import { UsageError, type Command } from './command.js'

/** Makes what was deleted visible again. */
export const restore: Command = {
  summary: 'makes what was deleted visible again, within FILMROOM_DELETE_GRACE',
  usage: [
    'usage: filmroom restore --study UID [--series UID [--instance UID]] [--replaced]',
    '',
    '  Restores the study, or only that series or instance of it; of several instances with one UID the one that was',
    '  deleted last. An instance whose UID has been stored anew is not restored, the others are; then the exit status is 1.',
    '  --replaced  what was replaced (FILMROOM_DUPLICATES=replace), in place of what was deleted',
  ].join('\n'),
  async run(args, open, say) {
    const { scope, replaced } = readArguments(args)
    const { restoration } = await open()
    const { instances, taken } = await restoration.restore(scope, replaced)
    for (const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } of taken)
      say(`not restored, its UID is stored anew: ${StudyInstanceUID} ${SeriesInstanceUID} ${SOPInstanceUID}`)
    say(
      instances + taken.length === 0
        ? 'nothing there can be restored'
        : `${instances} instances restored, ${taken.length} not`,
    )
    return instances > 0 && taken.length === 0 ? 0 : 1
  },
}

function readArguments(args: readonly string[]): { scope: Scope; replaced: boolean } {
  const { study, series, instance, replaced } = parsed(args)
  if (study === undefined) throw new UsageError('--study is needed')
  if (instance !== undefined && series === undefined) throw new UsageError('--instance needs --series')
  for (const [name, value] of Object.entries({ study, series, instance }))
    if (value !== undefined && !isUid(value)) throw new UsageError(`--${name} is not a UID`)
  const scope = {
    StudyInstanceUID: study,
    ...(series === undefined ? {} : { SeriesInstanceUID: series }),
    ...(instance === undefined ? {} : { SOPInstanceUID: instance }),
  }
  return { scope, replaced }
}

interface Parsed {
  readonly study?: string | undefined
  readonly series?: string | undefined
  readonly instance?: string | undefined
  readonly replaced: boolean
}

function parsed(args: readonly string[]): Parsed {
  try {
    return parseArgs({
      args: [...args],
      options: {
        study: { type: 'string' },
        series: { type: 'string' },
        instance: { type: 'string' },
        replaced: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
