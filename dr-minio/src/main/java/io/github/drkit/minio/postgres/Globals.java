package io.github.drkit.minio.postgres;

/** What a backup takes along of that which belongs to no database: roles and their memberships. */
public enum Globals {
    /** Nothing. Roles must then come from elsewhere before a restore. */
    NONE,
    /** Roles without their passwords. Needs no superuser. */
    ROLES,
    /** Roles and the hashes of their passwords. Needs a superuser, and encryption. */
    ROLES_AND_PASSWORDS
}
