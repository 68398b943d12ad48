package io.github.drkit.testkit.s3;

/** The requests a {@link FakeS3} tells apart, for faults and for what it recorded. */
public enum S3Call {
    /** The buckets of the account. */
    LIST_BUCKETS,
    /** A new bucket. */
    CREATE_BUCKET,
    /** Whether a bucket is there. */
    HEAD_BUCKET,
    /** Removal of an empty bucket. */
    DELETE_BUCKET,
    /** A bucket's region. */
    GET_LOCATION,
    /** A bucket's versioning state. */
    GET_VERSIONING,
    /** A change of a bucket's versioning state. */
    PUT_VERSIONING,
    /** A bucket's object lock configuration. */
    GET_LOCK_CONFIGURATION,
    /** A change of a bucket's object lock configuration. */
    PUT_LOCK_CONFIGURATION,
    /** One page of the current objects, by either version of the call. */
    LIST_OBJECTS,
    /** One page of all versions and delete markers. */
    LIST_VERSIONS,
    /** One page of the unfinished uploads. */
    LIST_UPLOADS,
    /** Deletion of several objects by one request. */
    DELETE_OBJECTS,
    /** An object written by one request. */
    PUT_OBJECT,
    /** An object or a range of it read. */
    GET_OBJECT,
    /** An object's size, digests and lock. */
    HEAD_OBJECT,
    /** Deletion of an object or of one version. */
    DELETE_OBJECT,
    /** A change of a version's retention. */
    PUT_RETENTION,
    /** A version's retention. */
    GET_RETENTION,
    /** A change of a version's legal hold. */
    PUT_LEGAL_HOLD,
    /** A version's legal hold. */
    GET_LEGAL_HOLD,
    /** The beginning of a multipart upload. */
    CREATE_UPLOAD,
    /** One part of a multipart upload. */
    UPLOAD_PART,
    /** The end of a multipart upload: the object appears. */
    COMPLETE_UPLOAD,
    /** A multipart upload given up. */
    ABORT_UPLOAD,
    /** The parts of an unfinished upload. */
    LIST_PARTS,
    /** Anything else; answered with 501. */
    OTHER
}
