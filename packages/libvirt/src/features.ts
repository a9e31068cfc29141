/** remote_auth_type of the protocol. */
export const AuthType = { NONE: 0, SASL: 1, POLKIT: 2 } as const;

/** The numbers of CONNECT_SUPPORTS_FEATURE that this client asks for (internal to libvirt, so in no public header). */
export const DriverFeature = { PROGRAM_KEEPALIVE: 10 } as const;
