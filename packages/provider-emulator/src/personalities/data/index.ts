import type { Personality } from '../personality.ts'
import { airtable } from './airtable.ts'
import { atlassian } from './atlassian.ts'
import { discord } from './discord.ts'
import { dropbox } from './dropbox.ts'
import { figma } from './figma.ts'
import { github, githubApp } from './github.ts'
import { gitlab } from './gitlab.ts'
import { google } from './google.ts'
import { hubspot } from './hubspot.ts'
import { linear } from './linear.ts'
import { linkedin } from './linkedin.ts'
import { microsoft } from './microsoft.ts'
import { notion } from './notion.ts'
import { salesforce } from './salesforce.ts'
import { shopify } from './shopify.ts'
import { slack, slackUser } from './slack.ts'
import { stripe } from './stripe.ts'
import { x } from './x.ts'
import { zoom } from './zoom.ts'

/** All personalities, by name. Of two that share their hosts, the first one answers requests that name no client. */
export const PERSONALITIES = {
  github,
  'github-app': githubApp,
  gitlab,
  google,
  microsoft,
  slack,
  'slack-user': slackUser,
  discord,
  linkedin,
  x,
  notion,
  hubspot,
  salesforce,
  shopify,
  stripe,
  figma,
  linear,
  atlassian,
  dropbox,
  airtable,
  zoom,
} satisfies Readonly<Record<string, Personality>>
