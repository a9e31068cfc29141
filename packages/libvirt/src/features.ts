/** remote_auth_type of the protocol. */
export const AuthType = { NONE: 0, SASL: 1, POLKIT: 2 } as const;

/** The numbers of CONNECT_SUPPORTS_FEATURE that this client asks for (internal to libvirt, so in no public header). */
export const DriverFeature = {
  MIGRATE_CHANGE_PROTECTION: 7,
  PROGRAM_KEEPALIVE: 10,
  MIGRATION_OFFLINE: 12,
  MIGRATION_PARAMS: 13,
} as const;
