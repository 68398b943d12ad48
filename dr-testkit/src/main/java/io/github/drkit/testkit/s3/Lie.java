package io.github.drkit.testkit.s3;

/**
 * A way in which a store says one thing and does another. Each was seen in a server that calls itself S3-compatible, or
 * is what a damaged one would do.
 */
public enum Lie {
    /** Answers 200 to {@code If-None-Match: *} on an existing key, and overwrites it. */
    IGNORES_IF_NONE_MATCH,
    /**
     * Honours {@code If-None-Match: *} when requests come one after the other; of two at the same time both win. A lone
     * conditional write takes a quarter of a second of real time, in which the store waits for a rival.
     */
    LOSES_CREATE_RACES,
    /** Honours {@code If-None-Match: *} on a plain write and ignores it when a multipart upload is completed. */
    IGNORES_IF_NONE_MATCH_ON_COMPLETE,
    /** Shows an object only to the third listing after its write. */
    LISTS_LATE,
    /** Says of the first page of a listing that it is the whole listing. */
    LISTS_ONLY_THE_FIRST_PAGE,
    /** Says that versioning is on, answers with version ids, and keeps only the newest version. */
    OVERWRITES_VERSIONS,
    /** Deletes every version when asked to delete one. */
    DELETES_ALL_VERSIONS_FOR_ONE,
    /** Deletes every version when asked for a delete marker. */
    DELETES_WITHOUT_MARKER,
    /** Accepts retention headers on a write and stores no retention. */
    DROPS_LOCK_HEADERS,
    /** Stores the retention, shows it, and deletes the version all the same. */
    DELETES_LOCKED_VERSIONS,
    /** Lets a COMPLIANCE retention be lowered. */
    LETS_RETENTION_BE_LOWERED,
    /** Honours retention headers on a plain write and drops those given when a multipart upload begins. */
    DROPS_LOCK_AT_CREATE_UPLOAD,
    /** Stores a body that does not match the digest sent with it. */
    IGNORES_WRONG_DIGESTS,
    /** Tells a time 20 minutes ahead of its clock in the {@code Date} header. */
    TELLS_WRONG_TIME,
    /** Completes a multipart upload without its last part. */
    LOSES_THE_LAST_PART,
    /** Answers the completion of a multipart upload with status 200, an error as body, and no object. */
    FAILS_COMPLETE_WITH_200,
    /** Tells the full size of an object above 8 MiB and keeps the first 8 MiB of it. */
    TRUNCATES_LARGE_OBJECTS,
    /** Answers 204 to the abort of an upload and keeps its parts. */
    KEEPS_ABORTED_UPLOADS,
    /** Takes the prefix of a listing of unfinished uploads for a whole key, and says of nothing that it is all. */
    LISTS_UPLOADS_BY_WHOLE_KEY,
    /** Answers 204 to every delete and deletes nothing. */
    IGNORES_DELETES
}
