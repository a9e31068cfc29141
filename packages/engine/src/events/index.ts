export { type Change, EventFeed, eventMigrations, oldestEvent, readAfter, record, trimEvents } from './events.ts';
