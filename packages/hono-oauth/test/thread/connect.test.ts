import { nodeHost } from '../support/node-host.ts'
import { workerdHost } from '../support/workerd-host.ts'
import { describeConnect } from './connect.suite.ts'

describeConnect('Node', nodeHost())
describeConnect('workerd', workerdHost)
