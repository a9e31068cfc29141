export { type Change, EventFeed, eventMigrations, readAfter, record, resumePoint, trimEvents } from './events.ts';
