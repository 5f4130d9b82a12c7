import type { Personality } from '../personality.ts'
import { github, githubApp } from './github.ts'
import { google } from './google.ts'
import { notion } from './notion.ts'
import { shopify } from './shopify.ts'
import { slack, slackUser } from './slack.ts'

/** All personalities, by name. Of two that share their hosts, the first one answers requests that name no client. */
export const PERSONALITIES = {
  github,
  'github-app': githubApp,
  google,
  notion,
  shopify,
  slack,
  'slack-user': slackUser,
} satisfies Readonly<Record<string, Personality>>
