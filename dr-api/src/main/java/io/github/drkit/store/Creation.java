package io.github.drkit.store;

/** What a create-once write found. */
public enum Creation {
    /** The object did not exist, and does now, with the content of this call. */
    CREATED,
    /** An object of that key was there already, and was left as it was. */
    EXISTED
}
