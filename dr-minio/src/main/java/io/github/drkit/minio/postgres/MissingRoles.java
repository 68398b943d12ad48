package io.github.drkit.minio.postgres;

/** What a restore does about roles that own or may use something in the dump and that the destination does not have. */
public enum MissingRoles {
    /** Refuses while planning, and names them. */
    REFUSE,
    /** Restores without owners and rights: everything belongs to the role that restores. */
    WITHOUT_OWNERS_AND_RIGHTS,
    /** Creates them in a step of their own, unable to log in. */
    CREATE_WITHOUT_LOGIN
}
