/** `npm run --silent example > ct.dcm`: the file that the README's commands are shown with. */
import { exampleInstance } from './example-instance.js'

process.stdout.write(exampleInstance().bytes)
