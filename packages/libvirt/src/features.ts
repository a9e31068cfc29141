/** remote_auth_type of the protocol. */
export const AuthType = { NONE: 0, SASL: 1, POLKIT: 2 } as const;

/** The numbers of CONNECT_SUPPORTS_FEATURE (internal to libvirt, so in no public header). */
export const DriverFeature = {
  MIGRATE_CHANGE_PROTECTION: 7,
  TYPED_PARAM_STRING: 9,
  PROGRAM_KEEPALIVE: 10,
  MIGRATION_OFFLINE: 12,
  MIGRATION_PARAMS: 13,
  /** Events carry the id of their registration, and the daemon filters by domain. */
  REMOTE_EVENT_CALLBACK: 14,
  REMOTE_CLOSE_CALLBACK: 15,
} as const;
