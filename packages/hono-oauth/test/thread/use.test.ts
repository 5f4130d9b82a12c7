import { nodeHost } from '../support/node-host.ts'
import { workerdHost } from '../support/workerd-host.ts'
import { describeUse } from './use.suite.ts'

describeUse('Node', nodeHost())
describeUse('workerd', workerdHost)
