import { withoutArguments, type Command } from './command.js'

/** Lists what can be restored. */
export const deleted: Command = {
  summary: 'lists what was deleted and can still be restored',
  usage: [
    'usage: filmroom deleted',
    '',
    '  A line a deletion and series, the latest first, with tabs between: until when it can be restored, what was done to it,',
    '  Study Instance UID, Series Instance UID, number of instances.',
  ].join('\n'),
  async run(args, open, say) {
    withoutArguments(args)
    const { restoration } = await open()
    for (const {
      until,
      action,
      StudyInstanceUID,
      SeriesInstanceUID,
      instances,
    } of await restoration.deleted()) {
      const done = action === 'delete' ? 'deleted' : 'replaced'
      say([new Date(until).toISOString(), done, StudyInstanceUID, SeriesInstanceUID, instances].join('\t'))
    }
    return 0
  },
}
