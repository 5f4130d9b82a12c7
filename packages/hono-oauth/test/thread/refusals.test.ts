import { nodeHost } from '../support/node-host.ts'
import { workerdHost } from '../support/workerd-host.ts'
import { describeRefusals } from './refusals.suite.ts'

describeRefusals('Node', nodeHost())
describeRefusals('workerd', workerdHost)
